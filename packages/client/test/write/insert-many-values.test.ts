import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sqlStateOf } from '../../src/retry/sql-state-of.js'
import { insertMany } from '../../src/write/insert-many.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()

beforeAll(async () => {
  await db.query("CREATE TYPE mood AS ENUM ('glad', 'sad')")
  await db.query(`CREATE TABLE things (
    id INT8 PRIMARY KEY, small INT2, price DECIMAL(10, 2), ratio FLOAT8, name VARCHAR(10), code CHAR(3), active BOOL, key UUID,
    day DATE, at TIMESTAMPTZ, local_at TIMESTAMP, span INTERVAL, data JSONB, tags TEXT[], numbers INT8[], raw BYTEA, feeling mood,
    bits BIT(4), note TEXT DEFAULT 'none')`)
})

beforeEach(async () => {
  await db.query('DELETE FROM things')
})

describe('values', () => {
  const full = {
    id: 9_007_199_254_740_993n,
    small: -3,
    price: '12345678.90',
    ratio: 0.1,
    name: 'a "b"\\c{},',
    code: 'NUL',
    active: true,
    key: 'b7f9c2a0-1111-4222-8333-444455556666',
    day: '2026-02-28',
    at: new Date('2026-01-02T03:04:05.678Z'),
    local_at: '2026-01-02 03:04:05.123456',
    span: '1 day 02:03:04',
    data: { list: [1, 'zwei', null], nested: { quote: '"\\' } },
    tags: ['x', 'null', '', 'a,b', null, '"q"'],
    numbers: [1, 2n, '3', null],
    raw: Buffer.from([0, 1, 0x5c, 0xff]),
    feeling: 'glad',
    bits: '1010',
  }

  test('arrive as they were, whatever the type', async () => {
    const empty = Object.fromEntries(Object.keys(full).map(name => [name, null]))
    const report = await insertMany(db, 'things', [full, { ...empty, id: 2 }])
    expect(report).toMatchObject({ rows: 2, written: 2, batches: 1, failures: [] })
    const { rows } = await db.query(`SELECT *, day::text AS day_text, local_at::text AS local_text, at::text AS at_text,
      span::text AS span_text, bits::text AS bits_text, tags::text AS tags_text FROM things ORDER BY id DESC`)
    expect(rows[0]).toMatchObject({
      id: '9007199254740993',
      small: -3,
      price: '12345678.90',
      ratio: 0.1,
      name: full.name,
      code: 'NUL',
      active: true,
      key: full.key,
      day_text: '2026-02-28',
      local_text: '2026-01-02 03:04:05.123456',
      at: full.at,
      span_text: '1 day 02:03:04',
      data: full.data,
      tags: full.tags,
      numbers: ['1', '2', '3', null],
      raw: full.raw,
      feeling: 'glad',
      bits_text: '1010',
      note: 'none',
    })
    expect(rows[1]).toMatchObject({ id: '2', name: null, data: null, tags: null, raw: null, note: 'none' })
  })

  test('may be JSON of any shape', async () => {
    const values = [[1, 2], [], { a: [] }, 5, true, '"text"', [[['deep']]]]
    await insertMany(
      db,
      'things',
      values.map((data, id) => ({ id, data })),
    )
    const { rows } = await db.query('SELECT data FROM things ORDER BY id')
    expect(rows.map(row => row.data)).toEqual([[1, 2], [], { a: [] }, 5, true, 'text', [[['deep']]]])
  })

  test('types that are given are not looked up', async () => {
    const asked: string[] = []
    const spy = {
      query: (...args: Parameters<typeof db.query>) => (asked.push(JSON.stringify(args[0])), db.query(...args)),
    }
    await insertMany(spy as typeof db, 'things', [{ id: 1, data: { a: 1 } }], { types: { id: 'INT8', data: 'JSONB' } })
    expect(asked).toHaveLength(1)
    await insertMany(spy as typeof db, 'things', [{ id: 2, data: null }])
    expect(asked).toHaveLength(3)
  })

  test('that a column would cut are refused, not cut', async () => {
    const result = insertMany(db, 'things', [{ id: 1, name: 'longer than ten' }])
    await expect(result).rejects.toMatchObject({ code: 'CERCI_BULK_WRITE' })
    expect(sqlStateOf(((await result.catch((error: unknown) => error)) as Error).cause)).toBe('22001')
  })
})
