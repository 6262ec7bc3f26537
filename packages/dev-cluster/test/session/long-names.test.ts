import { expect, it } from 'vitest'
import { sessionCluster } from './session-cluster.js'

const cluster = await sessionCluster()
const base = 'post__post_counters_likedUsers__post__post_counters_likedUsers_photos'

it('keeps names apart that begin with the same 63 bytes, as ORMs make them for nested relations', async () => {
  const client = await cluster.connect()
  const text = `SELECT "${base}"."a" AS "${base}_a", "${base}"."b" AS "${base}_b", $1::INT AS short
    FROM (VALUES (1, 2)) AS "${base}" (a, b) ORDER BY "${base}_a"`
  const prepared = await client.query({ name: 'long', text, values: [3] })
  expect(prepared.rows).toEqual([{ [`${base}_a`]: '1', [`${base}_b`]: '2', short: '3' }])
  const simple = await client.query(text.replace('$1', '3'))
  expect(simple.rows).toEqual(prepared.rows)
  expect((await client.query({ name: 'long', text, values: [4] })).rows).toMatchObject([{ short: '4' }])
})

it('takes the same table and columns for the same long names, whatever the script', async () => {
  const client = await cluster.connect()
  const table = `${base}_ünïcödé_ünïcödé`
  await client.query(`CREATE TABLE "${table}" (id INT PRIMARY KEY, "${base}_one" INT, "${base}_two" INT)`)
  await client.query(`INSERT INTO "${table}" (id, "${base}_two", "${base}_one") VALUES (1, 2, 1)`)
  const { rows } = await client.query(`SELECT "${base}_one", "${base}_two" FROM "${table}" WHERE "${base}_one" = 1`)
  expect(rows).toEqual([{ [`${base}_one`]: '1', [`${base}_two`]: '2' }])
  await client.query(`DROP TABLE "${table}"`)
})

it('knows a sequence by its long name in the constant that names it', async () => {
  const client = await cluster.connect()
  await client.query(`CREATE SEQUENCE "${base}_seq"`)
  await client.query(`CREATE TABLE numbered (id INT PRIMARY KEY DEFAULT nextval('"${base}_seq"'))`)
  await client.query('INSERT INTO numbered DEFAULT VALUES')
  const { rows } = await client.query(`SELECT id, nextval('public."${base}_seq"') AS next FROM numbered`)
  expect(rows).toEqual([{ id: '1', next: '2' }])
  await client.query(`DROP TABLE numbered; DROP SEQUENCE "${base}_seq"`)
})
