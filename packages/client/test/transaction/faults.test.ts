import { type ClusterNode, DevCluster, lostReplies, retryErrors } from '@cerci/dev-cluster'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import type { ClusterOptions } from '../../src/cluster/options.js'
import { caught, until } from '../fixture/caught.js'

describeFaults('transactions on a cluster that fails', () => {
  let dev: DevCluster
  let url: string
  beforeAll(async () => {
    dev = await DevCluster.start({ nodes: 3 })
    url = (await dev.createDatabase()).url
  })
  afterEach(() => dev.faults.clear())
  afterAll(() => dev.stop())

  async function using<T>(options: ClusterOptions, body: (cluster: Cluster) => Promise<T>): Promise<T> {
    const cluster = new Cluster({ connectionString: url, ...options })
    try {
      return await body(cluster)
    } finally {
      await cluster.close({ deadlineMs: 500 })
    }
  }

  it.each([{ readOnly: true }, { asOf: '-1ms' }])('a lost COMMIT of one that only reads leaves no doubt: %o', options =>
    using({ max: 2 }, async cluster => {
      dev.faults.add({ ...lostReplies({ fingerprint: 'COMMIT', times: 1 }), inTransaction: false })
      const attempts = await cluster.transaction(async tx => {
        await tx.query('SELECT 1')
        return tx.attempt
      }, options)
      expect(attempts).toBe(2)
    }),
  )

  it.each(['transaction', 'cockroach_restart'] as const)('40001 at each statement, and at COMMIT: %s', protocol =>
    using({ max: 2, applicationName: `each-${protocol}` }, async cluster => {
      await cluster.query(`CREATE TABLE each_${protocol} (id INT8 PRIMARY KEY)`)
      const steps = [
        ...[0, 1, 2, 3].map(after => ({ stage: 'statement', after }) as const),
        { stage: 'commit', after: 0 } as const,
      ]
      for (const [at, { stage, after }] of steps.entries()) {
        dev.faults.add({
          id: 'each',
          application: `each-${protocol}`,
          stage,
          after,
          times: 1,
          inTransaction: true,
          effect: { kind: 'retry', reason: 'RETRY_SERIALIZABLE' },
        })
        const attempts = await cluster.transaction(
          async tx => {
            await tx.query(`SELECT count(*) FROM each_${protocol}`)
            await tx.query(`INSERT INTO each_${protocol} VALUES ($1)`, [at * 2])
            await tx.savepoint(inner => inner.query(`INSERT INTO each_${protocol} VALUES ($1)`, [at * 2 + 1]))
            await tx.query(`SELECT count(*) FROM each_${protocol}`)
            return tx.attempt
          },
          { protocol },
        )
        expect([stage, after, attempts]).toEqual([stage, after, 2])
        expect(dev.faults.list()).toMatchObject([{ hits: 1 }])
      }
      dev.faults.clear()
      const { rows } = await cluster.query<{ n: string }>(`SELECT count(*) AS n FROM each_${protocol}`)
      expect(rows).toEqual([{ n: '10' }])
    }),
  )

  it('is not run for long when it misses its commit deadline, again and again', () =>
    using({ max: 1 }, async cluster => {
      dev.faults.add(retryErrors({ stage: 'commit', reason: 'RETRY_COMMIT_DEADLINE_EXCEEDED' }))
      const error = await caught(cluster.transaction(tx => tx.query('SELECT 1')))
      expect(error).toMatchObject({ code: 'CERCI_RETRIES_EXHAUSTED', attempts: 3, sqlState: '40001' })
    }))

  it('is run once with retry: false', () =>
    using({ max: 1 }, async cluster => {
      dev.faults.add(retryErrors({ stage: 'commit' }))
      const error = await caught(cluster.transaction(tx => tx.query('SELECT 1'), { retry: false }))
      expect(error).toMatchObject({ code: 'CERCI_RETRIES_EXHAUSTED', attempts: 1, sqlState: '40001' })
    }))

  describe('between two statements', () => {
    it('a drain lets it finish where it is', () =>
      using({ max: 3 }, async cluster => {
        await cluster.query('CREATE TABLE drained (id INT8 PRIMARY KEY)')
        const { attempt, node, hurting } = await interrupted(cluster, dev, 'drained', victim => victim.drain())
        expect(attempt).toBe(1)
        await hurting
        expect(await rowsOf(cluster, 'drained')).toEqual([1, 2])
        await node.start()
      }))

    it('a kill runs it again elsewhere', () =>
      using({ max: 3 }, async cluster => {
        await cluster.query('CREATE TABLE killed (id INT8 PRIMARY KEY)')
        const { attempt, node, hurting } = await interrupted(cluster, dev, 'killed', victim => victim.kill())
        expect(attempt).toBe(2)
        await hurting
        expect(await rowsOf(cluster, 'killed')).toEqual([1, 2])
        await node.start()
      }))

    it('a partition is noticed, and runs it again elsewhere', () =>
      using({ max: 3, probeSilentAfterMs: 200, connectTimeoutMs: 400 }, async cluster => {
        await cluster.query('CREATE TABLE parted (id INT8 PRIMARY KEY)')
        const { attempt, hurting } = await interrupted(cluster, dev, 'parted', async victim => {
          victim.partition()
          // What it had begun holds its row until the node hears that the client has gone.
          await until('the client gives the node up', () => cluster.pool.nodes.some(({ state }) => state === 'down'))
          victim.heal()
        })
        expect(attempt).toBe(2)
        await hurting
        expect(await rowsOf(cluster, 'parted')).toEqual([1, 2])
      }))

    it('a slow node only takes its time', () =>
      using({ max: 3 }, async cluster => {
        await cluster.query('CREATE TABLE slowed (id INT8 PRIMARY KEY)')
        const { attempt } = await interrupted(cluster, dev, 'slowed', ({ id }) =>
          dev.faults.add({ id: 'slow', node: id, stage: 'statement', effect: { kind: 'delay', ms: 300 } }),
        )
        expect(attempt).toBe(1)
        expect(await rowsOf(cluster, 'slowed')).toEqual([1, 2])
      }))
  })
})

/** Hurts the node that the first attempt is on, between its two statements. */
async function interrupted(
  cluster: Cluster,
  dev: DevCluster,
  table: string,
  hurt: (node: ClusterNode) => Promise<void> | void,
): Promise<{ attempt: number; node: ClusterNode; hurting: Promise<void> | undefined }> {
  let node = dev.node(1)
  let hurting: Promise<void> | undefined
  const attempt = await cluster.transaction(async tx => {
    await tx.query(`INSERT INTO ${table} VALUES (1)`)
    if (tx.attempt === 1) {
      const { rows } = await tx.query<{ node_id: string }>('SHOW node_id')
      node = dev.node(Number(rows[0]?.node_id))
      hurting = hurt(node) ?? undefined
    }
    await tx.query(`INSERT INTO ${table} VALUES (2)`)
    return tx.attempt
  })
  return { attempt, node, hurting }
}

async function rowsOf(cluster: Cluster, table: string): Promise<number[]> {
  return (await cluster.query(`SELECT id FROM ${table} ORDER BY id`)).rows.map(({ id }) => Number(id))
}
