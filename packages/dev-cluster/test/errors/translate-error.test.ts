// A table of statements and what CockroachDB answers, hence its length.
import { type Client, DatabaseError } from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { Catalogs } from '../../src/catalog/catalogs.js'
import type { CatalogSnapshot } from '../../src/catalog/snapshot.js'
import { translateError } from '../../src/errors/translate-error.js'
import { engineUnderTest } from '../overlay/sql-user.js'

const { engine, connect } = engineUnderTest()
let client: Client
let catalog: CatalogSnapshot

beforeAll(async () => {
  client = await connect()
  await client.query(`
    CREATE ROLE max LOGIN;
    CREATE TYPE status AS ENUM ('open', 'closed');
    CREATE TABLE customers (id int8 PRIMARY KEY, email text UNIQUE);
    CREATE TABLE orders (
      id int8 PRIMARY KEY, customer_id int8 REFERENCES customers (id), buyer int8 REFERENCES customers (id) ON DELETE RESTRICT,
      quantity int8 NOT NULL CHECK (quantity > 0), code varchar(5), price numeric(5,2), small int4, tiny int2, ref uuid, at timestamptz,
      day date, done bool, doc jsonb, weight float8, state status);
    CREATE TABLE audit (id int8);
    CREATE VIEW open_orders AS SELECT id, code FROM orders;
    GRANT SELECT ON orders TO max;
    INSERT INTO customers VALUES (1, 'a');
    INSERT INTO orders (id, customer_id, buyer, quantity) VALUES (1, 1, NULL, 1)`)
  catalog = await new Catalogs(engine()).current('defaultdb')
})

const letters = {
  C: 'code',
  M: 'message',
  D: 'detail',
  H: 'hint',
  P: 'position',
  p: 'internalPosition',
  q: 'internalQuery',
  W: 'where',
  s: 'schema',
  t: 'table',
  c: 'column',
  d: 'dataType',
  n: 'constraint',
  F: 'file',
  L: 'line',
  R: 'routine',
  S: 'severity',
} as const

/** What PostgreSQL's error for a statement becomes. */
async function answer(statement: string, values: unknown[] = [], by = client): Promise<Record<string, string>> {
  try {
    await by.query(statement, values)
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    const fields = new Map<string, string>()
    for (const [letter, property] of Object.entries(letters)) {
      const value = error[property]
      if (value !== undefined) fields.set(letter, value)
    }
    return Object.fromEntries(translateError(fields, { catalog, statement, user: 'max' }))
  }
  throw new Error(`no error: ${statement}`)
}

describe('constraints', () => {
  test.each([
    [
      'INSERT INTO customers VALUES (1)',
      '23505',
      'duplicate key value violates unique constraint "customers_pkey"',
      'Key (id)=(1) already exists.',
    ],
    [
      'INSERT INTO orders (id, customer_id, quantity) VALUES (2, 2000, 1)',
      '23503',
      'insert on table "orders" violates foreign key constraint "orders_customer_id_fkey"',
      'Key (customer_id)=(2000) is not present in table "customers".',
    ],
    [
      'WITH x AS (SELECT 9 AS c) UPDATE orders SET customer_id = x.c FROM x',
      '23503',
      'update on table "orders" violates foreign key constraint "orders_customer_id_fkey"',
      'Key (customer_id)=(9) is not present in table "customers".',
    ],
    [
      'DELETE FROM customers',
      '23503',
      'delete on table "customers" violates foreign key constraint "orders_customer_id_fkey" on table "orders"',
      'Key (id)=(1) is still referenced from table "orders".',
    ],
    [
      'UPDATE customers SET id = 5',
      '23503',
      'update on table "customers" violates foreign key constraint "orders_customer_id_fkey" on table "orders"',
      'Key (id)=(1) is still referenced from table "orders".',
    ],
    [
      'INSERT INTO orders (id) VALUES (3)',
      '23502',
      'null value in column "quantity" violates not-null constraint',
      undefined,
    ],
    ['ALTER TABLE orders ALTER COLUMN id DROP NOT NULL', '42P16', 'column "id" is in a primary index', undefined],
    [
      'INSERT INTO orders (id, quantity) VALUES (3, 0)',
      '23514',
      'failed to satisfy CHECK constraint (quantity > 0:::INT8)',
      undefined,
    ],
  ])('%s', async (statement, code, message, detail) => {
    expect(await answer(statement)).toMatchObject({
      S: 'ERROR',
      V: 'ERROR',
      C: code,
      M: message,
      ...(detail && { D: detail }),
    })
    expect((await answer(statement)).D).toBe(detail)
  })

  test('only the constraint is named in a field, and nothing of PostgreSQL is left', async () => {
    expect(Object.keys(await answer('INSERT INTO customers VALUES (1)')).toSorted()).toEqual([
      'C',
      'D',
      'M',
      'S',
      'V',
      'n',
    ])
    expect(Object.keys(await answer('SELECT nothing')).toSorted()).toEqual(['C', 'M', 'S', 'V'])
  })

  test('ON DELETE RESTRICT is a foreign key violation like any other', async () => {
    await client.query('UPDATE orders SET buyer = 1, customer_id = NULL')
    expect(await answer('DELETE FROM customers')).toMatchObject({
      C: '23503',
      M: 'delete on table "customers" violates foreign key constraint "orders_buyer_fkey" on table "orders"',
      D: 'Key (id)=(1) is still referenced from table "orders".',
    })
    await client.query('UPDATE orders SET buyer = NULL, customer_id = 1')
  })

  test('an index whose name was taken in the schema has the client’s name', async () => {
    await client.query(
      `CREATE TABLE taken (id int8, CONSTRAINT "customers_pkey@taken" PRIMARY KEY (id)); INSERT INTO taken VALUES (1)`,
    )
    await client.query(`CREATE UNIQUE INDEX "orders_pkey@taken" ON taken (id)`)
    expect(await answer('INSERT INTO taken VALUES (1)')).toMatchObject({
      M: 'duplicate key value violates unique constraint "customers_pkey"',
      n: 'customers_pkey',
    })
    expect((await answer('DROP INDEX "customers_pkey@taken"')).M).toBe(
      'index "customers_pkey" is in use as unique constraint',
    )
    await client.query('DROP TABLE taken')
  })

  test('a unique index over duplicates', async () => {
    await client.query('INSERT INTO audit VALUES (1), (1)')
    expect(await answer('CREATE UNIQUE INDEX audit_key ON audit (id)')).toMatchObject({
      C: '23505',
      M: 'duplicate key value violates unique constraint "audit_key"',
      D: 'Key (id)=(1) already exists.',
    })
  })

  test('a check that the catalog does not know yet is named', () => {
    const fields = new Map([
      ['S', 'ERROR'],
      ['C', '23514'],
      ['M', 'new row for relation "orders" violates check constraint "late"'],
      ['s', 'public'],
      ['t', 'orders'],
      ['n', 'late'],
      ['R', 'ExecConstraints'],
    ])
    expect(translateError(fields, { catalog: undefined, statement: '' }).get('M')).toBe(
      'failed to satisfy CHECK constraint (late)',
    )
  })
})

test.each([
  ['SELECT * FROM foo', '42P01', 'relation "foo" does not exist'],
  ['SELECT * FROM crdb_internal.foo', '42P01', 'relation "crdb_internal.foo" does not exist'],
  ['SELECT * FROM crdb_internal.kv_store_status', '0A000', 'unimplemented: crdb_internal.kv_store_status'],
  ['SELECT count(*) FROM orders FOR UPDATE', '0A000', 'FOR UPDATE is not allowed with aggregate functions'],
  ['SELECT * FROM s.foo', '42P01', 'relation "s.foo" does not exist'],
  ['DROP TABLE foo', '42P01', 'relation "foo" does not exist'],
  ['DROP VIEW foo', '42P01', 'relation "foo" does not exist'],
  ['SELECT x.id FROM orders', '42P01', 'no data source matches prefix: x in this context'],
  ['SELECT nope FROM orders', '42703', 'column "nope" does not exist'],
  ['SELECT orders.nope FROM orders', '42703', 'column "orders.nope" does not exist'],
  ['INSERT INTO orders (nope) VALUES (1)', '42703', 'column "nope" does not exist'],
  ['UPDATE orders SET nope = 1', '42703', 'column "nope" does not exist'],
  ['ALTER TABLE orders DROP COLUMN nope', '42703', 'column "nope" of relation "orders" does not exist'],
  [
    'SELECT id FROM orders, customers',
    '42702',
    'column reference "id" is ambiguous (candidates: orders.id, customers.id)',
  ],
  [
    'SELECT id FROM orders AS o JOIN public.customers c ON true',
    '42702',
    'column reference "id" is ambiguous (candidates: o.id, c.id)',
  ],
  ['SELECT id FROM orders, (SELECT 1 AS id) AS x', '42702', 'column reference "id" is ambiguous'],
  [
    'INSERT INTO customers (id, email) VALUES (1, $$a$$, 3)',
    '42601',
    'INSERT has more expressions than target columns, 3 expressions for 2 targets',
  ],
  [
    'INSERT INTO customers VALUES (1, $$a$$, 3, 4)',
    '42601',
    'INSERT has more expressions than target columns, 4 expressions for 2 targets',
  ],
  [
    'INSERT INTO customers (id, email) VALUES (1)',
    '42601',
    'INSERT has more target columns than expressions, 1 expressions for 2 targets',
  ],
  ['CREATE TABLE orders (id int8)', '42P07', 'relation "defaultdb.public.orders" already exists'],
  ['CREATE TABLE public.orders (id int8)', '42P07', 'relation "defaultdb.public.orders" already exists'],
  ['CREATE INDEX orders_pkey ON orders (code)', '42P07', 'index with name "orders_pkey" already exists'],
  ['CREATE DATABASE defaultdb', '42P04', 'database "defaultdb" already exists'],
  ['CREATE SCHEMA public', '42P06', 'schema "public" already exists'],
  ['DROP DATABASE nope', '3D000', 'database "nope" does not exist'],
  ['CREATE TABLE nope.t (id int8)', '3F000', 'unknown schema "nope"'],
  ['ALTER TABLE orders ADD COLUMN code text', '42701', 'column "code" of relation "orders" already exists'],
  ['CREATE TABLE twice (a int8, a int8)', '42701', 'duplicate column name: "a"'],
  ['INSERT INTO orders (id, id) VALUES (1, 2)', '42601', 'multiple assignments to the same column "id"'],
  [`CREATE TYPE status AS ENUM ('a')`, '42710', 'type "defaultdb.public.status" already exists'],
  [
    'ALTER TABLE orders ADD CONSTRAINT orders_quantity_check CHECK (id > 0)',
    '42710',
    'duplicate constraint name: "orders_quantity_check"',
  ],
  [`ALTER TYPE status ADD VALUE 'open'`, '42710', 'enum value "open" already exists'],
  ['CREATE ROLE max', '42710', 'a role/user named max already exists'],
  ['DROP ROLE nope', '42704', 'role/user "nope" does not exist'],
  ['DROP INDEX nope', '42704', 'index "nope" does not exist'],
  ['DROP TYPE nope', '42704', 'type "nope" does not exist'],
  ['ALTER TABLE orders DROP CONSTRAINT nope', '42704', 'constraint "nope" of relation "orders" does not exist'],
  ['SET nope = 1', '42704', 'unrecognized configuration parameter "nope"'],
  ['SELEKT 1', '42601', 'at or near "selekt": syntax error'],
  ['SELECT 1 +', '42601', 'at or near "EOF": syntax error'],
  ['SELECT foo(1)', '42883', 'unknown function: foo()'],
  ['SELECT lower(1, true)', '42883', 'unknown signature: lower(int, bool)'],
  [`SELECT 1 + 'a'::text`, '22023', 'unsupported binary operator: <int> + <string>'],
  ['SELECT true = 1.5', '22023', 'unsupported comparison operator: <bool> = <decimal>'],
  [`SELECT - 'a'::text`, '22023', 'unsupported unary operator: - <string>'],
  ['SELECT 1 WHERE 1', '42804', 'argument of WHERE must be type bool, not type int'],
  [
    'INSERT INTO orders (id, quantity) VALUES (1, true)',
    '42804',
    `value type bool doesn't match type int of column "quantity"`,
  ],
  [
    'SELECT code, count(*) FROM orders',
    '42803',
    'column "code" must appear in the GROUP BY clause or be used in an aggregate function',
  ],
  [`SELECT 'abc'::int8`, '22P02', 'could not parse "abc" as type int: strconv.ParseInt: parsing "abc": invalid syntax'],
  [
    `SELECT 'abc'::float8`,
    '22P02',
    'could not parse "abc" as type float: strconv.ParseFloat: parsing "abc": invalid syntax',
  ],
  [`SELECT 'abc'::bool`, '22P02', 'could not parse "abc" as type bool: invalid bool value'],
  [`SELECT 'abc'::uuid`, '22P02', 'could not parse "abc" as type uuid: uuid: incorrect UUID length: abc'],
  [
    `SELECT 'abc'::timestamptz`,
    '22007',
    'could not parse "abc" as type timestamp: parsing as type timestamp: missing or invalid year/month/day',
  ],
  [
    `SELECT 'abc'::date`,
    '22007',
    'could not parse "abc" as type date: parsing as type date: missing or invalid year/month/day',
  ],
  [
    `SELECT '2020-13-45'::timestamp`,
    '22008',
    'could not parse "2020-13-45" as type timestamp: parsing as type timestamp: field value out of range',
  ],
  [`SELECT '{abc'::jsonb`, '22P02', 'could not parse JSON: unable to decode JSON: Token "abc" is invalid.'],
  [`SELECT 'lost'::status`, '22P02', 'invalid input value for enum status: "lost"'],
  [`UPDATE orders SET code = 'toolong'`, '22001', 'value too long for type VARCHAR(5)'],
  [
    'UPDATE orders SET price = 12345',
    '22003',
    'value with precision 5, scale 2 must round to an absolute value less than 10^3',
  ],
  ['UPDATE orders SET small = 99999999999', '22003', 'integer out of range for type int4'],
  [`UPDATE orders SET small = '99999999999'`, '22003', 'integer out of range for type int4'],
  ['UPDATE orders SET tiny = 99999', '22003', 'integer out of range for type int2'],
  ['SELECT 9223372036854775807::int8 + 1', '22003', 'integer out of range'],
  [
    `SELECT '99999999999999999999'::int8`,
    '22P02',
    'could not parse "99999999999999999999" as type int: strconv.ParseInt: parsing "99999999999999999999": value out of range',
  ],
  ['SELECT 1/0', '22012', 'division by zero'],
  [
    `INSERT INTO customers VALUES (7), (7) ON CONFLICT (id) DO UPDATE SET email = 'x'`,
    '21000',
    'UPSERT or INSERT...ON CONFLICT command cannot affect row a second time',
  ],
  [
    'SELECT (SELECT x FROM generate_series(1, 2) AS x)',
    '21000',
    'more than one row returned by a subquery used as an expression',
  ],
  [
    'INSERT INTO customers VALUES (7) ON CONFLICT (email, id) DO NOTHING',
    '42P10',
    'there is no unique or exclusion constraint matching the ON CONFLICT specification',
  ],
  ['SAVEPOINT x', '25P01', 'SAVEPOINT can only be used in transaction blocks'],
  ['DROP TABLE customers', '2BP01', '"customers" is referenced by foreign key from table "orders"'],
  ['DROP TABLE orders', '2BP01', 'cannot drop relation "orders" because view "open_orders" depends on it'],
  [
    'ALTER TABLE orders DROP COLUMN code',
    '2BP01',
    'cannot drop column "code" because view "open_orders" depends on it',
  ],
  [
    'ALTER TABLE orders ALTER COLUMN code TYPE text',
    '2BP01',
    'cannot alter type of column "code" because view "open_orders" depends on it',
  ],
  ['DROP INDEX customers_email_key', '2BP01', 'index "customers_email_key" is in use as unique constraint'],
  ['DROP SCHEMA public', '2BP01', 'schema "public" is not empty and CASCADE was not specified'],
  [
    'DROP TYPE status',
    '2BP01',
    'cannot drop type "status" because other objects ([defaultdb.public.orders]) still depend on it',
  ],
  ['DROP ROLE max', '2BP01', 'cannot drop role/user max: grants still exist on defaultdb.public.orders'],
  [`SELECT crdb_internal.force_error('40001', 'restart transaction: mine')`, '40001', 'restart transaction: mine'],
])('%s', async (statement, code, message) => {
  expect(await answer(statement)).toMatchObject({ C: code, M: message })
})

test('hints say what to do', async () => {
  expect((await answer('DROP TABLE orders')).H).toBe('you can drop open_orders instead.')
  expect((await answer('DROP INDEX customers_email_key')).H).toBe('use CASCADE if you really want to drop it.')
})

test('a bound value is named by its placeholder', async () => {
  const message = 'could not parse "abc" as type int: strconv.ParseInt: parsing "abc": invalid syntax'
  expect((await answer('SELECT * FROM orders WHERE id = $1', ['abc'])).M).toBe(`error in argument for $1: ${message}`)
})

test('privileges are named with their user', async () => {
  const max = await connect({ user: 'max' })
  expect(await answer('SELECT * FROM customers', [], max)).toMatchObject({
    C: '42501',
    M: 'user max does not have SELECT privilege on relation customers',
  })
  expect((await answer('INSERT INTO customers VALUES (9)', [], max)).M).toBe(
    'user max does not have INSERT privilege on relation customers',
  )
  expect((await answer('SELECT pg_reload_conf()', [], max)).M).toBe(
    'user max does not have EXECUTE privilege on function pg_reload_conf',
  )
  expect((await answer('DROP TABLE customers', [], max)).M).toBe('must be owner of relation customers')
  expect((await answer('CREATE DATABASE mine', [], max)).M).toBe('user max does not have CREATEDB privilege')
  expect((await answer('CREATE ROLE mine', [], max)).M).toBe('user max does not have CREATEROLE privilege')
})

describe('sessions', () => {
  test('timeouts and locks', async () => {
    const holder = await connect()
    const waiter = await connect()
    await holder.query('BEGIN; SELECT * FROM orders FOR UPDATE')
    expect(await answer('SELECT * FROM orders FOR UPDATE NOWAIT', [], waiter)).toMatchObject({
      C: '55P03',
      M: 'could not obtain lock on row in orders@orders_pkey',
    })
    await waiter.query('SET lock_timeout = 20')
    expect(await answer('SELECT * FROM orders FOR UPDATE', [], waiter)).toMatchObject({
      C: '55P03',
      M: 'canceling statement due to lock timeout on row',
    })
    await waiter.query('SET lock_timeout = 0; SET statement_timeout = 20')
    expect(await answer('SELECT pg_sleep(5)', [], waiter)).toMatchObject({
      C: '57014',
      M: 'query execution canceled due to statement timeout',
    })
    await holder.query('ROLLBACK')
  })

  test('writes in a read-only transaction, and what follows an error', async () => {
    await client.query('BEGIN READ ONLY')
    expect(await answer('UPDATE orders SET code = NULL')).toMatchObject({
      C: '25006',
      M: 'cannot execute UPDATE in a read-only transaction',
    })
    expect(await answer('SELECT 1')).toMatchObject({
      C: '25P02',
      M: 'current transaction is aborted, commands ignored until end of transaction block',
    })
    await client.query('ROLLBACK')
  })
})

describe('conflicts end in 40001 with the reason and a hint', () => {
  const reference = 'See: https://www.cockroachlabs.com/docs/v26.2/transaction-retry-error-reference.html#'

  test('a row changed since the snapshot', async () => {
    const other = await connect()
    await client.query('BEGIN; SELECT * FROM customers')
    await other.query(`UPDATE customers SET email = 'changed'`)
    const fields = await answer(`UPDATE customers SET email = 'mine'`)
    await client.query('ROLLBACK')
    expect(fields).toMatchObject({ C: '40001', H: `${reference}retry_write_too_old` })
    expect(fields.M).toMatch(
      /^restart transaction: TransactionRetryWithProtoRefreshError: TransactionRetryError: retry txn \(RETRY_WRITE_TOO_OLD/,
    )
  })

  test('write skew', async () => {
    const [a, b] = [await connect(), await connect()]
    for (const one of [a, b]) await one.query('BEGIN; SELECT sum(id) FROM audit')
    await a.query('INSERT INTO audit VALUES (10)')
    await b.query('INSERT INTO audit VALUES (20)')
    await a.query('COMMIT')
    expect(await answer('COMMIT', [], b)).toMatchObject({
      C: '40001',
      M: expect.stringContaining('RETRY_SERIALIZABLE'),
      H: `${reference}retry_serializable`,
    })
  })

  test('a deadlock', async () => {
    await client.query(`INSERT INTO customers VALUES (11), (12)`)
    const [a, b] = [await connect(), await connect()]
    await a.query('BEGIN; UPDATE customers SET email = NULL WHERE id = 11')
    await b.query('BEGIN; UPDATE customers SET email = NULL WHERE id = 12')
    const first = answer('UPDATE customers SET email = NULL WHERE id = 12', [], a).catch(() => undefined)
    const second = answer('UPDATE customers SET email = NULL WHERE id = 11', [], b).catch(() => undefined)
    const victim = await Promise.race([first, second])
    expect(victim).toMatchObject({
      C: '40001',
      M: expect.stringContaining('TransactionAbortedError(ABORT_REASON_PUSHER_ABORTED)'),
      H: `${reference}abort_reason_pusher_aborted`,
    })
    await Promise.all([a.query('ROLLBACK'), b.query('ROLLBACK')])
    await Promise.all([first, second])
  })
})
