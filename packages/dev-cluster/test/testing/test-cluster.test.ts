import { Client } from 'pg'
import { afterEach, describe, expect, inject, test, vi } from 'vitest'
import { createTestDatabase, startTestCluster, type TestCluster } from '../../src/testing/index.js'

const clusters: TestCluster[] = []

async function start(...options: Parameters<typeof startTestCluster>): Promise<TestCluster> {
  const cluster = await startTestCluster(...options)
  clusters.push(cluster)
  return cluster
}

afterEach(async () => {
  await Promise.all(clusters.splice(0).map(cluster => cluster.stop()))
  vi.unstubAllEnvs()
})

async function query(url: string | undefined, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

const migrate = async (_: string, nodeUrl: string) => {
  await query(nodeUrl, `CREATE TABLE t AS SELECT 'migrated' AS state`)
}

describe('startTestCluster()', () => {
  test('migrates once, and hands out copies', async () => {
    const calls = vi.fn<typeof migrate>(migrate)
    await start({ nodes: 1, migrate: calls })
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()])
    await query(one.nodeUrls[0], 'DELETE FROM t WHERE true')
    expect(await query(two.nodeUrls[0], 'SELECT state FROM t')).toEqual([{ state: 'migrated' }])
    expect(calls).toHaveBeenCalledTimes(1)
    await one[Symbol.asyncDispose]()
    await expect(one.drop()).rejects.toMatchObject({ message: expect.stringContaining('CERCI_DATABASE_UNKNOWN') })
  })

  test('ends its cluster and is gone from the environment', async () => {
    const cluster = await start({ nodes: 1 })
    await createTestDatabase()
    await cluster.stop()
    await expect(fetch(cluster.adminUrl)).rejects.toThrow('fetch failed')
    await expect(createTestDatabase()).rejects.toMatchObject({ code: 'CERCI_TEST_CLUSTER_MISSING' })
  })

  test('says why a cluster does not start', async () => {
    await expect(start({ nodes: 99 })).rejects.toMatchObject({
      code: 'CERCI_TEST_CLUSTER_START',
      message: expect.stringContaining('99 is no number of nodes'),
    })
  })

  test('says why a cluster has no process', async () => {
    const program = process.execPath
    process.execPath = '/nowhere/node'
    try {
      await expect(start({ nodes: 1 })).rejects.toMatchObject({
        code: 'CERCI_TEST_CLUSTER_START',
        message: expect.stringContaining('ENOENT'),
      })
    } finally {
      process.execPath = program
    }
  })

  test('says when the migrated database is in use', async () => {
    const clients: Client[] = []
    const leaky = async (_: string, nodeUrl: string) => {
      const client = new Client({ connectionString: nodeUrl })
      client.on('error', () => undefined)
      clients.push(client)
      await client.connect()
    }
    await expect(start({ nodes: 1, migrate: leaky })).rejects.toMatchObject({
      code: 'CERCI_TEST_CLUSTER_REFUSED',
      message: expect.stringContaining('CERCI_TEMPLATE_BUSY'),
    })
  })

  test('can be secure: databases are made and reached with the certificates that URLs name', async () => {
    const cluster = await start({ nodes: 1, secure: true, migrate })
    expect(cluster.adminUrl).toMatch(/^https:/)
    const database = await createTestDatabase()
    expect(database.url).toContain('sslmode=verify-full')
    expect(await query(database.nodeUrls[0], 'SELECT state FROM t')).toEqual([{ state: 'migrated' }])
    const plain = new URL(database.nodeUrls[0] ?? '')
    plain.search = 'sslmode=disable'
    await expect(query(plain.href, 'SELECT 1')).rejects.toMatchObject({ code: '08P01' })
    await database.drop()
    await expect
      .poll(() => query(database.nodeUrls[0], 'SELECT 1').catch((error: unknown) => error))
      .toMatchObject({
        code: '3D000',
      })
  })

  test('with CERCI_TEST_URL, makes databases there and drops them', async () => {
    vi.stubEnv('CERCI_TEST_URL', inject('clusterUrl'))
    const cluster = await start({ migrate })
    const database = await createTestDatabase()
    expect(database.url).toContain(`/${database.name}`)
    expect(await query(database.nodeUrls[1], 'SELECT state FROM t')).toEqual([{ state: 'migrated' }])
    await cluster.stop()
    await expect(query(database.nodeUrls[0], 'SELECT 1')).rejects.toMatchObject({ code: '3D000' })
  })
})
