import { beforeAll, beforeEach, expect, test } from 'vitest'
import { upsertMany } from '../../src/write/upsert-many.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()

beforeAll(async () => {
  await db.query(
    'CREATE TABLE stock (shop TEXT, sku TEXT, amount INT8 NOT NULL, note TEXT, PRIMARY KEY (shop, sku), UNIQUE (sku))',
  )
})

beforeEach(async () => {
  await db.query('DELETE FROM stock')
  await db.query("INSERT INTO stock VALUES ('a', 'tea', 1, 'old'), ('a', 'milk', 2, 'old')")
})

const stock = async (): Promise<unknown[]> =>
  (await db.query('SELECT shop, sku, amount::text, note FROM stock ORDER BY sku')).rows.map(row => Object.values(row))

test('inserts what is new and updates what exists, by the primary key', async () => {
  const rows = [
    { shop: 'a', sku: 'tea', amount: 10, note: null },
    { shop: 'b', sku: 'salt', amount: 3, note: 'new' },
  ]
  expect(await upsertMany(db, 'stock', rows)).toMatchObject({ rows: 2, written: 2, failures: [] })
  expect(await stock()).toEqual([
    ['a', 'milk', '2', 'old'],
    ['b', 'salt', '3', 'new'],
    ['a', 'tea', '10', null],
  ])
})

test('the key and what is updated may be chosen', async () => {
  const rows = [{ shop: 'z', sku: 'tea', amount: 7, note: 'new' }]
  const report = await upsertMany(db, 'stock', rows, {
    key: ['sku'],
    update: ['amount'],
    returning: ['shop', 'amount'],
  })
  expect(report.returned).toEqual([{ shop: 'a', amount: '7' }])
  expect(await stock()).toEqual([
    ['a', 'milk', '2', 'old'],
    ['a', 'tea', '7', 'old'],
  ])
})

test('rows that are nothing but a key are inserted once', async () => {
  await db.query('CREATE TABLE marks (id INT8 PRIMARY KEY)')
  expect(await upsertMany(db, 'marks', [{ id: 1 }, { id: 2 }])).toMatchObject({ written: 2 })
  expect(await upsertMany(db, 'marks', [{ id: 2 }, { id: 3 }])).toMatchObject({ written: 1 })
})

test('twins in a batch are refused before anything is sent', async () => {
  const rows = [1, 2, 3].map(amount => ({ shop: 'a', sku: 'tea', amount }))
  const report = await upsertMany(db, 'stock', rows, { onError: 'isolate' })
  expect(report).toMatchObject({ written: 1, failures: [{ index: 1 }, { index: 2 }] })
  expect(report.failures[0]?.error).toMatchObject({ code: 'CERCI_BULK_ROW' })
  expect((await stock())[1]).toEqual(['a', 'tea', '1', 'old'])
})

test('the key must be part of the rows', async () => {
  await expect(upsertMany(db, 'stock', [{ sku: 'tea', amount: 1 }])).rejects.toMatchObject({ option: 'key' })
})
