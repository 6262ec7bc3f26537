import { setTimeout as sleep } from 'node:timers/promises'
import { assert, asyncProperty, boolean, constantFrom, integer, record } from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { OrderColumn } from '../../src/page/ordering.js'
import { Pages } from '../../src/page/pages.js'
import { insertMany } from '../../src/write/insert-many.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()

interface Post {
  readonly id: string
  readonly author: string
  readonly rank: string | null
  readonly score: string | null
  readonly at: Date
}

const SIZE = 157

beforeAll(async () => {
  await db.query(
    `CREATE TABLE posts (id INT8 PRIMARY KEY, author TEXT NOT NULL, rank INT8, score DECIMAL(6, 2), at TIMESTAMPTZ NOT NULL)`,
  )
  const rows = Array.from({ length: SIZE }, (_, id) => ({
    id,
    author: ['ada', 'bob', 'eve'][id % 3],
    rank: id % 5 === 0 ? null : (id * 7) % 6,
    score: id % 4 === 0 ? null : `${(id * 13) % 10}.5`,
    at: `2026-01-01 00:00:00.${String(100_000 + (id % 11))}`,
  }))
  await insertMany(db, 'posts', rows)
})

const TEXT = 'SELECT id, author, rank, score, at FROM posts WHERE author <> $1'
const VALUES = ['bob']

/** The whole listing in one query, with NULLs where CockroachDB has them. */
async function all(orderBy: readonly OrderColumn[]): Promise<string[]> {
  const order = orderBy.map(
    ({ column, direction = 'asc' }) => `${column} ${direction} NULLS ${direction === 'asc' ? 'FIRST' : 'LAST'}`,
  )
  const { rows } = await db.query<Post>(`${TEXT} ORDER BY ${order.join(', ')}`, VALUES)
  return rows.map(row => row.id)
}

async function forward(pages: Pages<Post>, limit: number): Promise<{ ids: string[]; last: string | undefined }> {
  const ids: string[] = []
  let after: string | undefined
  let last: string | undefined
  do {
    const page = await pages.page(db, { values: VALUES, limit, after })
    ids.push(...page.rows.map(row => row.id))
    last = page.previous
    after = page.next
  } while (after !== undefined)
  return { ids, last }
}

async function backward(pages: Pages<Post>, limit: number, before: string | undefined): Promise<string[]> {
  const ids: string[] = []
  for (let cursor = before; cursor !== undefined; ) {
    const page = await pages.page(db, { values: VALUES, limit, before: cursor })
    ids.unshift(...page.rows.map(row => row.id))
    cursor = page.previous
  }
  return ids
}

test('any ordering gives every row once, forward and backward, whatever the page size', async () => {
  const direction = constantFrom('asc', 'desc')
  const ordering = record({ first: direction, second: direction, last: direction, two: boolean(), nulls: boolean() })
  await assert(
    asyncProperty(ordering, integer({ min: 1, max: 60 }), async ({ first, second, last, two, nulls }, limit) => {
      const orderBy: OrderColumn[] = [
        ...(nulls ? [{ column: 'rank', direction: first, nullable: true } as const] : []),
        ...(two ? [{ column: nulls ? 'score' : 'at', direction: second, nullable: nulls } as const] : []),
        { column: 'id', direction: last },
      ]
      const pages = new Pages<Post>({ text: TEXT, orderBy })
      const expected = await all(orderBy)
      const { ids, last: cursor } = await forward(pages, limit)
      expect(ids).toEqual(expected)
      const before = await backward(pages, limit, cursor)
      expect(before).toEqual(expected.slice(0, before.length))
      const tail = expected.length % limit || limit
      expect(before.length).toBe(expected.length <= limit ? 0 : expected.length - tail)
    }),
    { numRuns: 60, seed: 11 },
  )
})

test('microseconds are not lost in a cursor', async () => {
  const pages = new Pages<Post>({ text: TEXT, orderBy: ['at', 'id'] })
  expect((await forward(pages, 3)).ids).toEqual(await all([{ column: 'at' }, { column: 'id' }]))
})

test('rows come without our own columns, and pages know their neighbours', async () => {
  const pages = new Pages<Post>({ text: `${TEXT} -- a comment;`, orderBy: ['id'] })
  const first = await pages.page(db, { values: VALUES, limit: 2 })
  expect(first).toEqual({
    rows: [
      { id: '0', author: 'ada', rank: null, score: null, at: new Date('2026-01-01T00:00:00.100Z') },
      { id: '2', author: 'eve', rank: '2', score: '6.50', at: new Date('2026-01-01T00:00:00.100Z') },
    ],
    next: expect.any(String),
    previous: undefined,
  })
  const second = await pages.page(db, { values: VALUES, limit: 2, after: first.next })
  expect(second.rows.map(row => row.id)).toEqual(['3', '5'])
  const back = await pages.page(db, { values: VALUES, limit: 2, before: second.previous })
  expect(back.rows.map(row => row.id)).toEqual(['0', '2'])
  expect(back.previous).toBeUndefined()
  expect(back.next).toBe(first.next)
})

test('rows that are inserted or deleted between pages are neither repeated nor skipped', async () => {
  const pages = new Pages<Post>({ text: 'SELECT * FROM posts', orderBy: ['id'] })
  const first = await pages.page(db, { limit: 10 })
  await db.query("INSERT INTO posts VALUES (-1, 'new', 0, 0, now())")
  await db.query('DELETE FROM posts WHERE id = 9')
  try {
    const second = await pages.page(db, { limit: 10, after: first.next })
    expect(second.rows.map(row => row.id)).toEqual(Array.from({ length: 10 }, (_, i) => String(i + 10)))
  } finally {
    await db.query('DELETE FROM posts WHERE id = -1')
    await db.query("INSERT INTO posts VALUES (9, 'ada', 3, 7.5, '2026-01-01 00:00:00.100009')")
  }
})

test('a stream gives all rows, and ends its fetches when the reader leaves', async () => {
  const pages = new Pages<Post>({ text: TEXT, orderBy: [{ column: 'id', direction: 'desc' }] })
  const ids: string[] = []
  for await (const post of pages.stream(db, { values: VALUES, limit: 10 })) ids.push(post.id)
  expect(ids).toEqual(await all([{ column: 'id', direction: 'desc' }]))
  for await (const post of pages.stream(db, { values: VALUES, limit: 10 })) {
    if (post.id === ids[15]) break
  }
})

test('an empty listing', async () => {
  const pages = new Pages<Post>({ text: 'SELECT * FROM posts WHERE false;', orderBy: ['id'] })
  expect(await pages.page(db)).toEqual({ rows: [], next: undefined, previous: undefined })
})

test('an ordering that does not tell rows apart is an error, not a lost row', async () => {
  const pages = new Pages<Post>({ text: TEXT, orderBy: ['author'] })
  await expect(pages.page(db, { values: VALUES })).rejects.toMatchObject({ code: 'CERCI_PAGE_ORDER' })
})

describe('cursors', () => {
  const definition = { text: TEXT, orderBy: ['id'] }

  test('of another listing, ordering or scope are foreign', async () => {
    const { next } = await new Pages(definition).page(db, { values: VALUES, scope: 'one' })
    for (const pages of [
      new Pages({ ...definition, text: `${TEXT} AND id > 5` }),
      new Pages({ ...definition, orderBy: [{ column: 'id', direction: 'desc' }] }),
      new Pages({ ...definition, orderBy: ['rank', 'id'] }),
    ]) {
      const result = pages.page(db, { values: VALUES, after: next, scope: 'one' })
      await expect(result).rejects.toMatchObject({ code: 'CERCI_CURSOR_FOREIGN' })
    }
    const other = new Pages(definition).page(db, { values: VALUES, after: next, scope: 'two' })
    await expect(other).rejects.toMatchObject({ code: 'CERCI_CURSOR_FOREIGN' })
  })

  test('that are signed cannot be changed at any place, made without the key, or used without a signature', async () => {
    const signed = new Pages({ ...definition, secrets: ['secret'] })
    const { next = '' } = await signed.page(db, { values: VALUES })
    for (let at = 0; at < next.length; at++) {
      const changed = `${next.slice(0, at)}${next.charAt(at) === 'A' ? 'B' : 'A'}${next.slice(at + 1)}`
      await expect(signed.page(db, { values: VALUES, after: changed })).rejects.toMatchObject({
        code: 'CERCI_CURSOR_INVALID',
      })
    }
    const unsigned = (await new Pages(definition).page(db, { values: VALUES })).next
    const forged = (await new Pages({ ...definition, secrets: ['guess'] }).page(db, { values: VALUES })).next
    for (const after of [unsigned, forged, next.split('.')[0]]) {
      await expect(signed.page(db, { values: VALUES, after })).rejects.toMatchObject({ code: 'CERCI_CURSOR_INVALID' })
    }
    await expect(new Pages(definition).page(db, { values: VALUES, after: next })).rejects.toMatchObject({
      code: 'CERCI_CURSOR_INVALID',
    })
  })

  test('of a key that is rotated out are accepted while it is listed', async () => {
    const old = (await new Pages({ ...definition, secrets: ['old'] }).page(db, { values: VALUES, limit: 5 })).next
    const rotated = new Pages<Post>({ ...definition, secrets: ['new', 'old'] })
    const page = await rotated.page(db, { values: VALUES, limit: 5, after: old })
    expect(page.rows).toHaveLength(5)
    const renewed = new Pages({ ...definition, secrets: ['new'] })
    await renewed.page(db, { values: VALUES, after: page.next })
    await expect(renewed.page(db, { values: VALUES, after: old })).rejects.toMatchObject({
      code: 'CERCI_CURSOR_INVALID',
    })
  })

  test.each(['', 'x', 'bm90IGpzb24', Buffer.from('[1,2,3]').toString('base64url'), '.', 'a.b.c', 'A'.repeat(20_000)])(
    'such as %.20s are invalid',
    async after => {
      const result = new Pages(definition).page(db, { values: VALUES, after })
      await expect(result).rejects.toMatchObject({ name: 'CursorError', code: 'CERCI_CURSOR_INVALID' })
    },
  )

  test('cannot carry SQL in their moment', async () => {
    const { next = '' } = await new Pages(definition).page(db, { values: VALUES })
    const payload: unknown[] = JSON.parse(Buffer.from(next, 'base64url').toString())
    payload[3] = "'-1s' UNION SELECT 1 --"
    const after = Buffer.from(JSON.stringify(payload)).toString('base64url')
    await expect(new Pages(definition).page(db, { values: VALUES, after })).rejects.toMatchObject({
      code: 'CERCI_CURSOR_INVALID',
    })
  })
})

test('bad requests', async () => {
  expect(() => new Pages({ text: TEXT, orderBy: [] })).toThrow(expect.objectContaining({ option: 'orderBy' }))
  const withoutOrder: ConstructorParameters<typeof Pages>[0] = JSON.parse(JSON.stringify({ text: TEXT }))
  expect(() => new Pages(withoutOrder)).toThrow(expect.objectContaining({ option: 'orderBy' }))
  expect(() => new Pages({ text: TEXT, orderBy: ['id'], secrets: [''] })).toThrow(
    expect.objectContaining({ option: 'secrets' }),
  )
  const pages = new Pages({ text: TEXT, orderBy: ['id'] })
  await expect(pages.page(db, { values: VALUES, limit: 0 })).rejects.toMatchObject({ option: 'limit' })
  await expect(pages.page(db, { values: VALUES, after: 'a', before: 'b' })).rejects.toMatchObject({ option: 'before' })
})

const ids = (rows: readonly Post[]): string[] => rows.map(row => row.id)

async function whileChanging<T>(work: () => Promise<T>): Promise<T> {
  await db.query("INSERT INTO posts VALUES (1000, 'new', 0, 0, now())")
  await db.query('DELETE FROM posts WHERE id = 15')
  try {
    return await work()
  } finally {
    await db.query('DELETE FROM posts WHERE id = 1000')
    await db.query("INSERT INTO posts VALUES (15, 'ada', NULL, 5.5, '2026-01-01 00:00:00.100004')")
  }
}

describe('a snapshot', () => {
  test('shows every page as of the first one’s moment', async () => {
    const pages = new Pages<Post>({ text: 'SELECT * FROM posts', orderBy: ['id'], secrets: ['s'] })
    const whole = ids((await pages.page(db, { limit: 500 })).rows)
    const first = await pages.page(db, { limit: 10, snapshot: 'now' })
    const rest = await whileChanging(() => pages.page(db, { limit: 500, after: first.next }))
    expect([...ids(first.rows), ...ids(rest.rows)]).toEqual(whole)
    const back = await whileChanging(() => pages.page(db, { limit: 500, before: rest.previous }))
    expect(ids(back.rows)).toEqual(ids(first.rows))
  })

  test('may be some time ago, which later pages know as a moment', async () => {
    const pages = new Pages<Post>({ text: 'SELECT * FROM posts', orderBy: ['id'] })
    await sleep(20)
    const whole = ids((await pages.page(db, { limit: 500 })).rows)
    const first = await pages.page(db, { limit: 10, snapshot: '-5ms' })
    await whileChanging(async () => {
      await sleep(20)
      const rest = await pages.page(db, { limit: 500, after: first.next })
      expect([...ids(first.rows), ...ids(rest.rows)]).toEqual(whole)
    })
  })

  test('may be of any moment, and a stream keeps to it', async () => {
    const pages = new Pages<Post>({ text: 'SELECT * FROM posts', orderBy: [{ column: 'id', direction: 'desc' }] })
    const whole = ids((await pages.page(db, { limit: 500 })).rows)
    const { rows } = await db.query<{ at: string }>('SELECT cluster_logical_timestamp()::TEXT AS at')
    const streamed = await whileChanging(async () => {
      const seen: Post[] = []
      for await (const post of pages.stream(db, { limit: 20, snapshot: rows[0]?.at })) seen.push(post)
      return seen
    })
    expect(ids(streamed)).toEqual(whole)
  })
})
