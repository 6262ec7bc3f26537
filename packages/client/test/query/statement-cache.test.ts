import { expect, it } from 'vitest'
import { isWorthName, StatementCache } from '../../src/query/statement-cache.js'

const hot = 'SELECT v FROM kv WHERE id = $1'

function flood(cache: StatementCache, from: number, count: number): void {
  for (let at = from; at < from + count; at++) cache.get(`SELECT v FROM kv WHERE id = ${at}`)
}

it('keeps what is used among texts that come once', () => {
  const cache = new StatementCache(20)
  const known = cache.get(hot)
  for (let round = 0; round < 50; round++) {
    flood(cache, round * 5, 5)
    expect(cache.get(hot)).toBe(known)
  }
  expect(known.uses).toBe(51)
})

it('forgets what was not used for as long as its capacity', () => {
  const cache = new StatementCache(20)
  const known = cache.get(hot)
  flood(cache, 0, 40)
  expect(cache.get(hot)).not.toBe(known)
  expect(cache.get(hot).name).not.toBe(known.name)
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
