import type { Client } from 'pg'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { expectUnavailable, MultiRegionCluster } from '../multi-region-cluster.js'

let shop: MultiRegionCluster
let europe: Client
/** A time from before the region is lost, which every replica knew by then. */
let before: string

beforeAll(async () => {
  shop = await MultiRegionCluster.start({ nodes: 9 })
  const east = await shop.connect(1)
  for (const sql of [
    "SET CLUSTER SETTING kv.replica_circuit_breaker.slow_replication_threshold = '100ms'",
    'CREATE TABLE t (id INT PRIMARY KEY, v INT)',
    'CREATE TABLE far (id INT PRIMARY KEY, v INT) LOCALITY REGIONAL BY TABLE IN "us-west-1"',
    'CREATE TABLE r (id INT PRIMARY KEY, v INT) LOCALITY REGIONAL BY ROW',
    'INSERT INTO t VALUES (1, 0)',
    'INSERT INTO far VALUES (1, 0)',
    "INSERT INTO r (id, crdb_region) VALUES (1, 'us-east-1'), (3, 'eu-west-1')",
  ]) {
    await east.query(sql)
  }
})

beforeEach(async () => {
  europe = await shop.connect(3)
  // Replicas know the rows, and the time from which on they do.
  const known = 'SELECT id FROM r AS OF SYSTEM TIME follower_read_timestamp() WHERE id = 3'
  await vi.waitUntil(async () => (await ids(known).catch(() => [])).length > 0, { timeout: 15_000, interval: 250 })
  const { rows } = await europe.query<{ before: string }>('SELECT follower_read_timestamp()::STRING AS before')
  before = rows[0]?.before ?? ''
})

afterEach(async () => {
  await shop.cluster.region('us-east-1').start()
  shop.cluster.region('eu-west-1').heal()
})

async function ids(sql: string): Promise<unknown[]> {
  return (await europe.query<{ id: unknown }>(sql)).rows.map(({ id }) => id)
}

describe('when the home region is lost, stale reads', () => {
  test('go on at every time that the replicas in other regions knew, and at no later one', async () => {
    await shop.cluster.region('us-east-1').kill()
    await expectUnavailable(europe.query('SELECT id FROM t'))
    expect(await ids(`SELECT id FROM t AS OF SYSTEM TIME '${before}'`)).toEqual(['1'])
    expect(await ids(`SELECT id FROM r AS OF SYSTEM TIME '${before}' ORDER BY id`)).toEqual(['1', '3'])
    await europe.query(`BEGIN AS OF SYSTEM TIME '${before}'`)
    expect(await ids('SELECT id FROM t')).toEqual(['1'])
    await europe.query('COMMIT')
    // A while later even 4.2 seconds ago is after the loss, of what was at home there only.
    const now = (): Promise<unknown> =>
      europe.query('SELECT id FROM t AS OF SYSTEM TIME follower_read_timestamp()').catch((error: unknown) => error)
    await expect.poll(now, { timeout: 15_000, interval: 250 }).toMatchObject({ code: '58C00' })
    expect(await ids(`SELECT id FROM t AS OF SYSTEM TIME '${before}'`)).toEqual(['1'])
    expect(await ids('SELECT id FROM far AS OF SYSTEM TIME follower_read_timestamp()')).toEqual(['1'])
    expect(await ids('SELECT id FROM r AS OF SYSTEM TIME follower_read_timestamp() WHERE id = 3')).toEqual(['3'])
  })

  test('of bounded staleness become staler, up to their bound', async () => {
    await shop.cluster.region('us-east-1').kill()
    const lostAt = Date.now()
    const readAt = async (sql: string): Promise<number> => {
      const { rows } = await europe.query<{ at: Date }>(`SELECT now() AS at, id FROM ${sql}`)
      expect(rows).toHaveLength(1)
      return rows[0]?.at.getTime() ?? 0
    }
    const [first, second] = [
      await readAt("t AS OF SYSTEM TIME with_max_staleness('1m') WHERE id = 1"),
      await readAt("t AS OF SYSTEM TIME with_max_staleness('1m', true) WHERE id = 1"),
    ]
    expect(first).toBeLessThanOrEqual(lostAt - 3_000)
    // Time goes on, the replicas do not.
    expect(Math.abs(second - first)).toBeLessThan(1_000)
    expect(await ids("SELECT id FROM t AS OF SYSTEM TIME with_min_timestamp('" + before + "') WHERE id = 1")).toEqual([
      '1',
    ])
    await expectUnavailable(europe.query("SELECT id FROM t AS OF SYSTEM TIME with_max_staleness('10ms') WHERE id = 1"))
    await expect(
      europe.query("SELECT id FROM t AS OF SYSTEM TIME with_max_staleness('10ms', true) WHERE id = 1"),
    ).rejects.toMatchObject({ code: 'XCUBS' })
  })

  test('go on in a region that is cut off from the others', async () => {
    shop.cluster.region('eu-west-1').partition()
    expect(await ids(`SELECT id FROM t AS OF SYSTEM TIME '${before}'`)).toEqual(['1'])
    expect(await ids("SELECT id FROM t AS OF SYSTEM TIME with_max_staleness('1m') WHERE id = 1")).toEqual(['1'])
    await expectUnavailable(europe.query("SELECT id FROM t AS OF SYSTEM TIME '-1ms'"))
  })

  test('have nothing to read where no replica is left', async () => {
    await europe.query('SET enable_multiregion_placement_policy = on')
    await europe.query('ALTER DATABASE shop PLACEMENT RESTRICTED')
    try {
      await shop.cluster.region('us-east-1').kill()
      await europe.query("SET statement_timeout = '200ms'")
      for (const past of [`'${before}'`, "with_max_staleness('1m')"]) {
        await expect(europe.query(`SELECT id FROM t AS OF SYSTEM TIME ${past} WHERE id = 1`)).rejects.toMatchObject({
          code: '57014',
        })
      }
      await europe.query('RESET statement_timeout')
    } finally {
      await shop.cluster.region('us-east-1').start()
      await europe.query('ALTER DATABASE shop PLACEMENT DEFAULT')
    }
  })
})
