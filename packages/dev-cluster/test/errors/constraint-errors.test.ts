import { describe, expect, test } from 'vitest'
import { translateError } from '../../src/errors/translate-error.js'
import { shopErrors } from './shop-errors.js'

const { client, answer } = shopErrors()

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
    await client().query('UPDATE orders SET buyer = 1, customer_id = NULL')
    expect(await answer('DELETE FROM customers')).toMatchObject({
      C: '23503',
      M: 'delete on table "customers" violates foreign key constraint "orders_buyer_fkey" on table "orders"',
      D: 'Key (id)=(1) is still referenced from table "orders".',
    })
    await client().query('UPDATE orders SET buyer = NULL, customer_id = 1')
  })

  test('an index whose name was taken in the schema has the client’s name', async () => {
    await client().query(
      `CREATE TABLE taken (id int8, CONSTRAINT "customers_pkey@taken" PRIMARY KEY (id)); INSERT INTO taken VALUES (1)`,
    )
    await client().query(`CREATE UNIQUE INDEX "orders_pkey@taken" ON taken (id)`)
    expect(await answer('INSERT INTO taken VALUES (1)')).toMatchObject({
      M: 'duplicate key value violates unique constraint "customers_pkey"',
      n: 'customers_pkey',
    })
    expect((await answer('DROP INDEX "customers_pkey@taken"')).M).toBe(
      'index "customers_pkey" is in use as unique constraint',
    )
    await client().query('DROP TABLE taken')
  })

  test('a unique index over duplicates', async () => {
    await client().query('INSERT INTO audit VALUES (1), (1)')
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
