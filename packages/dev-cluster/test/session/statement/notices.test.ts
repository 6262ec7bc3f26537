import type { Client } from 'pg'
import { expect, it } from 'vitest'
import { sessionCluster } from '../session-cluster.js'

const cluster = await sessionCluster()

async function listening(): Promise<{ client: Client; heard: { message: string; hint: string | undefined }[] }> {
  await cluster.useFreshDatabase()
  const client = await cluster.connect()
  const heard: { message: string; hint: string | undefined }[] = []
  client.on('notice', ({ message, hint }) => heard.push({ message: message ?? '', hint }))
  return { client, heard }
}

const reclaimed = {
  message: 'the data for dropped indexes is reclaimed asynchronously',
  hint: 'The reclamation delay can be customized in the zone configuration for the table.',
}

it('DROP INDEX says what becomes of the data, once for each index', async () => {
  const { client, heard } = await listening()
  await client.query('CREATE TABLE t (a INT PRIMARY KEY, b INT UNIQUE, c INT, d INT, INDEX (c), INDEX (d))')
  await client.query('DROP INDEX t@t_c_idx, t@t_d_idx')
  await client.query('DROP INDEX t@t_b_key CASCADE')
  expect(heard).toEqual([reclaimed, reclaimed, reclaimed])
  await client.query('DROP INDEX IF EXISTS t@gone')
  expect(heard.at(-1)?.message).toBe('index "gone" does not exist, skipping')
})

it('DROP COLUMN says so too, when an index goes with it', async () => {
  const { client, heard } = await listening()
  await client.query('CREATE TABLE t (a INT PRIMARY KEY, b INT, c INT, d INT, INDEX (b), INDEX (a) STORING (c))')
  await client.query('ALTER TABLE t DROP COLUMN d')
  expect(heard).toEqual([])
  await client.query('ALTER TABLE t DROP COLUMN b')
  await client.query('ALTER TABLE t DROP COLUMN c')
  expect(heard).toEqual([reclaimed, reclaimed])
  expect((await client.query('SELECT column_name FROM [SHOW COLUMNS FROM t]')).rows).toEqual([{ column_name: 'a' }])
})

it('CREATE TABLE AS says what it leaves out, unless it has a key of its own', async () => {
  const { client, heard } = await listening()
  await client.query('CREATE TABLE t (a INT PRIMARY KEY, b INT UNIQUE); INSERT INTO t VALUES (1, 2)')
  await client.query('CREATE TABLE keyed (a PRIMARY KEY, b) AS SELECT a, b FROM t')
  expect(heard).toEqual([])
  const result = await client.query('CREATE TABLE copied AS SELECT * FROM t')
  expect(result.command).toBe('CREATE')
  expect(heard).toEqual([
    {
      message:
        'CREATE TABLE ... AS does not copy over indexes, default expressions, or constraints; the new table has a hidden rowid primary key column',
      hint: undefined,
    },
  ])
  await client.query('CREATE TABLE IF NOT EXISTS copied AS SELECT * FROM t')
  expect(heard.at(-1)?.message).toBe('relation "copied" already exists, skipping')
  expect((await client.query('SELECT * FROM copied')).rows).toEqual([{ a: '1', b: '2' }])
})
