import type { Client } from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { engineUnderTest } from './sql-user.js'

const { connect } = engineUnderTest()
let client: Client
beforeAll(async () => {
  client = await connect()
  await client.query(`
    CREATE TABLE users (id int8 PRIMARY KEY, city text, name text);
    CREATE TABLE rides (city text, id int8, rider_id int8, revenue numeric, PRIMARY KEY (city, id));
    CREATE INDEX rides_revenue_idx ON rides (revenue) INCLUDE (city);
    CREATE INDEX users_name_idx ON users (name);
    INSERT INTO users SELECT n, 'rome', 'name ' || n FROM generate_series(1, 500) AS n;
    INSERT INTO rides SELECT 'rome', n, n % 500 + 1, n FROM generate_series(1, 2000) AS n`)
})

async function explain(statement: string, options = '{}'): Promise<string> {
  const { rows } = await client.query<{ info: string }>(
    'SELECT info FROM crdb_internal.cerci_explain($1, $2) AS info',
    [statement, options],
  )
  return rows.map(row => row.info).join('\n')
}

test('says so when there are no statistics', async () => {
  expect(await explain('SELECT * FROM users')).toBe(`distribution: local
vectorized: true

• scan
  missing stats
  table: users@users_pkey
  spans: FULL SCAN`)
  await client.query('ANALYZE users, rides')
})

test('draws the tree of a sort over a filter over a full scan', async () => {
  expect(await explain('SELECT * FROM users WHERE lower(city) > $$m$$ ORDER BY city DESC, name')).toMatch(
    new RegExp(`^distribution: local
vectorized: true

• sort
│ estimated row count: \\d+
│ order: -city,\\+name
│
└── • filter
    │ estimated row count: \\d+
    │ filter: lower\\(city\\) > 'm'
    │
    └── • scan
          estimated row count: \\d+ \\(\\d+% of the table; stats collected \\d+ seconds ago\\)
          table: users@users_pkey
          spans: FULL SCAN$`),
  )
})

test.each([
  ['SELECT * FROM users WHERE id = 7', '[/7 - /7]'],
  [`SELECT * FROM rides WHERE city = 'rome' AND id = 7`, `[/'rome'/7 - /'rome'/7]`],
  [`SELECT * FROM rides WHERE city = 'rome' AND id > 1990`, `(/'rome'/1990 - /'rome']`],
  ['SELECT * FROM users WHERE id = $1', '[/$1 - /$1]'],
  ['SELECT revenue FROM rides WHERE revenue >= 1990', '[/1990 - ]'],
])('%s reads %s', async (statement, spans) => {
  expect(await explain(statement)).toContain(`spans: ${spans}`)
})

test('a secondary index that lacks columns needs an index join, one that stores them does not', async () => {
  expect(await explain(`SELECT * FROM users WHERE name = 'name 7'`)).toMatch(
    /• index join\n│ estimated row count: 1\n│ table: users@users_pkey\n│\n└── • scan\n[^]*table: users@users_name_idx/,
  )
  expect(await explain('SELECT revenue, city FROM rides WHERE revenue > 1990')).not.toContain('index join')
})

test('joins name their keys', async () => {
  expect(await explain('SELECT * FROM rides r JOIN users u ON r.rider_id = u.id')).toMatch(
    /• hash join\n│ estimated row count: 2,000\n│ equality: \(rider_id\) = \(id\)\n│\n├── • scan/,
  )
  expect(
    await explain(`SELECT * FROM rides r LEFT JOIN users u ON r.rider_id = u.id WHERE r.city = 'rome' AND r.id = 7`),
  ).toMatch(/• lookup join \(left outer\)\n[^]*table: users@users_pkey\n│ equality: \(rider_id\) = \(id\)/)
})

test('writes name their table, and are not run', async () => {
  expect(await explain(`INSERT INTO users VALUES (900, 'x')`)).toBe(`distribution: local
vectorized: true

• insert fast path
  into: users(id, city, name)
  auto commit
  size: 3 columns, 1 row`)
  expect(await explain('UPDATE users SET name = NULL WHERE id = 7')).toMatch(
    /• update\n│ table: users\n│ auto commit\n│\n└── • scan/,
  )
  expect(await explain('DELETE FROM users WHERE id = 7')).toMatch(/• delete\n│ from: users\n/)
  expect((await client.query('SELECT name FROM users WHERE id IN (7, 900)')).rows).toEqual([{ name: 'name 7' }])
})

test('aggregates', async () => {
  expect(await explain('SELECT city, count(*) FROM users GROUP BY city')).toMatch(
    /• group \((hash|streaming)\)\n[^]*group by: city/,
  )
  expect(await explain('SELECT count(*) FROM users')).toContain('• group (scalar)')
})

test('ANALYZE runs the statement and counts', async () => {
  const text = await explain('SELECT * FROM users WHERE id <= 20', '{"analyze": true}')
  expect(text).toMatch(
    /^planning time: \S+\nexecution time: \S+\ndistribution: local\nvectorized: true\nplan type: custom\n[^]*regions: eu-west-1\nisolation level: serializable\npriority: normal\nquality of service: regular\n\n• scan/,
  )
  expect(text).toMatch(/sql nodes: n2\n {2}kv nodes: n2\n {2}regions: eu-west-1\n {2}actual row count: 20\n/)
})

test('fails as the statement would', async () => {
  await expect(explain('SELECT * FROM nothing')).rejects.toMatchObject({ code: '42P01' })
})
