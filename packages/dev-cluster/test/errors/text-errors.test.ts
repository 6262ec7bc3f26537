import { expect, it } from 'vitest'
import { sessionCluster } from '../session/session-cluster.js'

const cluster = await sessionCluster()

it('a text that is too long is told in the type’s own spelling', async () => {
  await cluster.useFreshDatabase()
  const client = await cluster.connect()
  await client.query(
    'CREATE TABLE s (id INT PRIMARY KEY, a STRING(2)); CREATE TABLE v (id INT PRIMARY KEY, a VARCHAR(2), c CHAR(1))',
  )
  const refused = (text: string, message: string): Promise<void> =>
    expect(client.query(text)).rejects.toMatchObject({ code: '22001', message })
  await refused("INSERT INTO s VALUES (1, 'abc')", 'value too long for type STRING(2)')
  await client.query("INSERT INTO s VALUES (1, 'ab')")
  await refused("UPDATE s SET a = 'abc' WHERE id = 1", 'value too long for type STRING(2)')
  await refused("UPSERT INTO public.s VALUES (1, 'abc')", 'value too long for type STRING(2)')
  await refused("INSERT INTO v VALUES (1, 'abc')", 'value too long for type VARCHAR(2)')
  await refused("INSERT INTO v VALUES (1, 'ab', 'cd')", 'value too long for type CHAR(1)')
})

it('strings of two collations are of two types', async () => {
  await cluster.useFreshDatabase()
  const client = await cluster.connect()
  await expect(client.query(`SELECT 'Straße' COLLATE de < 'Gata' COLLATE sv`)).rejects.toMatchObject({
    code: '22023',
    message: 'unsupported comparison operator: <collatedstring{de}> < <collatedstring{sv}>',
  })
  await client.query('CREATE TABLE t (id INT PRIMARY KEY, a STRING COLLATE de, b STRING COLLATE sv)')
  await client.query("INSERT INTO t VALUES (1, 'a' COLLATE de, 'b' COLLATE sv)")
  await expect(client.query('SELECT * FROM t WHERE a < b')).rejects.toMatchObject({ code: '22023' })
})
