import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { DevCluster } from '@cerci/dev-cluster'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import type { ClusterOptions } from '../../src/cluster/options.js'
import { caught } from '../fixture/caught.js'

const who = async (cluster: Cluster) => (await cluster.query('SELECT current_user AS name')).rows

describeFaults('a secure cluster', () => {
  let dev: DevCluster
  let store: string
  const open: Cluster[] = []

  beforeAll(async () => {
    store = await mkdtemp(join(tmpdir(), 'cerci-test-'))
    dev = await DevCluster.start({ nodes: 2, secure: true, store })
    await as({}).query(`CREATE USER carl WITH PASSWORD 'hunter2'`)
  }, 60_000)
  afterAll(async () => {
    await Promise.all(open.map(cluster => cluster.close({ deadlineMs: 100 })))
    await dev.stop()
    await rm(store, { recursive: true })
  })

  /** A client of all nodes: root with its certificate, unless the options say otherwise. */
  function as(options: ClusterOptions): Cluster {
    const cluster = new Cluster({ connectionString: dev.url, ...options })
    open.push(cluster)
    return cluster
  }
  /** A client of all nodes that shows no certificate. */
  function withPassword(password: ClusterOptions['password'], options: ClusterOptions = {}): Cluster {
    return as({ user: 'carl', password, sslcert: '', sslkey: '', ...options })
  }

  it('takes root with the certificate that its URL names, on every node, and cancels under it', async () => {
    const root = as({ max: 2 })
    const clients = await Promise.all([root.pool.acquire(), root.pool.acquire()])
    expect(new Set(clients.map(client => client.node.id))).toEqual(new Set([1, 2]))
    for (const client of clients) {
      expect(client.connection.stream).toBeInstanceOf(TLSSocket)
      client.release()
    }
    expect(await who(root)).toEqual([{ name: 'root' }])
    expect(await caught(root.query({ text: 'SELECT pg_sleep(60)', timeoutMs: 50 }))).toMatchObject({
      sqlState: '57014',
    })
  })

  it('takes a user with a certificate, and runs transactions', async () => {
    await as({}).query('CREATE USER mary')
    const { certificate, key } = await dev.clientCertificate('mary')
    const mary = as({ user: 'mary', sslcert: certificate, sslkey: key })
    const { rows } = await mary.transaction(tx => tx.query('SELECT current_user AS name'))
    expect(rows).toEqual([{ name: 'mary' }])
  })

  it('takes a password by SCRAM', async () => {
    expect(await who(withPassword('hunter2'))).toEqual([{ name: 'carl' }])
  })

  it('asks the password function for each connection, so that a new password counts', async () => {
    let password = 'hunter2'
    let asked = 0
    const carl = withPassword(
      () => {
        asked++
        return Promise.resolve(password)
      },
      { max: 2 },
    )
    const clients = await Promise.all([carl.pool.acquire(), carl.pool.acquire()])
    expect(asked).toBe(2)
    password = 'changed'
    await as({}).query(`ALTER USER carl WITH PASSWORD 'changed'`)
    for (const client of clients) {
      const gone = once(client, 'end')
      client.release(true)
      await gone
    }
    expect(await who(carl)).toEqual([{ name: 'carl' }])
    expect(asked).toBe(3)
    await as({}).query(`ALTER USER carl WITH PASSWORD 'hunter2'`)
  })

  it('refuses a wrong password, at once and without repeating it', async () => {
    const error = await caught(withPassword('wrong-secret').query('SELECT 1'))
    expect(error).toMatchObject({ sqlState: '28P01' })
    expect(String(error)).not.toContain('wrong-secret')
  })

  it('says that a password is missing, or that its function failed, and blames no node for it', async () => {
    const cases = [
      [withPassword(undefined), 'The server asks for a password, and none is given'],
      [withPassword(() => Promise.reject(new Error('sealed'))), 'The password function failed: sealed'],
      [withPassword(() => JSON.parse('7')), 'The password function gave a number, not a string'],
    ] as const
    for (const [cluster, message] of cases) {
      const expected = { code: 'CERCI_CONNECTION', message: expect.stringContaining(message) }
      expect(await caught(cluster.query('SELECT 1'))).toMatchObject(expected)
      expect(await caught(cluster.warmUp())).toMatchObject(expected)
      expect(cluster.pool.nodes.every(({ state }) => state === 'up')).toBe(true)
    }
  })

  it('is verified: nobody talks to a cluster whose authority is another', async () => {
    const other = await DevCluster.start({ nodes: 1, secure: true })
    try {
      const foreign = new URL(other.url).searchParams.get('sslrootcert') ?? ''
      const error = await caught(as({ sslrootcert: foreign }).query('SELECT 1'))
      expect(String(error)).toMatch(/certificate|signature/)
    } finally {
      await other.stop()
    }
  })

  it('outlives a node that is killed, and one that is drained', async () => {
    const root = as({ max: 2 })
    await Promise.all([root.query('SELECT 1'), root.query('SELECT 1')])
    await dev.node(1).kill()
    expect(await who(root)).toEqual([{ name: 'root' }])
    await dev.node(1).start()
    await dev.node(2).drain()
    expect(await who(root)).toEqual([{ name: 'root' }])
    await dev.node(2).start()
  })

  it('knows its users and certificates in its second run with the same store', async () => {
    const before = await dev.clientCertificate('root')
    await dev.stop()
    dev = await DevCluster.start({ nodes: 2, secure: true, store })
    expect(await dev.clientCertificate('root')).toEqual(before)
    expect(await who(as({}))).toEqual([{ name: 'root' }])
    expect(await who(withPassword('hunter2'))).toEqual([{ name: 'carl' }])
    expect(await caught(withPassword('wrong').query('SELECT 1'))).toMatchObject({ sqlState: '28P01' })
  })
})
