import { expect, it } from 'vitest'
import { isWorthName, StatementCache } from '../../src/query/statement-cache.js'

const hot = 'SELECT v FROM kv WHERE id = $1'

function long(end: string): string {
  return `SELECT v FROM kv WHERE note = '${'x'.repeat(100_000)}${end}'`
}

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
  const cache = new StatementCache(2_000)
  const texts = Array.from({ length: 1_000 }, (_, at) => `SELECT v FROM kv WHERE id = ${at} AND w = 1`)
  expect(texts.filter(text => cache.get(text).uses > 1)).toEqual([])
  // some hashes took the place of others
  expect(texts.filter(text => cache.get(text).uses === 2).length).toBeGreaterThan(800)
  expect([cache.get(long('a')).statement.text, cache.get(long('b')).statement.text]).toEqual([long('a'), long('b')])
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
  expect(cache.get(hot).uses).toBe(1)
})
