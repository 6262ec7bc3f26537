import { beforeAll, describe, expect, test } from 'vitest'
import { Catalogs } from '../../src/catalog/catalogs.js'
import { engineUnderTest } from '../overlay/sql-user.js'

const { engine, connect } = engineUnderTest()

beforeAll(async () => {
  const client = await connect()
  await client.query(`
    CREATE SCHEMA sales;
    CREATE TABLE users (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email varchar(40) NOT NULL UNIQUE, balance numeric(10,2) CHECK (balance / 2 >= 0),
      lower_email text GENERATED ALWAYS AS (lower(email)) STORED, number int8 GENERATED ALWAYS AS IDENTITY, tags text[]);
    CREATE INDEX users_lower ON users (lower(email), balance DESC) INCLUDE (tags);
    CREATE TABLE sales.users (region text, id int8, rowid int8 NOT NULL DEFAULT unique_rowid(), PRIMARY KEY (id, region));
    SELECT cerci_set_relation('users_lower', '{"hash_buckets": 4}'), cerci_set_relation('sales.users', '{"locality": "GLOBAL"}'),
      cerci_set_database('defaultdb', '{"zone": {"gc.ttlseconds": "600"}}');
    SELECT cerci_set_column('sales.users', 'rowid', true, NULL, NULL), cerci_set_column('users', 'balance', NULL, NULL, 'now()');
    CREATE VIEW recent AS SELECT id FROM users;
    CREATE SEQUENCE counter;
    CREATE FUNCTION double(n int8) RETURNS int8 LANGUAGE sql AS 'SELECT n * 2'`)
})

describe('a snapshot', () => {
  test('knows columns', async () => {
    const catalog = await new Catalogs(engine()).current('defaultdb')
    expect(catalog.table('users', undefined, ['public'])).toMatchObject({
      schema: 'public',
      kind: 'table',
      primaryKey: ['id'],
    })
    expect(catalog.table('users', undefined, ['public'])?.columns).toEqual([
      {
        name: 'id',
        type: 'uuid',
        notNull: true,
        hidden: false,
        hasDefault: true,
        generated: false,
        onUpdate: null,
        declaredType: null,
      },
      {
        name: 'email',
        type: 'character varying(40)',
        notNull: true,
        hidden: false,
        hasDefault: false,
        generated: false,
        onUpdate: null,
        declaredType: null,
      },
      {
        name: 'balance',
        type: 'numeric(10,2)',
        notNull: false,
        hidden: false,
        hasDefault: false,
        generated: false,
        onUpdate: 'now()',
        declaredType: null,
      },
      {
        name: 'lower_email',
        type: 'text',
        notNull: false,
        hidden: false,
        hasDefault: false,
        generated: true,
        onUpdate: null,
        declaredType: null,
      },
      {
        name: 'number',
        type: 'bigint',
        notNull: true,
        hidden: false,
        hasDefault: true,
        generated: false,
        onUpdate: null,
        declaredType: null,
      },
      {
        name: 'tags',
        type: 'text[]',
        notNull: false,
        hidden: false,
        hasDefault: false,
        generated: false,
        onUpdate: null,
        declaredType: null,
      },
    ])
    expect(catalog.table('users', 'sales', [])?.columns.map(column => [column.name, column.hidden])).toEqual([
      ['region', false],
      ['id', false],
      ['rowid', true],
    ])
  })

  test('knows keys, indexes and checks', async () => {
    const catalog = await new Catalogs(engine()).current('defaultdb')
    const users = catalog.table('users', 'public', [])
    const plain = { stored: [], descending: [], partial: false, properties: {} }
    expect(users?.indexes).toEqual([
      { name: 'users_pkey', unique: true, primary: true, columns: ['id'], ...plain },
      { name: 'users_email_key', unique: true, primary: false, columns: ['email'], ...plain },
      {
        name: 'users_lower',
        unique: false,
        primary: false,
        columns: [expect.stringContaining('lower('), 'balance'],
        ...plain,
        stored: ['tags'],
        descending: [2],
        properties: { hash_buckets: 4 },
      },
    ])
    expect(users?.checks).toEqual([
      { name: 'users_balance_check', expression: '(balance / 2:::DECIMAL) >= 0:::DECIMAL' },
    ])
    expect(catalog.table('users', 'sales', [])).toMatchObject({
      primaryKey: ['id', 'region'],
      properties: { locality: 'GLOBAL' },
    })
    expect(catalog.indexOwner('users_lower', 'public')).toBe(users)
    expect(catalog.indexOwner('users_lower', 'sales')).toBeUndefined()
    expect(catalog.properties).toEqual({ zone: { 'gc.ttlseconds': '600' } })
    expect(catalog.tables().map(table => table.name)).toEqual([
      'counter',
      'recent',
      'users',
      'users_number_seq',
      'users',
    ])
  })

  test('finds names by search path, and tells kinds apart', async () => {
    const catalog = await new Catalogs(engine()).current('defaultdb')
    expect(catalog.table('users', undefined, ['missing', 'sales', 'public'])?.schema).toBe('sales')
    expect(catalog.table('users', undefined, [])).toBeUndefined()
    expect(catalog.table('users', 'missing', ['public'])).toBeUndefined()
    expect(catalog.table('recent', 'public', [])?.kind).toBe('view')
    expect(catalog.table('counter', 'public', [])).toMatchObject({ kind: 'sequence', columns: [] })
    expect(catalog.table('pg_class', 'pg_catalog', [])).toBeUndefined()
  })

  test('knows databases and functions', async () => {
    const catalog = await new Catalogs(engine()).current('defaultdb')
    expect(catalog.databases).toEqual(['defaultdb', 'postgres', 'system'])
    expect(
      ['lower', 'unique_rowid', 'double', 'public.double', 'triple'].map(name => catalog.hasFunction(name)),
    ).toEqual([true, true, true, true, false])
  })
})

describe('catalogs', () => {
  test('load once for callers at the same time, and keep what they loaded', async () => {
    const catalogs = new Catalogs(engine())
    expect(catalogs.peek('defaultdb')).toBeUndefined()
    const [a, b] = await Promise.all([catalogs.current('defaultdb'), catalogs.current('defaultdb')])
    expect(a).toBe(b)
    expect(catalogs.peek('defaultdb')).toBe(a)
    expect(await catalogs.current('defaultdb')).toBe(a)
  })

  test('read anew after an invalidation, also one during a load', async () => {
    const catalogs = new Catalogs(engine())
    const client = await connect()
    const stale = catalogs.current('defaultdb')
    catalogs.invalidate('defaultdb')
    await client.query('CREATE TABLE later (id int8)')
    const before = await stale
    const after = await catalogs.current('defaultdb')
    expect(after.table('later', 'public', [])).toBeDefined()
    expect(after.version).not.toBe(before.version)
    expect(catalogs.peek('defaultdb')).toBe(after)
    catalogs.invalidate('defaultdb')
    expect(catalogs.peek('defaultdb')).toBeUndefined()
  })

  test('tell every snapshot of a new database', async () => {
    const catalogs = new Catalogs(engine())
    await catalogs.current('system')
    catalogs.invalidateAll()
    expect(catalogs.peek('system')).toBeUndefined()
  })

  test('pass on why a load failed, and try again', async () => {
    const catalogs = new Catalogs(engine())
    await expect(catalogs.current('missing')).rejects.toMatchObject({ code: '3D000' })
    await expect(catalogs.current('missing')).rejects.toMatchObject({ code: '3D000' })
    expect((await catalogs.current('defaultdb')).database).toBe('defaultdb')
  })
})
