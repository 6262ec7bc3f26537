import { beforeAll, beforeEach, expect, test } from 'vitest'
import { sqlStateOf } from '../../src/retry/sql-state-of.js'
import { updateMany } from '../../src/write/update-many.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()

beforeAll(async () => {
  await db.query(
    'CREATE TABLE users (id INT8 PRIMARY KEY, email TEXT UNIQUE, age INT8 CHECK (age >= 0), profile JSONB, tags TEXT[])',
  )
})

beforeEach(async () => {
  await db.query('DELETE FROM users')
  await db.query("INSERT INTO users SELECT i, 'user' || i::text, i, '{}', '{}' FROM generate_series(1, 200) AS g (i)")
})

test('each row gets values of its own', async () => {
  const rows = Array.from({ length: 150 }, (_, i) => ({
    id: i + 1,
    age: i * 2,
    profile: { seen: [i] },
    tags: [`t${i}`, null],
  }))
  const report = await updateMany(db, 'users', rows, { batchRows: 40 })
  expect(report).toMatchObject({ rows: 150, written: 150, batches: 4 })
  const { rows: found } = await db.query(
    'SELECT id::int4, age::int4, profile, tags FROM users WHERE id <= 150 ORDER BY id',
  )
  expect(found).toEqual(rows)
})

test('a key without a row is not written', async () => {
  const report = await updateMany(
    db,
    'users',
    [
      { id: 1, age: 5 },
      { id: 999, age: 5 },
    ],
    { returning: ['id', 'email'] },
  )
  expect(report).toMatchObject({ rows: 2, written: 1, returned: [{ id: '1', email: 'user1' }] })
})

test('another key may be given', async () => {
  await updateMany(db, 'users', [{ email: 'user7', age: 77 }], { key: ['email'] })
  expect((await db.query('SELECT age FROM users WHERE id = 7')).rows).toEqual([{ age: '77' }])
})

test('bad rows are isolated', async () => {
  const rows = Array.from({ length: 100 }, (_, i) => ({ id: i + 1, age: i === 33 || i === 66 ? -1 : 1 }))
  const report = await updateMany(db, 'users', rows, { onError: 'isolate' })
  expect(report.failures.map(failure => [failure.index, sqlStateOf(failure.error)])).toEqual([
    [33, '23514'],
    [66, '23514'],
  ])
  expect(report.written).toBe(98)
})

test('there must be something to set', async () => {
  await expect(updateMany(db, 'users', [{ id: 1 }])).rejects.toMatchObject({ code: 'CERCI_INVALID_OPTION' })
})
