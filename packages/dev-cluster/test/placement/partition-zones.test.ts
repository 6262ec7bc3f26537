import type { Client } from 'pg'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  ACROSS,
  AT_HOME,
  EARLY,
  expectUnavailable,
  MultiRegionCluster,
  msOf,
  TO_EUROPE,
  TO_WEST,
} from '../multi-region-cluster.js'

/** With a replica elsewhere, which can answer that the others are lost. */
const mostlyInEurope =
  "constraints = '{+region=eu-west-1: 2, +region=us-west-1: 1}', lease_preferences = '[[+region=eu-west-1]]'"

let shop: MultiRegionCluster
let east: Client
let europe: Client

// A database without regions: zone configurations alone say where rows are.
beforeAll(async () => {
  shop = await MultiRegionCluster.start({ nodes: 9 })
  await connect()
  for (const sql of [
    "SET CLUSTER SETTING kv.replica_circuit_breaker.slow_replication_threshold = '100ms'",
    `CREATE TABLE users (country STRING, id INT, v INT, PRIMARY KEY (country, id), INDEX by_v (v)) PARTITION BY LIST (country) (
      PARTITION america VALUES IN ('CA', 'US'), PARTITION "old world" VALUES IN ('DE', 'FR'))`,
    "ALTER TABLE users CONFIGURE ZONE USING constraints = '[+region=us-west-1]'",
    "ALTER PARTITION america OF TABLE users CONFIGURE ZONE USING constraints = '[+region=us-east-1]'",
    `ALTER PARTITION "old world" OF TABLE users CONFIGURE ZONE USING ${mostlyInEurope}`,
    "INSERT INTO users VALUES ('US', 1, 1), ('DE', 2, 2), ('BR', 3, 3)",
    'CREATE TABLE codes (id INT PRIMARY KEY, code STRING, note STRING, INDEX by_code (code) STORING (note))',
    "ALTER TABLE codes CONFIGURE ZONE USING constraints = '[+region=us-east-1]'",
    `ALTER INDEX codes@by_code CONFIGURE ZONE USING ${mostlyInEurope}`,
    "INSERT INTO codes VALUES (1, 'a', 'x')",
    'CREATE TABLE events (at INT PRIMARY KEY) PARTITION BY RANGE (at) (PARTITION old VALUES FROM (MINVALUE) TO (100), PARTITION new VALUES FROM (100) TO (MAXVALUE))',
    `ALTER PARTITION old OF TABLE events CONFIGURE ZONE USING ${mostlyInEurope}`,
    "ALTER PARTITION new OF TABLE events CONFIGURE ZONE USING constraints = '[+region=us-east-1]'",
    'INSERT INTO events VALUES (1), (200)',
  ]) {
    await east.query(sql)
  }
})

afterEach(async () => {
  shop.cluster.setLatency('none')
  await shop.cluster.region('us-east-1').start()
  await shop.cluster.region('eu-west-1').start()
  await connect()
})

async function connect(): Promise<void> {
  east = await shop.connect(1, { database: 'defaultdb' })
  europe = await shop.connect(3, { database: 'defaultdb' })
}

async function ids(client: Client, sql: string): Promise<unknown[]> {
  return (await client.query<{ id: unknown }>(sql)).rows.map(({ id }) => id)
}

function at(region: string): unknown {
  return expect.stringContaining(`region=${region}`)
}

/** The regions that EXPLAIN ANALYZE tells, through the gateway in Europe. */
async function regions(sql: string): Promise<string | undefined> {
  const { rows } = await europe.query<{ info: string }>(`EXPLAIN ANALYZE ${sql}`)
  return rows.map(({ info }) => info).find(line => line.startsWith('regions: '))
}

describe('the zone configuration of a partition', () => {
  test('says how far its rows are', async () => {
    shop.moveApart()
    expect(await msOf(europe, "SELECT * FROM users WHERE country = 'DE' AND id = 2")).toBeLessThan(AT_HOME)
    expect(await msOf(europe, 'SELECT * FROM users WHERE country = $1 AND id = $2', ['DE', 77])).toBeLessThan(AT_HOME)
    expect(await msOf(east, "SELECT * FROM users WHERE country = 'DE'")).toBeGreaterThanOrEqual(TO_EUROPE - EARLY)
    expect(await msOf(east, "SELECT * FROM users WHERE country IN ('US', 'CA')")).toBeLessThan(AT_HOME)
    // Rows of no partition are where the table's zone says.
    expect(await msOf(east, "SELECT * FROM users WHERE country = 'BR'")).toBeGreaterThanOrEqual(TO_WEST - EARLY)
    expect(await msOf(europe, 'SELECT country, id FROM users')).toBeGreaterThanOrEqual(ACROSS - EARLY)
    expect(await msOf(east, "UPDATE users SET country = country WHERE country = 'US' AND id = 1")).toBeLessThan(AT_HOME)
  })

  test('says how far new rows are', async () => {
    shop.moveApart()
    expect(await msOf(europe, 'INSERT INTO events VALUES (7)')).toBeLessThan(AT_HOME)
    expect(await msOf(europe, 'INSERT INTO events VALUES ($1)', [8])).toBeLessThan(AT_HOME)
    expect(await msOf(europe, 'INSERT INTO events VALUES (700)')).toBeGreaterThanOrEqual(TO_EUROPE - EARLY)
    expect(await msOf(east, 'INSERT INTO events VALUES (701)')).toBeLessThan(AT_HOME)
    // Which partitions a query's rows are for is not known from the text: it waits for all.
    expect(await msOf(europe, 'INSERT INTO events SELECT 9')).toBeGreaterThanOrEqual(TO_EUROPE - EARLY)
  })

  test('says what a lost region makes unavailable, and nothing else', async () => {
    await shop.cluster.region('eu-west-1').kill()
    expect(await ids(east, "SELECT id FROM users WHERE country = 'US'")).toEqual(['1'])
    expect(await ids(east, "SELECT id FROM users WHERE country = 'BR'")).toEqual(['3'])
    await east.query("INSERT INTO users VALUES ('US', 10, 1)")
    await east.query('INSERT INTO events VALUES (300)')
    for (const sql of [
      "SELECT * FROM users WHERE country = 'DE'",
      'SELECT * FROM users',
      "INSERT INTO users VALUES ('FR', 10, 1)",
      "DELETE FROM users WHERE country = 'DE' AND id = 2",
      "UPDATE users SET v = 9 WHERE country IN ('DE', 'US')",
      'INSERT INTO events VALUES (2)',
      'SELECT * FROM events',
    ])
      await expectUnavailable(east.query(sql))
    const lost = await east.query('SELECT errors FROM crdb_internal.ranges WHERE lease_holder IS NULL')
    expect(lost.rows.map(({ errors }: { errors: unknown }) => errors)).toContainEqual(
      expect.stringMatching(/^replica unavailable: .* unable to serve request to public.users .*lost quorum/),
    )
    await shop.cluster.region('eu-west-1').start()
    const { rows } = await east.query('SELECT country, id, v FROM users ORDER BY id')
    expect(rows).toEqual([
      { country: 'US', id: '1', v: '1' },
      { country: 'DE', id: '2', v: '2' },
      { country: 'BR', id: '3', v: '3' },
      { country: 'US', id: '10', v: '1' },
    ])
  })

  test('is what EXPLAIN ANALYZE and SHOW RANGES tell', async () => {
    expect(await regions("SELECT * FROM users WHERE country = 'DE'")).toBe('regions: eu-west-1')
    expect(await regions("SELECT * FROM users WHERE country = 'US' AND id >= 0")).toBe('regions: eu-west-1, us-east-1')
    const { rows } = await europe.query("EXPLAIN ANALYZE SELECT * FROM users WHERE country = 'US' AND v >= 0")
    expect(JSON.stringify(rows)).toContain('filter: v >= 0')
    expect(JSON.stringify(rows)).not.toContain('cerci_')
    const ranges = await east.query({
      text: 'SELECT start_key, end_key, lease_holder_locality FROM [SHOW RANGES FROM TABLE users WITH DETAILS]',
      rowMode: 'array',
    })
    expect(ranges.rows).toEqual([
      ['…/<TableMin>', '…/1/"CA"', at('us-west-1')],
      ['…/1/"CA"', '…/1/"CA"/PrefixEnd', at('us-east-1')],
      ['…/1/"CA"/PrefixEnd', '…/1/"DE"', at('us-west-1')],
      ['…/1/"DE"', '…/1/"DE"/PrefixEnd', at('eu-west-1')],
      ['…/1/"DE"/PrefixEnd', '…/1/"FR"', at('us-west-1')],
      ['…/1/"FR"', '…/1/"FR"/PrefixEnd', at('eu-west-1')],
      ['…/1/"FR"/PrefixEnd', '…/1/"US"', at('us-west-1')],
      ['…/1/"US"', '…/1/"US"/PrefixEnd', at('us-east-1')],
      ['…/1/"US"/PrefixEnd', '…/<TableMax>', at('us-west-1')],
    ])
  })
})

test('values that are too long for their column are refused, as elsewhere', async () => {
  await east.query(
    `CREATE TABLE short (code VARCHAR(2), id INT, PRIMARY KEY (code, id)) PARTITION BY LIST (code) (PARTITION de VALUES IN ('DE'))`,
  )
  await east.query(`ALTER PARTITION de OF TABLE short CONFIGURE ZONE USING ${mostlyInEurope}`)
  shop.moveApart()
  await expect(east.query("INSERT INTO short VALUES ('DEU', 1)")).rejects.toMatchObject({ code: '22001' })
  await expect(east.query('INSERT INTO short VALUES ($1, $2)', ['DEU', 1])).rejects.toMatchObject({ code: '22001' })
  expect(await msOf(europe, 'INSERT INTO short VALUES ($1, $2)', ['DE', 1])).toBeLessThan(AT_HOME)
  expect(await ids(europe, "SELECT id FROM short WHERE code = 'DEU'")).toEqual([])
})

describe('the zone configuration of an index', () => {
  test('says how far what is read through it is, and what is written to it', async () => {
    shop.moveApart()
    expect(await msOf(europe, "SELECT note FROM codes WHERE code = 'a'")).toBeLessThan(AT_HOME)
    expect(await msOf(east, "SELECT note FROM codes WHERE code = 'a'")).toBeGreaterThanOrEqual(TO_EUROPE - EARLY)
    expect(await msOf(east, 'SELECT note FROM codes WHERE id = 1')).toBeLessThan(AT_HOME)
    expect(await msOf(east, "INSERT INTO codes VALUES (2, 'b', 'y')")).toBeGreaterThanOrEqual(TO_EUROPE - EARLY)
    expect(await msOf(east, 'UPDATE codes SET note = note WHERE id = 1')).toBeGreaterThanOrEqual(TO_EUROPE - EARLY)
  })

  test('makes a copy of a table near, when the index has all of it', async () => {
    await east.query(`CREATE TABLE post (id INT PRIMARY KEY, code STRING, INDEX near (id) STORING (code))`)
    await east.query("ALTER TABLE post CONFIGURE ZONE USING constraints = '[+region=us-east-1]'")
    await east.query("ALTER INDEX post@near CONFIGURE ZONE USING constraints = '[+region=eu-west-1]'")
    shop.moveApart()
    expect(await msOf(east, 'SELECT code FROM post WHERE id = 1')).toBeLessThan(AT_HOME)
    expect(await msOf(europe, 'SELECT code FROM post WHERE id = 1')).toBeLessThan(AT_HOME)
  })

  test('says what a lost region makes unavailable', async () => {
    await shop.cluster.region('eu-west-1').kill()
    expect(await ids(east, 'SELECT id FROM codes WHERE id = 1')).toEqual(['1'])
    await expectUnavailable(east.query("SELECT id FROM codes WHERE code = 'a'"))
    await expectUnavailable(east.query("INSERT INTO codes VALUES (3, 'c', 'z')"))
    await expectUnavailable(east.query('DELETE FROM codes WHERE id = 1'))
    await east.query('UPDATE codes SET id = id WHERE id = 77')
  })
})
