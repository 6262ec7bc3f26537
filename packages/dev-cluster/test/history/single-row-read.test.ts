import { describe, expect, test } from 'vitest'
import type { TableInfo } from '../../src/catalog/snapshot.js'
import { readsSingleRow } from '../../src/history/single-row-read.js'

const column = (name: string) => ({
  name,
  type: 'bigint',
  notNull: true,
  hidden: false,
  hasDefault: false,
  generated: false,
  onUpdate: null,
  declaredType: null,
})

const plain = { stored: [], descending: [], partial: false, properties: {} }

const orders: TableInfo = {
  schema: 'public',
  name: 'orders',
  kind: 'table',
  columns: ['region', 'id', 'code', 'total'].map(column),
  primaryKey: ['region', 'id'],
  indexes: [
    { name: 'orders_pkey', unique: true, primary: true, columns: ['region', 'id'], ...plain },
    { name: 'orders_code', unique: true, primary: false, columns: ['code'], ...plain },
    { name: 'orders_total', unique: false, primary: false, columns: ['total'], ...plain },
  ],
  checks: [],
  properties: {},
}

const lookup = (parts: readonly string[]): TableInfo | undefined => (parts.at(-1) === 'orders' ? orders : undefined)
const reads = (sql: string): boolean => readsSingleRow(sql, lookup)

describe('readsSingleRow', () => {
  test.each([
    'SELECT 1',
    'SELECT * FROM orders WHERE region = 1 AND id = 2',
    'SELECT total FROM public.orders WHERE (id = $1) AND (region = $2)',
    'SELECT o.total FROM orders AS o WHERE 2 = o.id AND o.region = 1::INT8 AND total > 10',
    "SELECT total FROM orders WHERE region = 1 AND id = '2' AND (code = 1 OR code = 2)",
    'SELECT count(*) FROM orders WHERE region = -1 AND id = 1',
    'SELECT code, id FROM orders WHERE code = 7',
  ])('yes: %s', sql => {
    expect(reads(sql)).toBe(true)
  })

  test.each([
    ['part of the key', 'SELECT * FROM orders WHERE id = 2'],
    ['no condition', 'SELECT * FROM orders LIMIT 1'],
    ['an index that lacks a column', 'SELECT total FROM orders WHERE code = 7'],
    ['an index that lacks what * means', 'SELECT * FROM orders WHERE code = 7'],
    ['an index that is not unique', 'SELECT total FROM orders WHERE total = 7'],
    ['an alternative', 'SELECT * FROM orders WHERE region = 1 AND id = 2 OR id = 3'],
    ['a range', 'SELECT * FROM orders WHERE region = 1 AND id >= 2'],
    ['a negation', 'SELECT * FROM orders WHERE region = 1 AND NOT (id = 2)'],
    ['any of several', 'SELECT * FROM orders WHERE region = 1 AND id = ANY ($1)'],
    ['all of several', 'SELECT * FROM orders WHERE region = 1 AND id = ALL (ARRAY[2])'],
    ['another column', 'SELECT * FROM orders WHERE region = 1 AND id = total'],
    ['a join', 'SELECT 1 FROM orders a JOIN orders b ON true WHERE a.region = 1 AND a.id = 2'],
    ['two tables', 'SELECT 1 FROM orders a, orders b WHERE a.region = 1 AND a.id = 2'],
    ['a subquery', 'SELECT 1 FROM orders WHERE region = 1 AND id = (SELECT 2)'],
    ['a derived table', 'SELECT 1 FROM (SELECT * FROM orders) AS orders WHERE region = 1 AND id = 2'],
    ['a set operation', 'SELECT 1 UNION SELECT 2'],
    ['an unknown table', 'SELECT * FROM others WHERE region = 1 AND id = 2'],
    ['several statements', 'SELECT 1; SELECT 2'],
    ['a write', 'DELETE FROM orders WHERE region = 1 AND id = 2'],
  ])('no, with %s', (_, sql) => {
    expect(reads(sql)).toBe(false)
  })
})
