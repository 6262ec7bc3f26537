import type { Client } from 'pg'
import { beforeAll, expect, it } from 'vitest'
import { sessionCluster } from '../session-cluster.js'

const cluster = await sessionCluster()

beforeAll(async () => {
  const client = await cluster.connect()
  await client.query('CREATE TABLE users (id INT PRIMARY KEY, n INT, active BOOL, INDEX (n), INDEX (id) WHERE active)')
  await client.query('INSERT INTO users SELECT i, i, i < 5 FROM generate_series(1, 100) AS g (i)')
})

async function connect(): Promise<Client> {
  const client = await cluster.connect()
  await client.query('SET disallow_full_table_scans = on')
  return client
}

it.each<[text: string, values: unknown[]]>([
  ['SELECT * FROM users', []],
  ['SELECT count(*) FROM users', []],
  ['SELECT id FROM users WHERE n + 1 = $1', [7]],
  ['SELECT a.id FROM users AS a JOIN users AS b ON b.id = a.n', []],
  ['UPDATE users SET n = 1', []],
  ['DELETE FROM users WHERE NOT active', []],
])('refuses %s, which reads all of a table', async (text, values) => {
  const client = await connect()
  await expect(client.query(text, values)).rejects.toMatchObject({
    code: 'P0003',
    message: `query \`${text}\` contains a full table/index scan which is explicitly disallowed`,
    hint: 'try overriding the `disallow_full_table_scans` cluster/session setting',
  })
})

it.each<[text: string, values: unknown[]]>([
  ['SELECT * FROM users WHERE id = $1', [7]],
  ['SELECT * FROM users WHERE id = ANY ($1)', [[1, 2]]],
  ['SELECT * FROM users WHERE n > 90', []],
  ['SELECT * FROM users LIMIT 3', []],
  ['SELECT id FROM users WHERE active', []],
  ['UPDATE users SET n = 1 WHERE id = 7', []],
  ['INSERT INTO users VALUES (1000) ON CONFLICT (id) DO NOTHING', []],
  ['SELECT table_name FROM information_schema.tables', []],
  ['SHOW TABLES', []],
  ['EXPLAIN SELECT * FROM users', []],
])('runs %s', async (text, values) => {
  const client = await connect()
  await expect(client.query(text, values)).resolves.toBeDefined()
})

it('fails the transaction it is in, and lets go when it is reset', async () => {
  const client = await connect()
  await client.query('BEGIN')
  await expect(client.query('SELECT * FROM users')).rejects.toMatchObject({ code: 'P0003' })
  await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' })
  await client.query('ROLLBACK')
  await client.query('RESET disallow_full_table_scans')
  expect((await client.query('SELECT * FROM users')).rowCount).toBeGreaterThan(99)
})
