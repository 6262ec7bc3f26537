import { expect, it } from 'vitest'
import { sessionCluster } from '../session-cluster.js'

const cluster = await sessionCluster()

it('a virtual sequence gives numbers as unique_rowid() does, by name, in expressions and in defaults', async () => {
  await cluster.useFreshDatabase()
  const client = await cluster.connect()
  await client.query('CREATE SEQUENCE ids VIRTUAL; CREATE SCHEMA "My"; CREATE SEQUENCE "My"."Ids" VIRTUAL')
  const { rows } = await client.query<{ before: string; next: string; current: string; quoted: string }>(
    `SELECT unique_rowid() AS before, nextval('ids') AS next, currval('ids') AS current, nextval('"My"."Ids"'::REGCLASS) AS quoted`,
  )
  const [row] = rows
  expect(BigInt(row?.next ?? 0)).toBeGreaterThan(BigInt(row?.before ?? 0))
  expect(BigInt(row?.quoted ?? 0)).toBeGreaterThan(BigInt(row?.next ?? 0))
  expect(row?.current).toBe(row?.next)
  await client.query("CREATE TABLE t (id INT PRIMARY KEY DEFAULT nextval('public.ids'), n INT)")
  const inserted = await client.query<{ id: string }>('INSERT INTO t (n) VALUES (1), (2) RETURNING id')
  expect(inserted.rows.map(({ id }) => BigInt(id) > 1_000_000_000n)).toEqual([true, true])
  expect(new Set(inserted.rows.map(({ id }) => id)).size).toBe(2)
})

it('is shown as it was made, and counts are those of the others', async () => {
  await cluster.useFreshDatabase()
  const client = await cluster.connect()
  await client.query(
    "CREATE SEQUENCE IF NOT EXISTS ids VIRTUAL; CREATE SEQUENCE counted; CREATE TABLE t (id INT PRIMARY KEY DEFAULT nextval('ids'))",
  )
  await client.query('CREATE SEQUENCE IF NOT EXISTS ids VIRTUAL')
  expect((await client.query('SHOW CREATE SEQUENCE ids')).rows).toMatchObject([
    {
      create_statement:
        'CREATE SEQUENCE public.ids MINVALUE 1 MAXVALUE 9223372036854775807 INCREMENT 1 START 1 VIRTUAL',
    },
  ])
  expect((await client.query('SELECT column_default FROM [SHOW COLUMNS FROM t]')).rows).toEqual([
    { column_default: "nextval('public.ids'::REGCLASS)" },
  ])
  expect((await client.query("SELECT nextval('counted')")).rows).toEqual([{ nextval: '1' }])
  await expect(client.query('CREATE SEQUENCE ids VIRTUAL')).rejects.toMatchObject({ code: '42P07' })
})
