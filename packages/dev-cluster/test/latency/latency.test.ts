import type { Client } from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { ACROSS, AT_HOME, EARLY, MultiRegionCluster, msOf, TO_EUROPE, TO_WEST, timed } from '../multi-region-cluster.js'

let shop: MultiRegionCluster
let east: Client
let europe: Client

beforeAll(async () => {
  shop = await MultiRegionCluster.start({ nodes: 9 })
  east = await shop.connect(1)
  europe = await shop.connect(3)
  for (const sql of [
    'CREATE TABLE t (id INT PRIMARY KEY, v INT DEFAULT 0)',
    'CREATE TABLE far (id INT PRIMARY KEY, v INT DEFAULT 0) LOCALITY REGIONAL BY TABLE IN "eu-west-1"',
    'CREATE TABLE g (id INT PRIMARY KEY, v INT DEFAULT 0) LOCALITY GLOBAL',
    'CREATE TABLE r (id INT PRIMARY KEY, v INT DEFAULT 0) LOCALITY REGIONAL BY ROW',
    'CREATE TABLE u (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), v INT) LOCALITY REGIONAL BY ROW',
    'INSERT INTO t (id) VALUES (1), (2)',
    'INSERT INTO far (id) VALUES (1)',
    'INSERT INTO g (id) VALUES (1)',
    "INSERT INTO r (id, crdb_region) VALUES (1, 'us-east-1'), (2, 'us-west-1'), (3, 'eu-west-1')",
  ]) {
    await east.query(sql)
  }
  shop.moveApart()
})

describe('latency', () => {
  test('a table with a home region is near to its region only', async () => {
    expect(await msOf(east, 'SELECT * FROM t WHERE id = 1')).toBeLessThan(AT_HOME)
    expect(await msOf(europe, 'SELECT * FROM t WHERE id = $1', [1])).toBeGreaterThanOrEqual(TO_EUROPE - EARLY)
    expect(await msOf(europe, 'SELECT * FROM far')).toBeLessThan(AT_HOME)
    expect(await msOf(east, 'SELECT * FROM far')).toBeGreaterThanOrEqual(TO_EUROPE - EARLY)
    expect(await msOf(east, 'INSERT INTO t (id) VALUES (10)')).toBeLessThan(AT_HOME)
    expect(await msOf(europe, 'INSERT INTO t (id) VALUES (11)')).toBeGreaterThanOrEqual(TO_EUROPE - EARLY)
    expect(await msOf(europe, 'UPDATE t SET v = 1 WHERE id = 1')).toBeGreaterThanOrEqual(2 * TO_EUROPE - EARLY)
  })

  test('a GLOBAL table is near to every region, and slow to write', async () => {
    expect(await msOf(europe, 'SELECT * FROM g')).toBeLessThan(AT_HOME)
    expect(await msOf(east, 'INSERT INTO g (id) VALUES (2)')).toBeGreaterThanOrEqual(800 - EARLY)
  })

  test('a row is near to its own region', async () => {
    expect(await msOf(europe, 'SELECT crdb_region FROM r WHERE id = $1', [3])).toBeLessThan(AT_HOME)
    expect(await msOf(europe, 'SELECT v FROM r WHERE id = $1', [1])).toBeGreaterThanOrEqual(ACROSS - EARLY)
    expect(
      await msOf(europe, 'SELECT v FROM r WHERE id = $1 AND crdb_region = $2', [1, 'us-east-1']),
    ).toBeGreaterThanOrEqual(TO_EUROPE - EARLY)
    expect(await msOf(europe, "SELECT v FROM r WHERE id = 77 AND crdb_region = 'us-west-1'")).toBeGreaterThanOrEqual(
      ACROSS - EARLY,
    )
    expect(await msOf(europe, 'SELECT count(*) FROM r')).toBeGreaterThanOrEqual(ACROSS - EARLY)
    expect(await msOf(europe, 'UPDATE r SET v = v + 1 WHERE id = 3')).toBeLessThan(AT_HOME)
    expect(await msOf(europe, 'UPDATE r SET v = v + 1 WHERE id = 1')).toBeGreaterThanOrEqual(2 * TO_EUROPE - EARLY)
  })

  test('a new row is at home, unless its key has to be unique everywhere', async () => {
    expect(await msOf(europe, 'INSERT INTO u (v) VALUES (1)')).toBeLessThan(AT_HOME)
    expect(await msOf(europe, 'INSERT INTO r (id) VALUES (4)')).toBeGreaterThanOrEqual(ACROSS - EARLY)
    expect(await msOf(east, 'INSERT INTO u (v, crdb_region) VALUES ($1, $2)', [1, 'eu-west-1'])).toBeGreaterThanOrEqual(
      TO_EUROPE - EARLY,
    )
  })

  test('COMMIT waits for what the transaction has written, and BEGIN for nothing', async () => {
    expect(await msOf(europe, 'BEGIN')).toBeLessThan(AT_HOME)
    expect(await msOf(europe, 'UPDATE t SET v = 2 WHERE id = 2')).toBeGreaterThanOrEqual(2 * TO_EUROPE - EARLY)
    expect(await msOf(europe, 'COMMIT')).toBeGreaterThanOrEqual(TO_EUROPE - EARLY)
    expect(await msOf(europe, 'BEGIN')).toBeLessThan(AT_HOME)
    expect(await msOf(europe, 'SELECT * FROM g')).toBeLessThan(AT_HOME)
    expect(await msOf(europe, 'COMMIT')).toBeLessThan(AT_HOME)
  })

  test('surviving a region makes writes wait for the nearest other one', async () => {
    await east.query('ALTER DATABASE shop SURVIVE REGION FAILURE')
    expect(await msOf(east, 'INSERT INTO t (id) VALUES (20)')).toBeGreaterThanOrEqual(TO_WEST - EARLY)
    expect(await msOf(east, 'SELECT * FROM t WHERE id = 20')).toBeLessThan(AT_HOME)
    await east.query('ALTER DATABASE shop SURVIVE ZONE FAILURE')
    expect(await msOf(east, 'INSERT INTO t (id) VALUES (21)')).toBeLessThan(AT_HOME)
  })

  test('a statement that waits for the network can be cancelled, and has its timeout', async () => {
    await europe.query("SET statement_timeout = '100ms'")
    await expect(europe.query('SELECT * FROM t')).rejects.toMatchObject({
      code: '57014',
      message: 'query execution canceled due to statement timeout',
    })
    await europe.query('RESET statement_timeout')
  })

  test('what the statement tells of its rows stays unseen', async () => {
    const notices: string[] = []
    const client = await shop.connect(3)
    client.on('notice', notice => notices.push(notice.message ?? ''))
    await client.query('SELECT * FROM r LEFT JOIN t USING (id) WHERE r.id = 3 OR t.id = 1 ORDER BY r.id LIMIT 5')
    await client.query("UPDATE r SET v = 0 WHERE crdb_region = 'eu-west-1' LIMIT 1")
    await client.query('UPDATE r SET v = 0 LIMIT 1')
    await client.query('DELETE FROM r WHERE id = 4')
    expect(notices).toEqual([])
  })
})

/** The `regions:` line of EXPLAIN ANALYZE, through the gateway in Europe. */
async function regions(sql: string): Promise<string | undefined> {
  const { rows } = await europe.query<{ info: string }>(`EXPLAIN ANALYZE ${sql}`)
  return rows.map(({ info }) => info).find(line => line.startsWith('regions: '))
}

test('EXPLAIN ANALYZE says which regions a statement touched', async () => {
  expect(await regions('SELECT * FROM t WHERE id = 1')).toBe('regions: eu-west-1, us-east-1')
  expect(await regions('SELECT * FROM g')).toBe('regions: eu-west-1')
  expect(await regions('SELECT * FROM r WHERE id = 3')).toBe('regions: eu-west-1')
  expect(await regions('SELECT * FROM r WHERE id = 1 AND v >= 0')).toBe('regions: eu-west-1, us-east-1, us-west-1')
  expect(await regions("SELECT * FROM r WHERE crdb_region = 'us-west-1'")).toBe('regions: eu-west-1, us-west-1')
  expect(await regions('SELECT * FROM far')).toBe('regions: eu-west-1')
  expect(await regions('UPDATE r SET v = v WHERE id = 3')).toBe('regions: eu-west-1')
  // What makes the statement tell is no part of its plan.
  const { rows } = await europe.query('EXPLAIN ANALYZE SELECT * FROM r WHERE id = 1 AND v >= 0')
  expect(JSON.stringify(rows)).toContain('filter: v >= 0')
  expect(JSON.stringify(rows)).not.toContain('cerci_')
})

test('a stale read is near everywhere', async () => {
  await expect
    .poll(
      () =>
        timed(europe, 'SELECT * FROM t AS OF SYSTEM TIME follower_read_timestamp()').then(
          ({ ms }) => ms < AT_HOME,
          () => false,
        ),
      { timeout: 15_000, interval: 250 },
    )
    .toBe(true)
  expect(await msOf(europe, "SELECT * FROM t AS OF SYSTEM TIME with_max_staleness('10s') WHERE id = 1")).toBeLessThan(
    AT_HOME,
  )
  expect(await msOf(europe, "SELECT * FROM t AS OF SYSTEM TIME '-100ms' WHERE id = 1")).toBeGreaterThanOrEqual(
    TO_EUROPE - EARLY,
  )
})

test('without latency nothing is delayed, whatever was prepared before', async () => {
  const query = { name: 'prepared', text: 'SELECT v FROM r WHERE id = $1', values: [1] }
  await europe.query(query)
  shop.cluster.setLatency('none')
  const start = performance.now()
  await europe.query(query)
  expect(performance.now() - start).toBeLessThan(AT_HOME)
  expect(shop.cluster.latency).toBe('none')
})
