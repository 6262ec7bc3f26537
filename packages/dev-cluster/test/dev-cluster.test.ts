import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { DevCluster } from '../src/dev-cluster.js'
import type { DevClusterOptions } from '../src/dev-cluster-options.js'
import { retryErrors } from '../src/faults/fault-rules.js'
import { temporaryFolder } from './engine/temporary-folder.js'
import { ask, patience, start } from './started-cluster.js'

async function occupiedPort(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  return { server, port: typeof address === 'object' && address ? address.port : 0 }
}

/** A temporary folder of one test's own, in which nothing may be left. */
function ownTemporaryFolder(): string {
  const folder = temporaryFolder()
  vi.stubEnv('TMPDIR', folder)
  return folder
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('DevCluster', () => {
  test('refuses options that it does not know, or that would do nothing', async () => {
    const misspelled = JSON.parse('{"node": 3}') as DevClusterOptions
    await expect(DevCluster.start(misspelled)).rejects.toMatchObject({
      code: 'CERCI_OPTION_UNKNOWN',
      message: expect.stringMatching(/^There is no option 'node'\. The options are engine, .*, onLog\.$/),
    })
    await expect(DevCluster.start({ image: 'cockroach:v26' })).rejects.toMatchObject({ code: 'CERCI_IMAGE_UNUSED' })
  })

  test('is three nodes in three regions, each of which answers as itself', async () => {
    const cluster = await start()
    expect(cluster.nodes.map(({ id, region, zone }) => ({ id, region, zone }))).toEqual([
      { id: 1, region: 'us-east-1', zone: 'a' },
      { id: 2, region: 'us-west-1', zone: 'a' },
      { id: 3, region: 'eu-west-1', zone: 'a' },
    ])
    for (const node of cluster.nodes)
      expect(await ask(node.url, 'SHOW node_id')).toEqual([{ node_id: String(node.id) }])
    const hosts = cluster.nodes.map(({ host, port }) => `${host}:${port}`).join(',')
    expect(cluster.url).toBe(`postgresql://root@${hosts}/defaultdb?sslmode=disable`)
  })

  test('listens on consecutive ports', async () => {
    const { server, port } = await occupiedPort()
    server.close()
    await once(server, 'close')
    const cluster = await start({ nodes: 2, port })
    expect(cluster.nodes.map(node => node.port)).toEqual([port, port + 1])
  })

  test.each(['port', 'httpPort'] as const)(
    'names the option when its %s is in use, and leaves nothing running',
    async option => {
      const folder = ownTemporaryFolder()
      const { port } = await occupiedPort()
      await expect(DevCluster.start({ [option]: port })).rejects.toMatchObject({
        code: 'CERCI_PORT_IN_USE',
        message: expect.stringContaining(option),
      })
      expect(readdirSync(folder)).toEqual([])
    },
  )

  test.each([
    [{ nodes: 0 }, 'CERCI_NODES_INVALID'],
    [{ regions: [] }, 'CERCI_REGIONS_INVALID'],
    [{ store: import.meta.filename }, 'CERCI_STORE_UNUSABLE'],
    [{ port: 70_000 }, 'CERCI_PORT_INVALID'],
    [{ historyWindowMs: 0 }, 'CERCI_HISTORY_INVALID'],
    [{ host: '0.0.0.0' }, 'CERCI_HOST_NOT_LOOPBACK'],
  ])('refuses %j before anything is started', async (options, code) => {
    const folder = ownTemporaryFolder()
    await expect(DevCluster.start(options)).rejects.toMatchObject({ code })
    expect(readdirSync(folder)).toEqual([])
  })

  test('tells whoever opens a SQL port in a browser where the status page is', async () => {
    await using cluster = await DevCluster.start({ nodes: 2 })
    for (const method of ['GET', 'POST']) {
      const response = await fetch(`http://127.0.0.1:${cluster.node(2).port}/`, { method })
      expect(response.status).toBe(400)
      expect(await response.text()).toContain(`are at ${cluster.adminUrl}\n`)
    }
  })

  test('reads the past as far back as it is told', async () => {
    await using cluster = await DevCluster.start({ nodes: 1, historyWindowMs: 300 })
    const client = new Client({ connectionString: cluster.url })
    await client.connect()
    await sleep(900)
    await expect(client.query("SELECT 1 AS OF SYSTEM TIME '-700ms'")).rejects.toThrow(/replica GC threshold/)
    await client.query("SELECT 1 AS OF SYSTEM TIME '-50ms'")
    await client.end()
  })

  test('keeps no past, and says so, when it is told', async () => {
    await using cluster = await DevCluster.start({ nodes: 1, historyWindowMs: 'none' })
    const client = new Client({ connectionString: cluster.node(1).url })
    await client.connect()
    for (const time of ["'-1ms'", "with_max_staleness('10s')"]) {
      await expect(client.query(`SELECT 1 AS OF SYSTEM TIME ${time}`)).rejects.toMatchObject({
        code: 'XXUUU',
        hint: expect.stringContaining('--history-window'),
      })
    }
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: '1' }])
    await client.end()
  })

  test('leaves no file and no listener after stop', async () => {
    const folder = ownTemporaryFolder()
    const cluster = await DevCluster.start()
    const { adminUrl } = cluster
    const { url } = cluster.node(1)
    await cluster.stop()
    expect(readdirSync(folder)).toEqual([])
    await expect(fetch(adminUrl)).rejects.toThrow('fetch failed')
    await expect(ask(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('stops with clients connected, in the middle of a statement', async () => {
    const cluster = await DevCluster.start({ nodes: 1 })
    const sleeping = ask(cluster.node(1).url, 'SELECT pg_sleep(60)').catch((error: unknown) => error)
    await expect.poll(() => ask(cluster.node(1).url, 'SELECT 1'), patience).toHaveLength(1)
    await cluster.stop()
    expect(await sleeping).toBeInstanceOf(Error)
  })

  test('is disposed of at the end of a block', async () => {
    let adminUrl = ''
    {
      await using cluster = await DevCluster.start({ nodes: 1 })
      adminUrl = cluster.adminUrl
    }
    await expect(fetch(adminUrl)).rejects.toThrow('fetch failed')
  })
})

async function facts(cluster: DevCluster): Promise<unknown[][]> {
  const texts = [
    'SELECT x FROM t',
    'SHOW CLUSTER SETTING kv.rangefeed.enabled',
    'SELECT crdb_internal.cluster_id() AS id',
  ]
  return await Promise.all(texts.map(text => ask(cluster.node(1).url, text)))
}

test('a store keeps data, cluster settings and the id of the cluster', async () => {
  const store = join(temporaryFolder(), 'store')
  const first = await start({ nodes: 1, store })
  await ask(first.node(1).url, 'CREATE TABLE t (x INT PRIMARY KEY)')
  await ask(first.node(1).url, 'INSERT INTO t VALUES (42)')
  await ask(first.node(1).url, 'SET CLUSTER SETTING kv.rangefeed.enabled = true')
  await first.createDatabase()
  const before = await facts(first)
  await first.stop()
  expect(before[0]).toEqual([{ x: '42' }])
  expect(before[2]).toEqual([{ id: expect.stringMatching(/^[0-9a-f-]{36}$/) }])

  const second = await start({ nodes: 1, store })
  expect(await facts(second)).toEqual(before)
})

test('faults strike statements of real clients', async () => {
  const cluster = await start({ nodes: 1, faultSeed: 'test' })
  cluster.faults.add(retryErrors({ fingerprint: '_ + _', inTransaction: true, times: 1 }))
  const client = new Client({ connectionString: cluster.node(1).url })
  await client.connect()
  await client.query('BEGIN')
  await expect(client.query('SELECT 1 + 1')).rejects.toMatchObject({
    code: '40001',
    message: expect.stringContaining('RETRY_SERIALIZABLE'),
  })
  await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' })
  await client.query('ROLLBACK')
  await client.query('BEGIN')
  expect((await client.query('SELECT 1 + 1 AS two')).rows).toEqual([{ two: '2' }])
  await client.end()
  expect(cluster.faults.list()).toMatchObject([{ hits: 1 }])
})

describe('createDatabase', () => {
  test('gives an empty database that every node knows', async () => {
    const cluster = await start()
    const database = await cluster.createDatabase()
    const url = new URL(cluster.node(2).url)
    url.pathname = `/${database.name}`
    await ask(url.href, 'CREATE TABLE t (x INT PRIMARY KEY)')
    expect(await ask(url.href, 'SELECT current_database() AS name')).toEqual([{ name: database.name }])
    expect(database.url).toContain(`/${database.name}?`)
    database.drop()
    await expect
      .poll(() => ask(url.href, 'SELECT 1').catch((error: unknown) => error), patience)
      .toMatchObject({ code: '3D000' })
  })

  test('copies a migrated database', async () => {
    const cluster = await start({ nodes: 1 })
    const url = new URL(cluster.node(1).url)
    await ask(url.href, 'CREATE DATABASE app')
    url.pathname = '/app'
    await ask(url.href, 'CREATE TABLE t (x INT PRIMARY KEY)')
    const copy = await cluster.createDatabase({ template: 'app' })
    expect(await ask(copy.url, 'SELECT * FROM t')).toEqual([])
  })
})
