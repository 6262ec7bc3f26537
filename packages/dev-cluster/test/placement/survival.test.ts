import type { Client } from 'pg'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expectUnavailable, MultiRegionCluster } from '../multi-region-cluster.js'

let shop: MultiRegionCluster
let west: Client
let europe: Client

beforeAll(async () => {
  shop = await MultiRegionCluster.start({ nodes: 9 })
  ;[west, europe] = [await shop.connect(2), await shop.connect(3)]
  for (const sql of [
    "SET CLUSTER SETTING kv.replica_circuit_breaker.slow_replication_threshold = '100ms'",
    'CREATE TABLE t (id INT PRIMARY KEY)',
    'CREATE TABLE far (id INT PRIMARY KEY) LOCALITY REGIONAL BY TABLE IN "eu-west-1"',
    'CREATE TABLE g (id INT PRIMARY KEY) LOCALITY GLOBAL',
    'CREATE TABLE r (id INT PRIMARY KEY, v INT DEFAULT 0) LOCALITY REGIONAL BY ROW',
    'CREATE TABLE u (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), v INT) LOCALITY REGIONAL BY ROW',
    'INSERT INTO t VALUES (1)',
    'INSERT INTO far VALUES (1)',
    'INSERT INTO g VALUES (1)',
    "INSERT INTO r (id, crdb_region) VALUES (1, 'us-east-1'), (2, 'us-west-1'), (3, 'eu-west-1')",
  ]) {
    await europe.query(sql)
  }
})

afterEach(async () => {
  for (const name of ['us-east-1', 'us-west-1', 'eu-west-1']) {
    shop.cluster.region(name).heal()
    await shop.cluster.region(name).start()
  }
  if (!(await canRead(europe))) europe = await shop.connect(3)
  if (!(await canRead(west))) west = await shop.connect(2)
})

function canRead(client: Client): Promise<boolean> {
  return client.query('SELECT 1').then(
    () => true,
    () => false,
  )
}

async function ids(client: Client, sql: string): Promise<unknown[]> {
  const { rows } = await client.query<{ id: unknown }>(sql)
  return rows.map(({ id }) => id)
}

/** How many statements sleep in PostgreSQL, as the other clients see it. */
async function asleep(): Promise<number> {
  const { rows } = await west.query<{ n: string }>(
    "SELECT count(*) AS n FROM [SHOW CLUSTER QUERIES] WHERE query LIKE '%pg_sleep%' AND query NOT LIKE '%SHOW%'",
  )
  return Number(rows[0]?.n)
}

describe('SURVIVE ZONE FAILURE', () => {
  test('a zone of the home region may be lost, two may not, and it comes back', async () => {
    const { cluster } = shop
    await cluster.node(1).kill()
    expect(await ids(europe, 'SELECT id FROM t')).toEqual(['1'])
    await cluster.node(4).kill()
    await expectUnavailable(europe.query('SELECT * FROM t'))
    await expectUnavailable(europe.query('INSERT INTO t VALUES (2)'))
    expect(await ids(europe, 'SELECT id FROM far')).toEqual(['1'])
    await cluster.node(4).start()
    expect(await ids(europe, 'SELECT id FROM t')).toEqual(['1'])
  })

  test('when the primary region is lost, what has its home elsewhere works on', async () => {
    await shop.cluster.region('us-east-1').kill()
    for (const sql of ['SELECT * FROM t', 'SELECT * FROM g', 'INSERT INTO g VALUES (9)', 'DELETE FROM t WHERE id = 1'])
      await expectUnavailable(europe.query(sql))
    expect(await ids(europe, 'SELECT id FROM far')).toEqual(['1'])
    await europe.query('INSERT INTO far VALUES (2)')
  })

  test('rows of the other regions work on, found by a key, as long as they are at home', async () => {
    await shop.cluster.region('us-east-1').kill()
    expect(await ids(europe, 'SELECT id FROM r WHERE id = 3')).toEqual(['3'])
    await europe.query('UPDATE r SET v = 1 WHERE id = 3')
    expect(await ids(europe, "SELECT id FROM r WHERE crdb_region = 'us-west-1'")).toEqual(['2'])
    await europe.query('INSERT INTO u (v) VALUES (1)')
    // What has to be asked of the lost region, though.
    await expectUnavailable(europe.query('SELECT * FROM r'))
    await expectUnavailable(europe.query('SELECT * FROM r WHERE id = 1'))
    await expectUnavailable(europe.query('SELECT * FROM r WHERE id = $1', [2]))
    await expectUnavailable(europe.query("SELECT * FROM r WHERE crdb_region = 'us-east-1'"))
    await expectUnavailable(europe.query('INSERT INTO r (id) VALUES (4)'))
    await expectUnavailable(europe.query("INSERT INTO u (v, crdb_region) VALUES (1, 'us-east-1')"))
  })

  test('an update that cannot reach its row changes nothing, not even in a transaction', async () => {
    await shop.cluster.region('us-east-1').kill()
    await expectUnavailable(europe.query('UPDATE r SET v = 100 WHERE id = 2'))
    await expectUnavailable(europe.query('UPDATE r SET v = 100 WHERE id = 1'))
    await europe.query('BEGIN')
    await europe.query('UPDATE r SET v = 100 WHERE id = 3')
    await expectUnavailable(europe.query('SELECT * FROM t'))
    await expect(europe.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' })
    await europe.query('ROLLBACK')
    await shop.cluster.region('us-east-1').start()
    const { rows } = await europe.query('SELECT id FROM r WHERE v = 100')
    expect(rows).toEqual([])
  })

  test('a write that is committed when its ranges are lost is in doubt; a transaction that was not, and a read, are not', async () => {
    const { cluster } = shop
    await europe.query('CREATE TABLE doubtful (id INT PRIMARY KEY)')
    await cluster.node(9).kill() // from now on statements are followed
    const running = async (sql: string, client = europe): Promise<unknown> => {
      const result: unknown = client.query(sql).catch((error: unknown) => error)
      await expect.poll(asleep).toBe(1)
      await cluster.region('us-east-1').kill()
      const failure = await result
      await cluster.region('us-east-1').start()
      return failure
    }
    expect(await running('INSERT INTO doubtful SELECT 60 FROM pg_sleep(5)')).toMatchObject({
      code: '40003',
      message: expect.stringMatching(/^result is ambiguous: replica unavailable: .*: lost quorum/),
    })
    expect(await running('INSERT INTO doubtful VALUES (61); SELECT count(*) FROM doubtful, pg_sleep(5)')).toMatchObject(
      {
        code: '40003',
      },
    )
    expect(await running('SELECT count(*) FROM doubtful, pg_sleep(5)')).toMatchObject({ code: '58C00' })
    await europe.query('BEGIN')
    expect(await running('INSERT INTO doubtful SELECT 62 FROM pg_sleep(5)')).toMatchObject({ code: '58C00' })
    await europe.query('ROLLBACK')
    expect(await ids(europe, 'SELECT id FROM doubtful WHERE id >= 60 ORDER BY id')).toEqual(['60', '61'])
  }, 60_000)

  test('a COMMIT that an ambiguous fault strikes is recorded as what it was, though its session ends before it knows', async () => {
    const { cluster } = shop
    await cluster.node(9).kill()
    const client = await shop.connect(6)
    cluster.faults.add({ id: 'held', stage: 'commit', effect: { kind: 'ambiguous', committed: true } })
    const result: unknown = client
      .query('INSERT INTO doubtful SELECT 70 FROM pg_sleep(5)')
      .catch((error: unknown) => error)
    await expect.poll(asleep).toBe(1)
    await europe.query("SET CLUSTER SETTING kv.replica_circuit_breaker.slow_replication_threshold = '60s'")
    await cluster.region('us-east-1').kill()
    await expect
      .poll(() => cluster.faults.truths(), { timeout: 20_000 })
      .toMatchObject([{ id: 'held#1', committed: true }])
    cluster.faults.clear()
    await cluster.node(6).kill()
    expect(await result).toBeInstanceOf(Error)
    expect(cluster.faults.truth('held#1')).toBe(true)
    await cluster.region('us-east-1').start()
    await europe.query("SET CLUSTER SETTING kv.replica_circuit_breaker.slow_replication_threshold = '100ms'")
    expect(await ids(europe, 'SELECT id FROM doubtful WHERE id = 70')).toEqual(['70'])
  })

  test('a COMMIT whose ranges are gone fails, and leaves nothing', async () => {
    await europe.query('BEGIN')
    await shop.cluster.node(9).kill() // from now on statements are followed
    await europe.query('INSERT INTO t VALUES (50)')
    await shop.cluster.region('us-east-1').kill()
    await expectUnavailable(europe.query('COMMIT'))
    await shop.cluster.region('us-east-1').start()
    expect(await ids(europe, 'SELECT id FROM t WHERE id = 50')).toEqual([])
  })
})

describe('SURVIVE REGION FAILURE', () => {
  test('any region may be lost; two may not', async () => {
    await europe.query('ALTER DATABASE shop SURVIVE REGION FAILURE')
    try {
      await shop.cluster.region('us-east-1').kill()
      expect(await ids(europe, 'SELECT id FROM t')).toEqual(['1'])
      expect(await ids(europe, 'SELECT id FROM r ORDER BY id')).toEqual(['1', '2', '3'])
      await europe.query('UPDATE g SET id = id')
      await shop.cluster.region('us-west-1').kill()
      await expectUnavailable(europe.query('SELECT * FROM t'))
      await expectUnavailable(europe.query('SELECT * FROM far'))
      await shop.cluster.region('us-west-1').start()
      expect(await ids(europe, 'SELECT id FROM t')).toEqual(['1'])
    } finally {
      await shop.cluster.region('us-west-1').start()
      await shop.cluster.region('us-east-1').start()
      await europe.query('ALTER DATABASE shop SURVIVE ZONE FAILURE')
    }
  })
})

describe('a region cut off from the others', () => {
  test('has what has its home there, and the others have the rest', async () => {
    const region = shop.cluster.region('eu-west-1')
    region.partition()
    expect(await ids(europe, 'SELECT id FROM far ORDER BY id')).toContain('1')
    await expectUnavailable(west.query('SELECT * FROM far'))
    await expectUnavailable(europe.query('SELECT * FROM t'))
    expect(await ids(west, 'SELECT id FROM t')).toEqual(['1'])
    expect(await ids(europe, 'SELECT id FROM r WHERE id = 3')).toEqual(['3'])
    await expectUnavailable(europe.query('SELECT * FROM r WHERE id = 2'))
    const { rows } = await europe.query('SELECT node_id FROM crdb_internal.gossip_nodes WHERE is_live ORDER BY 1')
    expect(rows).toEqual([{ node_id: '3' }, { node_id: '6' }, { node_id: '9' }])
    region.heal()
    expect(await ids(west, 'SELECT id FROM far ORDER BY id')).toContain('1')
    expect(await ids(europe, 'SELECT id FROM t')).toEqual(['1'])
  })

  test('a past from before is read from its own replicas', async () => {
    await expect
      .poll(
        () => ids(europe, 'SELECT id FROM r AS OF SYSTEM TIME follower_read_timestamp() WHERE id = 1').catch(() => []),
        {
          timeout: 15_000,
          interval: 250,
        },
      )
      .toEqual(['1'])
    const { rows } = await europe.query<{ before: string }>('SELECT follower_read_timestamp()::STRING AS before')
    const past = `AS OF SYSTEM TIME '${rows[0]?.before}'`
    shop.cluster.region('eu-west-1').partition()
    expect(await ids(europe, `SELECT id FROM t ${past}`)).toEqual(['1'])
    expect(await ids(europe, `SELECT id FROM r ${past} WHERE id = 1`)).toEqual(['1'])
    await expectUnavailable(europe.query("SELECT id FROM t AS OF SYSTEM TIME '-10ms'"))
  })
})

test('a statement waits until the circuit breaker trips, and goes on when the range is back before', async () => {
  await europe.query("SET CLUSTER SETTING kv.replica_circuit_breaker.slow_replication_threshold = '1m'")
  try {
    await shop.cluster.region('us-east-1').kill()
    const read = ids(europe, 'SELECT id FROM t')
    const first = await Promise.race([read, new Promise(resolve => setTimeout(resolve, 300, 'waits'))])
    expect(first).toBe('waits')
    await shop.cluster.region('us-east-1').start()
    expect(await read).toEqual(['1'])

    await shop.cluster.region('us-east-1').kill()
    await europe.query("SET statement_timeout = '200ms'")
    await expect(europe.query('SELECT * FROM t')).rejects.toMatchObject({ code: '57014' })
    await europe.query('RESET statement_timeout')
  } finally {
    await europe.query("SET CLUSTER SETTING kv.replica_circuit_breaker.slow_replication_threshold = '100ms'")
  }
})
