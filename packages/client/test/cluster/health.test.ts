import { DevCluster } from '@cerci/dev-cluster'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import type { ClusterOptions } from '../../src/cluster/options.js'
import { until } from '../fixture/caught.js'
import { startNodes } from '../fixture/nodes.js'

describeFaults('health()', () => {
  let dev: DevCluster
  beforeAll(async () => {
    dev = await DevCluster.start({ nodes: 3 })
  })
  afterAll(() => dev.stop())

  async function using<T>(options: ClusterOptions, body: (cluster: Cluster) => Promise<T>): Promise<T> {
    const cluster = new Cluster({ connectionString: dev.url, ...options })
    try {
      return await body(cluster)
    } finally {
      await cluster.close({ deadlineMs: 500 })
    }
  }

  it('says of each node that it answers, how fast, where it is, and what the pool has there', () =>
    using({ max: 6 }, async cluster => {
      await cluster.warmUp()
      await Promise.all(Array.from({ length: 60 }, () => cluster.query('SELECT 1')))
      const health = await cluster.health()
      expect(health.status).toBe('up')
      expect(health.regions).toEqual(dev.nodes.map(({ region }) => region).toSorted())
      expect(health.nodes.map(({ nodeId, region, port }) => ({ id: nodeId, region, port }))).toEqual(
        dev.nodes.map(({ id, region, port }) => ({ id, region, port })),
      )
      for (const node of health.nodes) {
        expect(node).toMatchObject({ state: 'up', host: '127.0.0.1', error: undefined })
        expect(node.version).toMatch(/^v\d+\.\d+/)
        expect(node.answerMs).toBeGreaterThan(0)
        expect(node.answerMs).toBeLessThan(2_000)
        expect(node.idle).toBe(node.connections)
      }
      expect(health.nodes.some(({ latencyMs }) => latencyMs !== undefined && latencyMs > 0)).toBe(true)
      expect(health.pool).toEqual({
        max: 6,
        total: health.nodes.reduce((sum, { connections }) => sum + connections, 0),
        idle: cluster.pool.idleCount,
        waiting: 0,
      })
    }))

  it('answers when nothing was asked yet, and when the pool is full and callers wait', () =>
    using({ max: 1 }, async cluster => {
      expect(await cluster.health()).toMatchObject({ status: 'up', regions: [], pool: { total: 0 } })
      const client = await cluster.pool.connect()
      const waiting = cluster.query('SELECT 1')
      expect(await cluster.health()).toMatchObject({
        status: 'up',
        pool: { max: 1, total: 1, idle: 0, waiting: 1 },
      })
      client.release()
      await waiting
    }))

  it('is degraded while a node is down, and up when it is back', () =>
    using({ max: 6 }, async cluster => {
      await cluster.warmUp()
      await dev.node(2).kill()
      const health = await cluster.health()
      expect(health.status).toBe('degraded')
      expect(health.nodes.map(({ answerMs }) => answerMs !== undefined)).toEqual([true, false, true])
      expect(health.regions).toHaveLength(3)
      await dev.node(2).start()
      await until('all nodes answer', async () => (await cluster.health()).status === 'up')
    }))

  it('does not wait for a node that is silent, longer than it is told', () =>
    using({ max: 3 }, async cluster => {
      await cluster.warmUp()
      dev.node(3).partition()
      try {
        const began = performance.now()
        const health = await cluster.health({ timeoutMs: 200 })
        expect(performance.now() - began).toBeLessThan(5_000) // the system's own limit is minutes
        expect(health.nodes.map(({ answerMs }) => answerMs !== undefined)).toEqual([true, true, false])
      } finally {
        dev.node(3).heal()
      }
    }))

  it('is down when no node answers', () =>
    using({ hosts: ['127.0.0.1:1', '127.0.0.1:2'], connectionString: undefined }, async cluster => {
      const health = await cluster.health()
      expect(health).toMatchObject({ status: 'down', regions: [], pool: { total: 0 } })
      expect(health.nodes).toMatchObject([{ port: 1, answerMs: undefined }, { port: 2 }])
    }))
})

it('asks no statement at all, so nothing of crdb_internal either', async () => {
  const { proxies, url } = await startNodes(2)
  const asked: string[] = []
  for (const proxy of proxies) {
    proxy.onQuestion = ({ text }) => {
      asked.push(text)
      return 'pass'
    }
  }
  const cluster = new Cluster(url)
  await cluster.warmUp()
  await cluster.query('SELECT 1')
  const accepted = proxies.map(proxy => proxy.accepted)
  expect(await cluster.health()).toMatchObject({ status: 'up' })
  // Each address was reached, beside the pool's connections, but not logged into.
  expect(proxies.map((proxy, at) => proxy.accepted - (accepted[at] ?? 0))).toEqual([1, 1])
  expect(asked).toHaveLength(1)
  await cluster.close()
})
