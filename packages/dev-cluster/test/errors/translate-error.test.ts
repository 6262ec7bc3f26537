import { expect, test } from 'vitest'
import { shopErrors } from './shop-errors.js'

const { connect, answer } = shopErrors()

test.each([
  ['SELECT * FROM foo', '42P01', 'relation "foo" does not exist'],
  ['SELECT * FROM crdb_internal.foo', '42P01', 'relation "crdb_internal.foo" does not exist'],
  ['SELECT * FROM crdb_internal.kv_store_status', '0A000', 'unimplemented: crdb_internal.kv_store_status'],
  ['SELECT count(*) FROM orders FOR UPDATE', '0A000', 'FOR UPDATE is not allowed with aggregate functions'],
  ['VALUES (1) FOR UPDATE', '0A000', 'FOR UPDATE is not allowed with VALUES'],
  [
    'SELECT id FROM orders UNION SELECT id FROM customers FOR SHARE',
    '0A000',
    'FOR SHARE is not allowed with UNION/INTERSECT/EXCEPT',
  ],
  [
    'SELECT * FROM orders LEFT JOIN customers ON customers.id = customer_id FOR UPDATE',
    '0A000',
    'FOR UPDATE cannot be applied to the nullable side of an outer join',
  ],
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
  ['TRUNCATE customers', '0A000', '"customers" is referenced by foreign key from table "orders"'],
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
