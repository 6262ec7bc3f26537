import type { Client } from 'pg'
import { expect, it } from 'vitest'
import { sessionCluster } from '../session/session-cluster.js'

const cluster = await sessionCluster()

/** Columns that hold text which something is defined by, or statistics of PostgreSQL's own catalogs, and no names of objects. */
const texts = new Set(['crdb_internal.node_build_info.value', 'pg_catalog.pg_stats.most_common_vals'])

/** Every column of every catalog relation that has the word in it. */
async function columnsWith(client: Client, word: string): Promise<string[]> {
  const relations = await client.query<{ name: string }>(`SELECT n.nspname || '.' || c.relname AS name FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('pg_catalog', 'information_schema', 'crdb_internal') AND c.relkind IN ('r', 'v')
      AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1`)
  expect(relations.rows.length).toBeGreaterThan(150)
  const found: string[] = []
  for (const { name } of relations.rows) {
    const { fields, rows } = await client.query<Record<string, unknown>>(`SELECT * FROM ${name}`)
    for (const { name: column } of fields) {
      if (rows.some(row => JSON.stringify(row[column] ?? null).includes(word))) found.push(`${name}.${column}`)
    }
  }
  return found
}

it('nothing that the gateway keeps in a database is in its catalogs', async () => {
  await cluster.useFreshDatabase()
  const client = await cluster.connect()
  await client.query('CREATE TABLE t (id INT PRIMARY KEY, name STRING(3) NOT VISIBLE, INDEX (name))')
  await client.query('CREATE SEQUENCE own; CREATE VIEW v AS SELECT * FROM t; COMMENT ON TABLE t IS $$mine$$')
  const found = await columnsWith(client, 'cerci')
  expect(found.filter(column => !texts.has(column))).toEqual([])
  expect(await columnsWith(client, 'own')).toEqual(
    expect.arrayContaining(['information_schema.sequences.sequence_name', 'pg_catalog.pg_sequences.sequencename']),
  )
})

it('sequences are the user’s', async () => {
  await cluster.useFreshDatabase()
  const client = await cluster.connect()
  await client.query('CREATE SEQUENCE mine')
  for (const text of [
    'SELECT sequence_name FROM information_schema.sequences',
    'SELECT sequencename AS sequence_name FROM pg_sequences',
    'SELECT relname AS sequence_name FROM pg_sequence JOIN pg_class c ON c.oid = seqrelid',
    "SELECT relname AS sequence_name FROM pg_class WHERE relkind = 'S'",
    'SELECT sequence_name FROM [SHOW SEQUENCES]',
    "SELECT table_name AS sequence_name FROM [SHOW TABLES] WHERE type = 'sequence'",
    "SELECT table_name AS sequence_name FROM [SHOW TABLES FROM crdb_internal] WHERE type = 'sequence' UNION SELECT 'mine'",
  ])
    expect((await client.query(text)).rows).toEqual([{ sequence_name: 'mine' }])
})

it('SHOW lists nothing of the gateway’s', async () => {
  await cluster.useFreshDatabase()
  const client = await cluster.connect()
  for (const what of [
    'DATABASES WITH COMMENT',
    'SCHEMAS',
    'TABLES FROM crdb_internal',
    'TABLES FROM pg_catalog',
    'TYPES',
    'ENUMS',
    'FUNCTIONS FROM crdb_internal',
    'GRANTS',
    'GRANTS ON ROLE',
    'ROLES',
    'USERS',
    'SYSTEM GRANTS',
    'DEFAULT PRIVILEGES',
  ])
    expect(JSON.stringify((await client.query(`SHOW ${what}`)).rows)).not.toContain('cerci')
})

it('what users make is in the catalogs, whatever it is called', async () => {
  await cluster.useFreshDatabase()
  const client = await cluster.connect()
  await client.query("CREATE TYPE cerci_mood AS ENUM ('fine')")
  await client.query('CREATE FUNCTION cerci_one() RETURNS INT LANGUAGE SQL AS $$ SELECT 1 $$')
  const { rows } = await client.query(`SELECT typname AS name FROM pg_type WHERE typname = 'cerci_mood'
    UNION ALL SELECT proname FROM pg_proc WHERE proname = 'cerci_one'
    UNION ALL SELECT routine_name FROM information_schema.routines WHERE routine_name = 'cerci_one' ORDER BY 1`)
  expect(rows).toEqual([{ name: 'cerci_mood' }, { name: 'cerci_one' }, { name: 'cerci_one' }])
})

it('what belongs to the engine belongs to the node', async () => {
  const client = await cluster.connect()
  const { rows } = await client.query(
    `SELECT pg_catalog.pg_get_userbyid(relowner) AS owner FROM pg_catalog.pg_class WHERE relname = 'pg_am'`,
  )
  expect(rows).toEqual([{ owner: 'node' }])
  expect((await client.query("SELECT tableowner FROM pg_tables WHERE tablename = 'pg_am'")).rows).toEqual([
    { tableowner: 'node' },
  ])
})
