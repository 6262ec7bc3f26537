import { expect, it } from 'vitest'
import { isWorthName, StatementCache } from '../../src/query/statement-cache.js'

const hot = 'SELECT v FROM kv WHERE id = $1'

function flood(cache: StatementCache, from: number, count: number): void {
  for (let at = from; at < from + count; at++) cache.get(`SELECT v FROM kv WHERE id = ${at}`)
}

it('keeps a text from its second sight on, also with others in between', () => {
  const cache = new StatementCache(20)
  cache.get(hot)
  flood(cache, 0, 15)
  const known = cache.get(hot)
  expect(known.uses).toBe(2)
  expect(isWorthName(known)).toBe(true)
  expect(cache.get(hot)).toBe(known)
})

it('keeps what is used among texts that come once', () => {
  const cache = new StatementCache(20)
  cache.get(hot)
  const known = cache.get(hot)
  for (let round = 0; round < 50; round++) {
    flood(cache, round * 5, 5)
    expect(cache.get(hot)).toBe(known)
  }
  expect(known.uses).toBe(52)
})

it('forgets what was not used for as long as its capacity, seen once or used often', () => {
  const cache = new StatementCache(20)
  cache.get(hot)
  flood(cache, 0, 40)
  expect(cache.get(hot).uses).toBe(1)
  const known = cache.get(hot)
  flood(cache, 40, 40)
  expect(cache.get(hot)).not.toBe(known)
  expect(cache.get(hot).name).not.toBe(known.name)
})

it('tells texts apart that differ in one character, however long they are', () => {
  for (const length of [0, 500, 3_000, 40_000]) {
    const cache = new StatementCache(2_000)
    const texts = Array.from(
      { length: 200 },
      (_, at) => `SELECT v FROM kv WHERE id = ${at} AND w = '${'x'.repeat(length)}'`,
    )
    expect(texts.filter(text => cache.get(text).uses !== 1)).toEqual([])
    expect(texts.filter(text => cache.get(text).uses !== 2)).toEqual([])
  }
})

it('knows every text that comes again and again, whichever others come between', () => {
  const texts = Array.from({ length: 60 }, (_, at) => `SELECT v FROM table_${at} WHERE id = $1`)
  for (const [at, text] of texts.entries()) {
    for (const other of texts.slice(at + 1)) {
      const cache = new StatementCache(20)
      for (let round = 0; round < 3; round++) for (const each of [text, other]) cache.get(each)
      expect([cache.get(text).uses, cache.get(other).uses]).toEqual([4, 4])
    }
  }
})

it('gives a name from the second use on, and COMMIT at once', () => {
  const cache = new StatementCache(20)
  expect(isWorthName(cache.get(hot))).toBe(false)
  expect(isWorthName(cache.get(hot))).toBe(true)
  expect(isWorthName(cache.get('COMMIT'))).toBe(true)
  expect(isWorthName(cache.get('SHOW node_id'))).toBe(false)
})

it('does not count looking as using', () => {
  const cache = new StatementCache(20)
  expect(cache.read(hot).kind).toBe('read')
  expect(cache.read('SELECT 1').kind).toBe('read')
  expect(cache.read(hot).kind).toBe('read')
  expect(cache.get(hot).uses).toBe(1)
})
