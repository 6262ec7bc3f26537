import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { request } from 'node:https'
import { dirname, join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { DevCluster } from '../../src/dev-cluster.js'
import type { ClientFiles } from '../../src/security/certificate-folder.js'
import { RawClient } from '../session/raw-client.js'
import { summarize } from '../session/summarize.js'

let cluster: DevCluster
let folder = ''
const clients: Client[] = []
const run = promisify(execFile)

beforeAll(async () => {
  cluster = await DevCluster.start({ nodes: 2, secure: true })
  folder = dirname(parameter('sslrootcert'))
  const root = await connect({ connectionString: cluster.node(1).url })
  await root.query(`CREATE USER carl WITH PASSWORD 'hunter2'; CREATE USER mary; CREATE TABLE t AS SELECT 1 AS x`)
  await root.query(
    `CREATE USER late WITH PASSWORD 'hunter2' VALID UNTIL '2020-01-01'; CREATE ROLE nologin WITH PASSWORD 'hunter2'`,
  )
})
afterEach(() => Promise.all(clients.splice(0).map(client => client.end().catch(() => undefined))))
afterAll(() => cluster.stop())

function parameter(name: string): string {
  return new URL(cluster.node(1).url).searchParams.get(name) ?? ''
}

async function connect(config: object): Promise<Client> {
  const client = new Client(config)
  client.on('error', () => undefined)
  clients.push(client)
  await client.connect()
  return client
}

/** A connection of a user to node 1, encrypted, with the files given or a password. */
function connectAs(
  user: string,
  options: { files?: ClientFiles; password?: string; database?: string } = {},
): Promise<Client> {
  const { files, password, database = 'defaultdb' } = options
  const { host, port } = cluster.node(1)
  const ssl = {
    ca: readFileSync(join(folder, 'ca.crt')),
    ...(files && { cert: readFileSync(files.certificate), key: readFileSync(files.key) }),
  }
  return connect({ host, port, user, database, ssl, ...(password !== undefined && { password }) })
}

describe('certificates', () => {
  test('lie where cockroach cert puts them, keys for their owner only', () => {
    expect(readdirSync(folder).toSorted()).toEqual([
      'ca.crt',
      'ca.key',
      'client.root.crt',
      'client.root.key',
      'node.crt',
      'node.key',
    ])
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).mode & 0o077).toBe(name.endsWith('.key') ? 0 : 0o044)
  })

  test('let in root, through the cluster’s own URL, on every node', async () => {
    expect(cluster.url).toMatch(
      /sslmode=verify-full&sslrootcert=.*ca\.crt&sslcert=.*client\.root\.crt&sslkey=.*client\.root\.key$/,
    )
    for (const { url } of cluster.nodes) {
      const client = await connect({ connectionString: url })
      expect((await client.query('SELECT current_user AS name')).rows).toEqual([{ name: 'root' }])
    }
  })

  test('let in psql', async () => {
    const { stdout } = await run('psql', [cluster.node(2).url, '-Atc', 'SELECT 40 + 2'])
    expect(stdout).toBe('42\n')
  })

  test('are for one user', async () => {
    const mary = await cluster.clientCertificate('mary')
    const client = await connectAs('mary', { files: mary })
    expect((await client.query('SELECT current_user AS name')).rows).toEqual([{ name: 'mary' }])
    await expect(connectAs('root', { files: mary })).rejects.toMatchObject({
      code: '28000',
      message: 'certificate authentication failed for user "root"',
    })
    // A password does not make a wrong certificate right.
    await expect(connectAs('carl', { files: mary, password: 'hunter2' })).rejects.toMatchObject({ code: '28000' })
    const shown = await client.query('SELECT authentication_method FROM crdb_internal.node_sessions')
    expect(shown.rows).toEqual([{ authentication_method: 'cert' }])
  })

  test('of another authority do not count', async () => {
    await using other = await DevCluster.start({ nodes: 1, secure: true })
    await expect(connectAs('root', { files: await other.clientCertificate('root') })).rejects.toMatchObject({
      code: '28000',
      detail: 'The certificate was not issued by the authority of this cluster.',
    })
  })

  test('are made for names of users only', async () => {
    await expect(cluster.clientCertificate('../root')).rejects.toMatchObject({ code: 'CERCI_CERTS_USER' })
  })
})

describe('passwords', () => {
  test('are asked for by SCRAM, and open a session', async () => {
    const carl = await connectAs('carl', { password: 'hunter2' })
    expect((await carl.query('SELECT current_user AS name')).rows).toEqual([{ name: 'carl' }])
    expect((await carl.query('SHOW ssl')).rows).toEqual([{ ssl: 'on' }])
  })

  test.each([
    ['carl', 'wrong'],
    ['carl', 'hunter'],
    ['mary', 'hunter2'],
    ['nobody', 'hunter2'],
    ['root', 'hunter2'],
    ['cerci', 'hunter2'],
  ])('%s with %s is refused, and not told why', async (user, password) => {
    await expect(connectAs(user, { password })).rejects.toMatchObject({
      code: '28P01',
      message: `password authentication failed for user ${user}`,
    })
  })

  test('that have expired, and roles that may not log in', async () => {
    await expect(connectAs('late', { password: 'hunter2' })).rejects.toMatchObject({
      code: '28P01',
      message: 'password is expired',
    })
    await expect(connectAs('nologin', { password: 'hunter2' })).rejects.toMatchObject({ code: '28000' })
  })

  test('change with ALTER USER; root’s counts once it has one', async () => {
    const root = await connect({ connectionString: cluster.node(1).url })
    await root.query(`ALTER USER carl WITH PASSWORD 'other'; ALTER USER root WITH PASSWORD 'secret'`)
    await expect(connectAs('carl', { password: 'hunter2' })).rejects.toMatchObject({ code: '28P01' })
    await connectAs('carl', { password: 'other' })
    await connectAs('root', { password: 'secret' })
    await root.query(`ALTER USER root WITH PASSWORD NULL; ALTER USER carl WITH PASSWORD 'hunter2'`)
    await expect(connectAs('root', { password: 'secret' })).rejects.toMatchObject({ code: '28P01' })
  })
})

describe('who is not root', () => {
  test('has the rights that were granted, in CockroachDB’s words', async () => {
    const carl = await connectAs('carl', { password: 'hunter2' })
    await expect(carl.query('SELECT * FROM t')).rejects.toMatchObject({
      code: '42501',
      message: 'user carl does not have SELECT privilege on relation t',
    })
    await expect(carl.query('CREATE DATABASE mine')).rejects.toMatchObject({ code: '42501' })
    await expect(carl.query('CREATE USER eve')).rejects.toMatchObject({ code: '42501' })
    const root = await connect({ connectionString: cluster.node(1).url })
    await root.query('GRANT SELECT ON t TO carl')
    expect((await carl.query('SELECT x FROM t')).rows).toEqual([{ x: '1' }])
    await expect(carl.query('DELETE FROM t WHERE true')).rejects.toMatchObject({ code: '42501' })
  })
})

describe('connections without encryption', () => {
  test('are refused as CockroachDB does', async () => {
    const { host, port } = cluster.node(1)
    for (const user of ['root', 'carl'])
      await expect(connect({ host, port, user, password: 'hunter2', database: 'defaultdb' })).rejects.toMatchObject({
        code: '08P01',
        message: 'node is running secure mode, SSL connection required',
      })
  })

  test('cannot slip bytes in before it begins', async () => {
    const client = await RawClient.open(cluster.node(1).host, cluster.node(1).port)
    client.socket.write(Buffer.concat([Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]), Buffer.from('sneaked in')]))
    expect(summarize(await client.untilClosed())).toEqual([expect.stringContaining('ErrorResponse 08P01')])
  })

  test('and what is no TLS after the request ends the connection', async () => {
    const client = await RawClient.open(cluster.node(1).host, cluster.node(1).port)
    client.socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
    await new Promise(resolve => client.socket.once('data', resolve))
    const closed = new Promise(resolve => client.socket.once('close', resolve))
    client.socket.on('error', () => undefined)
    client.socket.write('GET / HTTP/1.1\r\n\r\n')
    await closed
    expect(client.socket.destroyed).toBe(true)
  })

  test('cancel a query all the same: a key is all it takes', async () => {
    const client = await connect({ connectionString: cluster.node(1).url })
    const sleeping = client.query('SELECT pg_sleep(60)').catch((error: unknown) => error)
    const { processID, secretKey } = Object(client)
    const raw = await RawClient.open(cluster.node(2).host, cluster.node(2).port)
    const bytes = Buffer.alloc(16)
    for (const [at, value] of [16, 80_877_102, Number(processID), Number(secretKey)].entries())
      bytes.writeInt32BE(value, at * 4)
    await expect
      .poll(async () => {
        const { rows } = await (await connect({ connectionString: cluster.node(2).url })).query(`SHOW CLUSTER QUERIES`)
        return rows.length
      })
      .toBe(2)
    raw.socket.write(bytes)
    expect(await sleeping).toMatchObject({ code: '57014' })
  })
})

describe('faults work under encryption', () => {
  test('a partition is silent, and a kill resets', async () => {
    const client = await connect({ connectionString: cluster.node(2).url })
    cluster.node(2).partition()
    const answer = client.query('SELECT 1 AS x').then(({ rows }) => rows)
    expect(await Promise.race([answer, new Promise(resolve => setTimeout(resolve, 100, 'silence'))])).toBe('silence')
    cluster.node(2).heal()
    expect(await answer).toEqual([{ x: '1' }])
    const ended = new Promise(resolve => client.once('error', resolve))
    await cluster.node(2).kill()
    expect(await ended).toBeInstanceOf(Error)
    await cluster.node(2).start()
    await connect({ connectionString: cluster.node(2).url })
  })

  test('a drained node says goodbye', async () => {
    const client = await connect({ connectionString: cluster.node(2).url })
    const ended = new Promise(resolve => client.once('error', resolve))
    await cluster.node(2).drain()
    expect(await ended).toMatchObject({ code: '57P01' })
    await cluster.node(2).start()
  })
})

async function ask(path: string, options: object): Promise<{ status: number; body: string }> {
  const ca = readFileSync(join(folder, 'ca.crt'))
  return new Promise((resolve, reject) => {
    const sent = request(`${cluster.adminUrl}${path}`, { ca, ...options }, response => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    sent.on('error', reject).end()
  })
}
const keys = ({ certificate, key }: ClientFiles) => ({ cert: readFileSync(certificate), key: readFileSync(key) })

describe('the admin API', () => {
  test('speaks HTTPS with the holder of root’s certificate', async () => {
    expect(cluster.adminUrl).toMatch(/^https:/)
    expect(await ask('/api/nodes', {})).toMatchObject({
      status: 401,
      body: expect.stringContaining('CERCI_ADMIN_CERTIFICATE'),
    })
    expect(await ask('/api/nodes', keys(await cluster.clientCertificate('mary')))).toMatchObject({ status: 401 })
    expect(await ask('/api/nodes', keys(await cluster.clientCertificate('root')))).toMatchObject({ status: 200 })
    expect(await ask('/nodes/1/health?ready=1', {})).toMatchObject({ status: 200 })
  })

  test('refuses the pages of other sites', async () => {
    const root = keys(await cluster.clientCertificate('root'))
    const origin = 'https://evil.example'
    expect(await ask('/api/nodes/1/kill', { ...root, method: 'POST', headers: { origin } })).toMatchObject({
      status: 403,
    })
    expect(cluster.node(1).info.state).toBe('live')
  })
})

test('a client without SQL cannot hold a handshake open for ever, nor bring the node down', async () => {
  const { host, port } = cluster.node(1)
  await expect(
    new Promise((resolve, reject) =>
      connectTls({ host, port, rejectUnauthorized: false }, () => resolve('secured')).once('error', reject),
    ),
  ).rejects.toBeInstanceOf(Error)
  await connect({ connectionString: cluster.node(1).url })
})

test('certificates that nobody wants to keep go with the cluster', async () => {
  const other = await DevCluster.start({ nodes: 1, secure: true })
  const { certificate } = await other.clientCertificate('root')
  await other.stop()
  expect(existsSync(certificate)).toBe(false)
})
