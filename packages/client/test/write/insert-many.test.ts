import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sqlStateOf } from '../../src/retry/sql-state-of.js'
import { BulkRowError, BulkWriteError } from '../../src/write/bulk-errors.js'
import { insertMany } from '../../src/write/insert-many.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()

beforeAll(async () => {
  await db.query('CREATE TABLE words (id INT8 PRIMARY KEY, word TEXT NOT NULL UNIQUE CHECK (length(word) < 20))')
})

beforeEach(async () => {
  await db.query('DELETE FROM words')
})

const count = async (): Promise<number> => {
  const { rows } = await db.query<{ n: string }>('SELECT count(*) AS n FROM words')
  return Number(rows[0]?.n)
}

const words = (from: number, to: number): { id: number; word: string }[] =>
  Array.from({ length: to - from }, (_, index) => ({ id: from + index, word: `word ${from + index}` }))

async function* brokenSource(): AsyncGenerator<{ id: number; word: string }> {
  yield* words(0, 15)
  throw new Error('the file ended early')
}

describe('batches', () => {
  test('are cut by rows', async () => {
    const seen: number[] = []
    const report = await insertMany(db, 'words', words(0, 250), {
      batchRows: 100,
      onProgress: progress => seen.push(progress.written),
    })
    expect(report).toMatchObject({ rows: 250, written: 250, batches: 3 })
    expect(seen).toHaveLength(3)
    expect(seen.at(-1)).toBe(250)
    expect(await count()).toBe(250)
  })

  test('are cut by bytes', async () => {
    const report = await insertMany(db, 'words', words(0, 100), { batchBytes: 100, parallel: 2 })
    expect(report.batches).toBeGreaterThan(10)
    expect(await count()).toBe(100)
  })

  test('come from an async source no faster than they are written', async () => {
    let ahead = 0
    let most = 0
    async function* source(): AsyncGenerator<{ id: number; word: string }> {
      for (const row of words(0, 400)) {
        most = Math.max(most, ++ahead)
        if (row.id % 50 === 0) await sleep(1)
        yield row
      }
    }
    await insertMany(db, 'words', source(), {
      batchRows: 20,
      parallel: 2,
      returning: ['id'],
      onReturned: rows => {
        ahead -= rows.length
      },
    })
    expect(await count()).toBe(400)
    expect(most).toBeLessThanOrEqual(20 * 4)
  })

  test('give rows back', async () => {
    const report = await insertMany(db, 'words', words(0, 30), { batchRows: 7, returning: ['id', 'word'] })
    expect(report.returned.map(row => Number(row.id)).toSorted((a, b) => a - b)).toEqual(
      words(0, 30).map(row => row.id),
    )
  })

  test.each(['stop', 'isolate'] as const)('what takes rows back and fails stops the write, with %s', async onError => {
    const refused = Object.assign(new Error('the copy exists'), { code: '23505' })
    const error = await insertMany(db, 'words', words(0, 30), {
      batchRows: 10,
      parallel: 1,
      onError,
      returning: ['id'],
      onReturned: rows => {
        if (rows.some(row => row.id === '10')) throw refused
      },
    }).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'CERCI_BULK_WRITE', cause: refused })
    expect((error as BulkWriteError).report).toMatchObject({ rows: 20, written: 20, batches: 2, failures: [] })
    expect(await count()).toBe(20)
  })

  test('rows come back once a batch, and without the bad ones when isolating', async () => {
    const rows = words(0, 10)
    rows[3] = { id: 3, word: 'far too long to be a word' }
    const back: number[] = []
    let calls = 0
    await insertMany(db, 'words', rows, {
      onError: 'isolate',
      returning: ['id'],
      onReturned: returned => {
        calls++
        back.push(...returned.map(row => Number(row.id)))
      },
    })
    expect([calls, back]).toEqual([1, [0, 1, 2, 4, 5, 6, 7, 8, 9]])
  })

  test('an empty source writes nothing', async () => {
    expect(await insertMany(db, 'words', [])).toEqual({ rows: 0, written: 0, batches: 0, failures: [], returned: [] })
  })

  test('existing rows stay with onConflict nothing', async () => {
    await insertMany(db, 'words', words(0, 10))
    const report = await insertMany(db, 'words', words(5, 15), { onConflict: 'nothing' })
    expect(report).toMatchObject({ rows: 10, written: 5 })
  })

  test('stop at a bad one, and say what was written', async () => {
    const rows = [...words(0, 20), { id: 20, word: 'far too long to be a word' }, ...words(21, 40)]
    let closed = false
    async function* source(): AsyncGenerator<(typeof rows)[number]> {
      try {
        yield* rows
      } finally {
        closed = true
      }
    }
    const error = await insertMany(db, 'words', source(), { batchRows: 10, parallel: 1 }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(BulkWriteError)
    const { report, cause } = error as BulkWriteError
    expect(sqlStateOf(cause)).toBe('23514')
    expect(report).toMatchObject({ rows: 30, written: 20, batches: 2, failures: [{ index: 20, error: cause }] })
    expect(report.failures[0]?.rows).toHaveLength(10)
    expect(await count()).toBe(20)
    await expect.poll(() => closed).toBe(true)
  })

  test('isolate bad rows and land the others', async () => {
    const rows = words(0, 500)
    for (const bad of [0, 77, 78, 300, 499]) rows[bad] = { id: bad, word: 'far too long to be a word' }
    rows[200] = { id: 200, word: 'word 201' }
    const report = await insertMany(db, 'words', rows, { batchRows: 100, onError: 'isolate' })
    expect(report.failures.map(failure => failure.index).toSorted((a, b) => a - b)).toEqual([0, 77, 78, 201, 300, 499])
    expect(report.failures.every(failure => failure.rows.length === 1)).toBe(true)
    expect(report).toMatchObject({ rows: 500, written: 494 })
    expect(await count()).toBe(494)
  })

  test('isolate stops when too much is bad', async () => {
    const rows = words(0, 50).map(row => ({ ...row, word: 'far too long to be a word' }))
    const result = insertMany(db, 'words', rows, { onError: 'isolate', maxFailedRows: 5 })
    await expect(result).rejects.toBeInstanceOf(BulkWriteError)
    expect(await count()).toBe(0)
  })

  test('errors that are not about rows stop isolating as well', async () => {
    const result = insertMany(db, 'words', words(0, 5), { onError: 'isolate', types: { id: 'nonsense', word: 'TEXT' } })
    await expect(result).rejects.toMatchObject({ code: 'CERCI_BULK_WRITE', report: { written: 0 } })
  })

  test('in a transaction all are one, and isolating uses savepoints', async () => {
    const failed = db.transaction(async tx => {
      await insertMany(tx, 'words', words(0, 50), { batchRows: 10 })
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(await count()).toBe(0)
    const report = await db.transaction(async tx => {
      const rows = [...words(0, 50), { id: 7, word: 'twin' }]
      return await insertMany(tx, 'words', rows, { batchRows: 10, onError: 'isolate' })
    })
    expect(report.failures.map(failure => failure.index)).toEqual([50])
    expect(await count()).toBe(50)
  })

  test('an abort stops between batches', async () => {
    const controller = new AbortController()
    const result = insertMany(db, 'words', words(0, 500), {
      batchRows: 10,
      parallel: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await expect(result).rejects.toMatchObject({ code: 'CERCI_BULK_WRITE', report: { written: 10 } })
    expect(await count()).toBe(10)
  })

  test('a source that fails stops the write and is the cause', async () => {
    const error = await insertMany(db, 'words', brokenSource(), { batchRows: 10 }).catch((e: unknown) => e)
    expect((error as BulkWriteError).cause).toMatchObject({ message: 'the file ended early' })
    expect((error as BulkWriteError).report.written).toBe(10)
  })
})

describe('bad input', () => {
  test('rows with other columns are refused, one by one when isolating', async () => {
    const rows = [{ id: 1, word: 'one' }, { id: 2 }, { id: 3, word: 'three', extra: 1 }, { id: 4, word: 'four' }]
    const report = await insertMany(db, 'words', rows as { id: number; word: string }[], { onError: 'isolate' })
    expect(report.failures.map(failure => failure.index)).toEqual([1, 2])
    expect(report.failures.every(failure => failure.error instanceof BulkRowError)).toBe(true)
    expect(await count()).toBe(2)
  })

  test('columns that are chosen leave the others of a row alone', async () => {
    await insertMany(db, 'words', [{ id: 1, word: 'one', ignored: Symbol('not a value') }], { columns: ['id', 'word'] })
    expect(await count()).toBe(1)
  })

  test('values that are not exact are refused', async () => {
    const rows = [
      { id: 2 ** 53, word: 'lossy' },
      { id: 1, word: new Date(Number.NaN) },
      { id: 2, word: { object: true } },
    ]
    const report = await insertMany(db, 'words', rows, { onError: 'isolate' })
    expect(report.failures.map(failure => (failure.error as { code: string }).code)).toEqual(
      Array.from({ length: 3 }, () => 'CERCI_BAD_VALUE'),
    )
  })

  test.each([
    ['words; DROP TABLE words', 'table'],
    ['', 'table'],
    ['a.b.c.d', 'table'],
    ['"unclosed', 'table'],
  ])('the table name %s', async (table, option) => {
    await expect(insertMany(db, table, [{ id: 1 }])).rejects.toMatchObject({ code: 'CERCI_INVALID_OPTION', option })
  })

  test('unknown columns and impossible limits', async () => {
    await expect(insertMany(db, 'words', [{ id: 1, nope: 1 }])).rejects.toMatchObject({ option: 'columns' })
    await expect(insertMany(db, 'words', [{}])).rejects.toMatchObject({ option: 'columns' })
    await expect(insertMany(db, 'words', [{ id: 1 }], { batchRows: 0 })).rejects.toMatchObject({ option: 'batchRows' })
    await expect(insertMany(db, 'words', [{ id: 1 }], { types: { id: 'int8); --' } })).rejects.toMatchObject({
      option: 'types',
    })
  })
})
