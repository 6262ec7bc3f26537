import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { array, assert, asyncProperty, string } from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sqlStateOf } from '../../src/retry/sql-state-of.js'
import { copyData, copyFrom } from '../../src/write/copy-from.js'
import { copyField } from '../../src/write/copy-text.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()

beforeAll(async () => {
  await db.query(
    'CREATE TABLE files (id INT8 PRIMARY KEY, line TEXT, data JSONB, tags TEXT[], raw BYTEA, at TIMESTAMPTZ)',
  )
})

beforeEach(async () => {
  await db.query('DELETE FROM files')
})

const lines = (count: number): { id: number; line: string }[] =>
  Array.from({ length: count }, (_, id) => ({ id, line: `line ${id}` }))

const count = async (): Promise<number> => Number((await db.query('SELECT count(*) AS n FROM files')).rows[0]?.n)

async function* brokenSource(): AsyncGenerator<{ id: number; line: string }> {
  yield* lines(10)
  throw new Error('the disk broke')
}

test('values of all kinds arrive as they were', async () => {
  const at = new Date('2026-01-02T03:04:05.678Z')
  const rows = [
    {
      id: 1,
      line: 'tab\tnew\nline\\back\r\\N',
      data: { a: ['"\\n'] },
      tags: ['a\tb', null, '"\\'],
      raw: Buffer.from([0, 92, 110]),
      at,
    },
    { id: 2, line: null, data: null, tags: null, raw: null, at: null },
    { id: 3, line: '', data: [], tags: [], raw: Buffer.alloc(0), at },
    { id: 4, line: '\\.', data: 1, tags: ['\\.'], raw: Buffer.from('\\.'), at },
  ]
  expect(await copyFrom(db, 'files', rows)).toEqual({ rows: 4 })
  const result = await db.query('SELECT * FROM files ORDER BY id')
  expect(result.rows).toEqual(rows.map(row => ({ ...row, id: String(row.id) })))
})

test('texts of any characters arrive as they were', async () => {
  const text = string({ unit: 'binary' }).map(value => value.replaceAll('\0', ''))
  await assert(
    asyncProperty(array(text, { minLength: 1, maxLength: 20 }), async values => {
      const wellFormed = values.map(value => Buffer.from(value).toString()) // without lone surrogates
      await db.query('DELETE FROM files')
      await copyFrom(
        db,
        'files',
        wellFormed.map((line, id) => ({ id, line, tags: [line] })),
      )
      const { rows } = await db.query('SELECT line, tags FROM files ORDER BY id')
      expect(rows).toEqual(wellFormed.map(line => ({ line, tags: [line] })))
    }),
    { numRuns: 30, seed: 7 },
  )
})

test('many rows stream', async () => {
  expect(await copyFrom(db, 'files', lines(20_000))).toEqual({ rows: 20_000 })
  expect(await count()).toBe(20_000)
})

test('the source waits for the server', async () => {
  let taken = 0
  async function* source(): AsyncGenerator<{ id: number; line: string }> {
    for (const row of lines(4_000)) {
      taken++
      yield { ...row, line: 'x'.repeat(5_000) }
    }
  }
  const blocker = await db.pool.connect()
  try {
    await blocker.query('BEGIN')
    await blocker.query('INSERT INTO files (id) VALUES (0)') // the COPY waits for this row's fate
    const copy = copyFrom(db, 'files', source())
    await sleep(300)
    expect(taken).toBeLessThan(4_000)
    await blocker.query('ROLLBACK')
    expect(await copy).toEqual({ rows: 4_000 })
  } finally {
    blocker.release()
  }
})

test('data that is encoded already is passed on', async () => {
  expect(await copyData(db, 'files', ['1\tone\n2\t', '\\N\n'], { columns: ['id', 'line'] })).toEqual({ rows: 2 })
  const csv = Readable.from([Buffer.from('3,"three, quoted"\n4'), Buffer.from(',four\n')])
  expect(await copyData(db, 'files', csv, { columns: ['id', 'line'], format: 'csv' })).toEqual({ rows: 2 })
  const { rows } = await db.query('SELECT line FROM files ORDER BY id')
  expect(rows.map(row => row.line)).toEqual(['one', null, 'three, quoted', 'four'])
})

describe('nothing is written, and the connection stays usable, when', () => {
  test('a row is refused by the server', async () => {
    const rows = [...lines(30_000), { id: 5, line: 'twin' }]
    const error = await copyFrom(db, 'files', rows).catch((e: unknown) => e)
    expect(sqlStateOf(error)).toBe('23505')
    expect(await count()).toBe(0)
  })

  test('the server refuses early and the source never ends', async () => {
    let closed = false
    async function* endless(): AsyncGenerator<{ id: number }> {
      try {
        yield { id: 1 }
        for (;;) {
          yield { id: 1 }
          await sleep(1)
        }
      } finally {
        closed = true
      }
    }
    await db.query('INSERT INTO files (id) VALUES (1)')
    const error = await copyFrom(db, 'files', endless(), { signal: AbortSignal.timeout(200) }).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'CERCI_QUERY_ABORTED', cause: { name: 'TimeoutError' } })
    expect(await count()).toBe(1)
    await expect.poll(() => closed).toBe(true)
  })

  test('the source fails', async () => {
    await expect(copyFrom(db, 'files', brokenSource())).rejects.toThrow('the disk broke')
    expect(await count()).toBe(0)
  })

  test('a row lacks a column or has a bad value', async () => {
    await expect(copyFrom(db, 'files', [{ id: 1, line: 'x' }, { id: 2 }])).rejects.toMatchObject({
      code: 'CERCI_BULK_ROW',
    })
    const bad = [{ id: 1, at: new Date(Number.NaN) }]
    await expect(copyFrom(db, 'files', bad)).rejects.toMatchObject({ code: 'CERCI_BAD_VALUE', column: 'at' })
    expect(await count()).toBe(0)
  })

  test('it is aborted before it begins', async () => {
    const aborted = copyFrom(db, 'files', lines(3), { signal: AbortSignal.abort(new Error('no')) })
    await expect(aborted).rejects.toMatchObject({
      code: 'CERCI_QUERY_ABORTED',
      outcome: 'not-executed',
      cause: { message: 'no' },
    })
  })
})

test('no row, no COPY', async () => {
  expect(await copyFrom(db, 'no_such_table', [])).toEqual({ rows: 0 })
})

test('a field is escaped only where it must be', () => {
  expect(copyField('plain "text", {braces}')).toBe('plain "text", {braces}')
  expect(copyField(null)).toBe('\\N')
  expect(copyField('\\N')).toBe('\\\\N')
})
