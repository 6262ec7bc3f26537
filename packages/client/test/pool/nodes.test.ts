import { DevCluster } from '@cerci/dev-cluster'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeFaults, withDatabase } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import type { ClusterOptions } from '../../src/cluster/options.js'
import type { FailoverEvent } from '../../src/query/observer.js'
import { until } from '../fixture/caught.js'
import { Proxy } from '../fixture/proxy.js'

describeFaults('on a cluster of three nodes in three regions', () => {
  let dev: DevCluster
  let url: string
  beforeAll(async () => {
    dev = await DevCluster.start({ nodes: 3, regions: ['us-east-1', 'us-west-1', 'eu-west-1'] })
    url = (await dev.createDatabase()).url
  })
  afterAll(() => dev.stop())

  async function using<T>(options: ClusterOptions, body: (cluster: Cluster) => Promise<T>): Promise<T> {
    const cluster = new Cluster({ connectionString: url, ...options })
    try {
      return await body(cluster)
    } finally {
      await cluster.close({ deadlineMs: 500 })
    }
  }

  describe('introduction', () => {
    it('tells node, region and version of every connection', () =>
      using({}, async cluster => {
        await cluster.warmUp()
        expect(cluster.pool.nodes).toMatchObject([
          { nodeId: 1, region: 'us-east-1', version: 'v26.2.0', state: 'up' },
          { nodeId: 2, region: 'us-west-1', version: 'v26.2.0', state: 'up' },
          { nodeId: 3, region: 'eu-west-1', version: 'v26.2.0', state: 'up' },
        ])
        const health = await cluster.health()
        expect(health).toMatchObject({
          status: 'up',
          regions: ['eu-west-1', 'us-east-1', 'us-west-1'],
          pool: { max: 10, waiting: 0 },
        })
        expect(health.nodes.every(({ answerMs = -1 }) => answerMs >= 0)).toBe(true)
      }))

    it('tells nodes apart behind one address, and evens them out', async () => {
      const ports = dev.nodes.map(({ port }) => port)
      const balancer = await Proxy.start({ host: '127.0.0.1', port: 0 })
      // Sends five connections to the first node, the rest in turn.
      balancer.choosePort = connection => ports[connection < 5 ? 0 : connection % 3] ?? 0
      await using(
        { connectionString: url.replace(/@[^/]+/, `@127.0.0.1:${balancer.port}`), max: 6, min: 6 },
        async cluster => {
          await cluster.warmUp()
          await until(
            'the nodes have about as many connections',
            () => {
              const counts = cluster.pool.nodes.map(({ connections }) => connections)
              return counts.length > 1 && Math.max(...counts) < 5
            },
            15_000,
          )
          expect(cluster.pool.nodes.map(({ nodeId }) => nodeId)).toContain(1)
        },
      )
      await balancer.stop()
    }, 20_000)
  })

  describe('choice', () => {
    it('spreads statements and connections over the nodes', () =>
      using({ max: 9, min: 9 }, async cluster => {
        await Promise.all(Array.from({ length: 9 }, () => cluster.query('SELECT pg_sleep(0.02)')))
        // On a busy machine the statements are done before the last connection is open.
        await until(
          'each node has three',
          () => cluster.pool.nodes.map(({ connections }) => connections).join() === '3,3,3',
        )
        for (let n = 0; n < 60; n++) await cluster.query('SELECT 1')
        for (const { served } of cluster.pool.nodes) expect(served).toBeGreaterThan(10)
      }))

    it('prefers the own region, falls back in the order of ranks, and returns', () =>
      using({ locality: ['region=us-west-1,zone=x', 'region=eu-west-1'], max: 3 }, async cluster => {
        const regions = async (): Promise<unknown[]> => {
          const answers = await Promise.all(
            Array.from({ length: 6 }, () => cluster.query('SELECT gateway_region() AS region')),
          )
          return [...new Set(answers.map(({ rows }) => rows[0]?.region))]
        }
        await cluster.warmUp()
        await until('far connections are given up', () =>
          cluster.pool.nodes.every(({ region, connections }) => region === 'us-west-1' || connections === 0),
        )
        expect(await regions()).toEqual(['us-west-1'])
        await dev.node(2).kill()
        expect(await regions()).toEqual(['eu-west-1'])
        await dev.node(2).start()
        await until('the near node is used again', async () => (await regions()).join() === 'us-west-1')
      }))

    // Counted, not timed: each of three nodes would get a third by turns. bench/ measures the throughput.
    it('keeps a slow node from dragging the pool', () =>
      using({ max: 21, min: 21 }, async cluster => {
        await cluster.warmUp()
        dev.faults.add({ id: 'slow', node: 1, stage: 'statement', effect: { kind: 'delay', ms: 100 } })
        const before = new Map(cluster.pool.nodes.map(({ nodeId, served }) => [nodeId, served]))
        await runStatements(cluster, 20, 100)
        dev.faults.clear()
        const served = cluster.pool.nodes.map(node => [node.nodeId, node.served - (before.get(node.nodeId) ?? 0)])
        const all = served.reduce((sum, [, count]) => sum + (count ?? 0), 0)
        const slow = served.find(([nodeId]) => nodeId === 1)?.[1] ?? Number.NaN
        expect(all).toBeGreaterThanOrEqual(2000)
        expect(slow / all).toBeLessThan(1 / 6)
      }))
  })

  describe('a rolling restart', () => {
    it(
      'fails no statement and no transaction',
      () =>
        using({ max: 12 }, async cluster => {
          await cluster.query('CREATE TABLE counters (id INT8 PRIMARY KEY, n INT8 NOT NULL)')
          await cluster.query('INSERT INTO counters SELECT i, 0 FROM generate_series(1, 20) AS g(i)')
          const failures: unknown[] = []
          const load = { stop: false }
          let done = 0
          const worker = async (id: number): Promise<void> => {
            while (!load.stop) {
              try {
                await cluster.query('SELECT n FROM counters WHERE id = $1', [id])
                await cluster.query('UPDATE counters SET n = n + 1 WHERE id = $1', [id])
                await cluster.transaction(async tx => {
                  await tx.query('SELECT n FROM counters WHERE id = $1', [id])
                  await tx.query('UPDATE counters SET n = n + 1 WHERE id = $1', [id])
                })
                done += 2
              } catch (error) {
                failures.push(error)
              }
            }
          }
          const workers = Array.from({ length: 12 }, (_, at) => worker(at + 1))
          for (const node of dev.nodes) {
            await new Promise(resolve => setTimeout(resolve, 150))
            await node.drain()
            await node.kill()
            await new Promise(resolve => setTimeout(resolve, 150))
            await node.start()
            await until(
              'the node is used again',
              () => (cluster.pool.nodes.find(({ nodeId }) => nodeId === node.id)?.connections ?? 0) > 0,
            )
          }
          load.stop = true
          await Promise.all(workers)
          expect(failures).toEqual([])
          const { rows } = await cluster.query<{ sum: string }>('SELECT sum(n)::INT8 AS sum FROM counters')
          expect(Number(rows[0]?.sum)).toBe(done)
        }),
      60_000,
    )
  })

  describe('killed and partitioned nodes', () => {
    it(
      'lose no transaction and double none',
      () =>
        using({ max: 10, probeSilentAfterMs: 300, connectTimeoutMs: 500 }, async cluster => {
          const events: FailoverEvent[] = []
          const unobserve = cluster.observe({ failover: event => void events.push(event) })
          await cluster.query('CREATE TABLE ledger (id INT8 PRIMARY KEY)')
          const acknowledged: number[] = []
          const failed: unknown[] = []
          let next = 0
          const load = { stop: false }
          const worker = async (): Promise<void> => {
            while (!load.stop) {
              const id = ++next
              const verify = async (): Promise<boolean> =>
                (await cluster.query('SELECT 1 FROM ledger WHERE id = $1', [id])).rows.length > 0
              try {
                await cluster.transaction(tx => tx.query('INSERT INTO ledger (id) VALUES ($1)', [id]), { verify })
                acknowledged.push(id)
              } catch (error) {
                failed.push(error)
              }
            }
          }
          const workers = Array.from({ length: 8 }, worker)
          for (const node of dev.nodes) {
            await new Promise(resolve => setTimeout(resolve, 100))
            await node.kill()
            await new Promise(resolve => setTimeout(resolve, 100))
            await node.start()
          }
          dev.node(3).partition()
          await until('the partition is noticed', () =>
            events.some(({ state, node }) => state === 'down' && node.id === 3),
          )
          dev.node(3).heal()
          load.stop = true
          await Promise.all(workers)
          unobserve()
          expect(failed).toEqual([])
          const { rows } = await cluster.query<{ id: string }>('SELECT id FROM ledger ORDER BY id')
          expect(rows.map(({ id }) => Number(id))).toEqual(acknowledged.toSorted((a, b) => a - b))
          expect(events.some(({ state }) => state === 'up')).toBe(true)
        }),
      60_000,
    )
  })

  describe('injected faults', () => {
    it('40001 at random only costs attempts', () =>
      using({ max: 2, applicationName: 'injected' }, async cluster => {
        await cluster.query('CREATE TABLE injected (id INT8 PRIMARY KEY)')
        for (const stage of ['statement', 'commit'] as const) {
          dev.faults.add({
            id: stage,
            application: 'injected',
            stage,
            inTransaction: true,
            probability: 0.3,
            effect: { kind: 'retry', reason: 'RETRY_SERIALIZABLE' },
          })
        }
        for (let id = 1; id <= 10; id++) {
          await cluster.transaction(async tx => {
            await tx.query('INSERT INTO injected VALUES ($1)', [id * 2])
            await tx.query('INSERT INTO injected VALUES ($1)', [id * 2 + 1])
          })
        }
        dev.faults.clear()
        const { rows } = await cluster.query<{ count: string }>('SELECT count(*) AS count FROM injected')
        expect(rows).toEqual([{ count: '20' }])
      }))

    it('ambiguous commits are settled by verify, and told without', () =>
      using({ max: 2 }, async cluster => {
        await cluster.query('CREATE TABLE unsure (id INT8 PRIMARY KEY)')
        for (const committed of [true, false]) {
          dev.faults.add({
            id: 'unsure',
            stage: 'commit',
            times: 1,
            inTransaction: true,
            effect: { kind: 'ambiguous', committed },
          })
          const id = committed ? 1 : 2
          const verify = async (): Promise<boolean> =>
            (await cluster.query('SELECT 1 FROM unsure WHERE id = $1', [id])).rows.length > 0
          const attempts = await cluster.transaction(
            async tx => {
              await tx.query('INSERT INTO unsure VALUES ($1)', [id])
              return tx.attempt
            },
            { verify },
          )
          expect(attempts).toBe(committed ? 1 : 2)
        }
        dev.faults.clear()
        expect((await cluster.query('SELECT id FROM unsure ORDER BY id')).rows).toEqual([{ id: '1' }, { id: '2' }])
      }))
  })

  it('keeps the database of the URL', () =>
    using({ connectionString: withDatabase(url, 'defaultdb') }, async cluster => {
      expect((await cluster.query('SELECT current_database() AS name')).rows).toEqual([{ name: 'defaultdb' }])
    }))
})

async function runStatements(cluster: Cluster, workers: number, each: number): Promise<void> {
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let n = 0; n < each; n++) await cluster.query('SELECT $1::INT8 AS n', [n])
    }),
  )
}
