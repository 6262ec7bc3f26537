import { readFileSync } from 'node:fs'
import { TLSSocket } from 'node:tls'
import { afterAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { parseConnectionString } from '../../src/cluster/connection-string.js'
import type { ClusterOptions } from '../../src/cluster/options.js'
import { OptionError } from '../../src/errors/option-error.js'
import { caught } from '../fixture/caught.js'
import { caFile, clientFiles, startTlsServer } from '../fixture/tls-server.js'

const { hosts, user, database } = parseConnectionString(await freshDatabase())
const [target] = hosts
const { server, port } = await startTlsServer({ host: target?.host ?? '', port: target?.port ?? 0 })
afterAll(() => void server.close())

async function connectTo(host: string, options: ClusterOptions): Promise<'encrypted' | 'plain'> {
  const cluster = new Cluster({ connectionString: `postgresql://${user}@${host}:${port}/${database}`, ...options })
  try {
    const client = await cluster.pool.acquire()
    const encrypted = client.connection.stream instanceof TLSSocket
    client.release()
    expect(await caught(cluster.query({ text: 'SELECT pg_sleep(20)', timeoutMs: 50 }))).toMatchObject({
      sqlState: '57014',
    })
    return encrypted ? 'encrypted' : 'plain'
  } finally {
    await cluster.close({ deadlineMs: 100 })
  }
}

describe('sslmode', () => {
  it.each([
    ['disable', 'plain'],
    ['allow', 'plain'],
    ['prefer', 'encrypted'],
    ['require', 'encrypted'],
    [undefined, 'encrypted'],
  ] as const)('%s is %s, with anybody’s certificate', async (sslmode, expected) => {
    expect(await connectTo('127.0.0.1', { sslmode })).toBe(expected)
  })

  it('verifies the chain, and the name too when asked to', async () => {
    expect(await connectTo('127.0.0.1', { sslmode: 'verify-ca', sslrootcert: caFile })).toBe('encrypted')
    expect(await connectTo('127.0.0.1', { sslmode: 'require', sslrootcert: caFile })).toBe('encrypted')
    expect(await connectTo('localhost', { sslmode: 'verify-full', sslrootcert: readFileSync(caFile, 'utf8') })).toBe(
      'encrypted',
    )
    expect(await caught(connectTo('127.0.0.1', { sslmode: 'verify-full', sslrootcert: caFile }))).toMatchObject({
      cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    })
    expect(await caught(connectTo('localhost', { sslmode: 'verify-full' }))).toMatchObject({
      code: 'CERCI_CONNECTION',
      message: expect.stringContaining('the certificate of its authority goes into sslrootcert'),
    })
  })

  it('is known to be impossible before the first connection, where certificate, key and password do not go together', () => {
    const { certificate, encryptedKey } = clientFiles
    for (const odd of [
      { sslcert: certificate, sslkey: certificate },
      { sslcert: caFile, sslkey: clientFiles.key },
      { sslcert: certificate, sslkey: encryptedKey, sslpassword: 'wrong' },
    ])
      expect(() => new Cluster({ hosts: ['h'], sslmode: 'verify-full', ...odd })).toThrow(OptionError)
  })

  it('require fails where the server does not encrypt', async () => {
    const plain = new Cluster({
      connectionString: `postgresql://${user}@${target?.host}:${target?.port}/${database}?sslmode=require`,
    })
    expect(await caught(plain.query('SELECT 1'))).toMatchObject({
      code: 'CERCI_CONNECTION',
      message: expect.stringContaining('does not support TLS'),
    })
    await plain.close()
  })
})

describe('a server that demands a certificate of its clients', async () => {
  const strict = await startTlsServer(
    { host: target?.host ?? '', port: target?.port ?? 0 },
    { demandsCertificate: true },
  )
  afterAll(() => void strict.server.close())
  const { certificate, key, encryptedKey } = clientFiles
  const strictUrl = `postgresql://${user}@localhost:${strict.port}/${database}`
  const trust = `sslmode=verify-full&sslrootcert=${encodeURIComponent(caFile)}`

  it.each<[string, ClusterOptions]>([
    ['files in the URL', { connectionString: `${strictUrl}?${trust}&sslcert=${certificate}&sslkey=${key}` }],
    [
      'files as options',
      { connectionString: strictUrl, sslmode: 'verify-full', sslrootcert: caFile, sslcert: certificate, sslkey: key },
    ],
    [
      'text',
      {
        connectionString: strictUrl,
        sslmode: 'verify-full',
        sslrootcert: readFileSync(caFile, 'utf8'),
        sslcert: readFileSync(certificate, 'utf8'),
        sslkey: readFileSync(key, 'utf8'),
      },
    ],
    [
      'an encrypted key',
      {
        connectionString: `${strictUrl}?${trust}&sslcert=${certificate}&sslkey=${encryptedKey}&sslpassword=secret`,
      },
    ],
  ])('gets it from %s', async (_, options) => {
    const cluster = new Cluster(options)
    const before = strict.shown.length
    expect((await cluster.query('SELECT 1::INT8 AS one')).rows).toEqual([{ one: '1' }])
    expect(await caught(cluster.query({ text: 'SELECT pg_sleep(20)', timeoutMs: 50 }))).toMatchObject({
      sqlState: '57014', // cancelling shows it as well
    })
    await cluster.close({ deadlineMs: 100 })
    expect(new Set(strict.shown.slice(before))).toEqual(new Set(['app']))
  })

  it('refuses who has none', async () => {
    const cluster = new Cluster(`${strictUrl}?${trust}`)
    expect(await caught(cluster.query('SELECT 1'))).toMatchObject({ code: 'CERCI_CONNECTION' })
    await cluster.close()
  })

  it.each([
    [{ sslcert: '/nowhere/app.crt' }, 'sslcert'],
    [{ sslcert: certificate, sslkey: '/nowhere/app.key' }, 'sslkey'],
  ])('%j, a file that is not there, is said at once', (options, option) => {
    expect(() => new Cluster({ connectionString: strictUrl, sslmode: 'require', ...options })).toThrow(
      expect.objectContaining({ code: 'CERCI_INVALID_OPTION', option }),
    )
  })
})
