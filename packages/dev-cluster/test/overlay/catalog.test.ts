import type { Client } from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { Catalogs } from '../../src/catalog/catalogs.js'
import { engineUnderTest } from './sql-user.js'

const { engine, connect } = engineUnderTest()
let client: Client
beforeAll(async () => {
  client = await connect()
  await client.query(`
    CREATE TYPE mood AS ENUM ('happy', 'sad');
    CREATE TABLE people (
      id int8 PRIMARY KEY DEFAULT unique_rowid(), name varchar(40) NOT NULL DEFAULT 'nobody', score numeric(8,3), mood mood, tags text[],
      seen timestamptz(3) DEFAULT now(), data bytea, doubled numeric GENERATED ALWAYS AS (score * 2) STORED,
      serial int8 GENERATED ALWAYS AS IDENTITY (START 5), code char(2), flags bit(3), label citext, secret int8);
    CREATE INDEX people_tags ON people USING gin (tags);
    CREATE UNIQUE INDEX people_name ON people (name DESC, score) INCLUDE (mood);
    COMMENT ON COLUMN people.name IS 'full name';
    SELECT cerci_set_column('people', 'secret', true, NULL, NULL), cerci_set_column('people', 'name', NULL, 'STRING(40)', NULL),
      cerci_set_relation('people', '{"storage": {"ttl": "''on''"}}');
    CREATE VIEW happy AS SELECT id FROM people`)
})

async function rows(sql: string): Promise<unknown[][]> {
  return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows
}

describe('information_schema.columns', () => {
  test('has PostgreSQL’s type names and CockroachDB’s', async () => {
    expect(
      await rows(`SELECT column_name, data_type, udt_name, crdb_sql_type, is_hidden FROM crdb_internal."information_schema.columns"
      WHERE table_name = 'people' ORDER BY ordinal_position`),
    ).toEqual([
      ['id', 'bigint', 'int8', 'INT8', 'NO'],
      ['name', 'character varying', 'varchar', 'STRING(40)', 'NO'],
      ['score', 'numeric', 'numeric', 'DECIMAL(8,3)', 'NO'],
      ['mood', 'USER-DEFINED', 'mood', 'public.mood', 'NO'],
      ['tags', 'ARRAY', '_text', 'STRING[]', 'NO'],
      ['seen', 'timestamp with time zone', 'timestamptz', 'TIMESTAMPTZ(3)', 'NO'],
      ['data', 'bytea', 'bytea', 'BYTES', 'NO'],
      ['doubled', 'numeric', 'numeric', 'DECIMAL', 'NO'],
      ['serial', 'bigint', 'int8', 'INT8', 'NO'],
      ['code', 'character', 'bpchar', 'CHAR(2)', 'NO'],
      ['flags', 'bit', 'bit', 'BIT(3)', 'NO'],
      ['label', 'USER-DEFINED', 'citext', 'CITEXT', 'NO'],
      ['secret', 'bigint', 'int8', 'INT8', 'YES'],
    ])
  })

  test('has defaults, limits, comments, computed and identity columns', async () => {
    const byName = new Map(
      (
        await client.query<{ column_name: string }>(
          `SELECT * FROM crdb_internal."information_schema.columns" WHERE table_name = 'people'`,
        )
      ).rows.map(row => [row.column_name, row]),
    )
    expect(byName.get('id')).toMatchObject({
      column_default: 'unique_rowid()',
      is_nullable: 'NO',
      numeric_precision: '64',
      numeric_scale: '0',
      is_identity: 'NO',
      is_generated: 'NEVER',
      generation_expression: '',
      is_updatable: 'YES',
      table_catalog: 'defaultdb',
      ordinal_position: '1',
    })
    expect(byName.get('name')).toMatchObject({
      column_default: `'nobody':::STRING`,
      character_maximum_length: '40',
      column_comment: 'full name',
    })
    expect(byName.get('score')).toMatchObject({ numeric_precision: '8', numeric_scale: '3', column_default: null })
    expect(byName.get('seen')).toMatchObject({ datetime_precision: '3', column_default: 'now():::TIMESTAMPTZ' })
    expect(byName.get('doubled')).toMatchObject({
      is_generated: 'ALWAYS',
      column_default: null,
      generation_expression: 'score * 2:::DECIMAL',
    })
    expect(byName.get('serial')).toMatchObject({
      is_identity: 'YES',
      identity_generation: 'ALWAYS',
      identity_start: '5',
      identity_increment: '1',
    })
  })

  test('shows a user only what it may see', async () => {
    await client.query('CREATE ROLE guest LOGIN')
    const guest = await connect({ user: 'guest' })
    expect(
      (await guest.query(`SELECT * FROM crdb_internal."information_schema.columns" WHERE table_name = 'people'`))
        .rowCount,
    ).toBe(0)
    await client.query('GRANT SELECT (id) ON people TO guest')
    expect(
      (
        await guest.query(
          `SELECT column_name FROM crdb_internal."information_schema.columns" WHERE table_name = 'people'`,
        )
      ).rows,
    ).toEqual([{ column_name: 'id' }])
  })
})

test('information_schema.tables and statistics', async () => {
  expect(
    await rows(`SELECT table_catalog, table_schema, table_name, table_type, is_insertable_into, version FROM crdb_internal."information_schema.tables"
    WHERE table_schema = 'public' ORDER BY 3`),
  ).toEqual([
    ['defaultdb', 'public', 'happy', 'VIEW', 'NO', '1'],
    ['defaultdb', 'public', 'people', 'BASE TABLE', 'YES', '1'],
  ])
  expect(
    await rows(`SELECT non_unique, seq_in_index, column_name, direction, storing, implicit FROM crdb_internal."information_schema.statistics"
    WHERE index_name = 'people_name' ORDER BY seq_in_index`),
  ).toEqual([
    ['NO', '1', 'name', 'DESC', 'NO', 'NO'],
    ['NO', '2', 'score', 'ASC', 'NO', 'NO'],
    ['NO', '3', 'id', 'ASC', 'NO', 'YES'],
    ['NO', '4', 'mood', 'N/A', 'YES', 'NO'],
  ])
})

test('nothing of the overlay’s own is listed as a table', async () => {
  for (const query of [
    `SELECT table_name FROM crdb_internal."information_schema.tables" WHERE table_name LIKE 'cerci%' OR table_name LIKE '%.%'`,
    `SELECT relname FROM crdb_internal."pg_catalog.pg_class" WHERE relname LIKE 'cerci%' OR relname LIKE '%.%'`,
    `SELECT viewname FROM crdb_internal."pg_catalog.pg_views" WHERE viewname LIKE 'cerci%' OR viewname LIKE '%.%'`,
    `SELECT table_name FROM cerci_show_tables WHERE table_name LIKE 'cerci%' OR table_name LIKE '%.%'`,
    `SELECT rolname FROM crdb_internal."pg_catalog.pg_roles" WHERE rolname LIKE 'pg%' OR rolname = 'cerci'`,
    `SELECT datname FROM crdb_internal."pg_catalog.pg_database" WHERE datname LIKE 'template%'`,
    `SELECT conname FROM crdb_internal."pg_catalog.pg_constraint" WHERE conrelid = 'people'::regclass AND conname LIKE '%not_null%'`,
  ]) {
    expect({ query, rows: await rows(query) }).toEqual({ query, rows: [] })
  }
})

describe('what ORMs read', () => {
  test('an inverted index is known by its access method', async () => {
    expect(
      await rows(`SELECT i.relname, am.amname FROM crdb_internal."pg_catalog.pg_class" i JOIN crdb_internal."pg_catalog.pg_am" am ON am.oid = i.relam
      JOIN pg_index x ON x.indexrelid = i.oid WHERE x.indrelid = 'people'::regclass ORDER BY 1`),
    ).toEqual([
      ['people_name', 'prefix'],
      ['people_pkey', 'prefix'],
      ['people_tags', 'inverted'],
    ])
  })

  test('storage parameters are reloptions', async () => {
    expect(await rows(`SELECT reloptions FROM crdb_internal."pg_catalog.pg_class" WHERE relname = 'people'`)).toEqual([
      [[`ttl='on'`]],
    ])
  })

  test('hidden columns are marked', async () => {
    expect(
      await rows(
        `SELECT attname FROM crdb_internal."pg_catalog.pg_attribute" WHERE attrelid = 'people'::regclass AND attishidden`,
      ),
    ).toEqual([['secret']])
    expect(
      await rows(
        `SELECT column_name FROM crdb_internal.table_columns WHERE descriptor_id = 'people'::regclass::int8 AND hidden`,
      ),
    ).toEqual([['secret']])
  })

  test('a default of unique_rowid() is printed as that', async () => {
    expect(
      await rows(`SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'people'::regclass AND adnum = 1`),
    ).toEqual([['unique_rowid()']])
  })

  test('indexes are defined as CockroachDB prints them, with NULL first in ascending order', async () => {
    expect(
      await rows(
        `SELECT indexname, indexdef FROM crdb_internal."pg_catalog.pg_indexes" WHERE tablename = 'people' ORDER BY 1`,
      ),
    ).toEqual([
      [
        'people_name',
        'CREATE UNIQUE INDEX people_name ON defaultdb.public.people USING btree (name DESC, score ASC) STORING (mood)',
      ],
      ['people_pkey', 'CREATE UNIQUE INDEX people_pkey ON defaultdb.public.people USING btree (id ASC)'],
      ['people_tags', 'CREATE INDEX people_tags ON defaultdb.public.people USING gin (tags)'],
    ])
    expect(
      await rows(
        `SELECT indoption::text FROM crdb_internal."pg_catalog.pg_index" WHERE indexrelid = 'people_name'::regclass`,
      ),
    ).toEqual([['1 2']])
    expect(
      await rows(
        `SELECT pg_get_indexdef('people_name'::regclass, 2::int8, true), pg_get_indexdef('people_name'::regclass, 1::int2, true)`,
      ),
    ).toEqual([['score', 'name']])
  })

  test('ordinals may be INT8, and a type modifier NULL', async () => {
    expect(
      await rows(
        `SELECT col_description('people'::regclass, 2::int8), col_description('people'::regclass, 2), col_description('people'::regclass, 2::int2), format_type(1043, NULL), format_type(1043, 24::int8)`,
      ),
    ).toEqual([['full name', 'full name', 'full name', 'character varying', 'character varying(20)']])
  })

  test('root and admin are superusers of the cluster', async () => {
    expect(await rows(`SELECT rolname FROM crdb_internal."pg_catalog.pg_roles" WHERE rolsuper ORDER BY 1`)).toEqual([
      ['admin'],
      ['root'],
    ])
  })

  test('constraint definitions have directions', async () => {
    expect(
      await rows(
        `SELECT pg_get_constraintdef(oid), pg_get_constraintdef(oid, true) FROM pg_constraint WHERE conname = 'people_pkey'`,
      ),
    ).toEqual([['PRIMARY KEY (id ASC)', 'PRIMARY KEY (id ASC)']])
  })
})

test('crdb_internal describes the database', async () => {
  expect(await rows(`SELECT name, database_name, schema_name, state FROM crdb_internal.tables ORDER BY name`)).toEqual([
    ['happy', 'defaultdb', 'public', 'PUBLIC'],
    ['people', 'defaultdb', 'public', 'PUBLIC'],
    ['people_serial_seq', 'defaultdb', 'public', 'PUBLIC'],
  ])
  expect(
    await rows(
      `SELECT index_name, index_type, is_unique, is_inverted FROM crdb_internal.table_indexes WHERE descriptor_name = 'people' ORDER BY index_id`,
    ),
  ).toEqual([
    ['people_pkey', 'primary', true, false],
    ['people_tags', 'secondary', false, true],
    ['people_name', 'secondary', true, false],
  ])
  expect(
    await rows(
      `SELECT column_type, column_name, column_direction FROM crdb_internal.index_columns WHERE index_name = 'people_name' ORDER BY column_type DESC, column_id`,
    ),
  ).toEqual([
    ['storing', 'mood', null],
    ['key', 'name', 'DESC'],
    ['key', 'score', 'ASC'],
    ['extra', 'id', 'ASC'],
  ])
  expect(
    await rows(
      `SELECT descriptor_type, create_statement LIKE 'CREATE TABLE public.people (%' FROM crdb_internal.create_statements WHERE descriptor_name = 'people'`,
    ),
  ).toEqual([['table', true]])
  expect(await rows(`SELECT name, owner FROM crdb_internal.databases ORDER BY name`)).toEqual([
    ['defaultdb', 'root'],
    ['postgres', 'root'],
    ['system', 'node'],
  ])
  expect(await rows(`SELECT field, value FROM crdb_internal.node_build_info WHERE field = 'Name'`)).toEqual([
    ['Name', 'CockroachDB'],
  ])
})

test('a database that takes no connections yet is not listed', async () => {
  await engine().query('system', 'CREATE DATABASE waiting')
  await engine().query('system', 'ALTER DATABASE waiting ALLOW_CONNECTIONS false')
  const { databases } = await new Catalogs(engine()).current('system')
  expect([
    databases.includes('waiting'),
    await rows(`SELECT 1 FROM cerci_show_databases WHERE database_name = 'waiting'`),
    await rows(`SELECT 1 FROM crdb_internal."pg_catalog.pg_database" WHERE datname = 'waiting'`),
  ]).toEqual([false, [], []])
})

test('every relation of crdb_internal can be read by a SQL user', async () => {
  const names = await rows(
    `SELECT relname FROM pg_class WHERE relnamespace = 'crdb_internal'::regnamespace AND relkind IN ('v', 'r') ORDER BY 1`,
  )
  const unreadable: unknown[] = []
  for (const [name] of names) {
    await client
      .query(`SELECT count(*) FROM crdb_internal."${String(name)}"`)
      .catch((error: unknown) => unreadable.push([name, error]))
  }
  expect(unreadable).toEqual([])
})
