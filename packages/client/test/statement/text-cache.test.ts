import { expect, test } from 'vitest'
import { TextCache } from '../../src/statement/text-cache.js'

test('reads a text once, and forgets the oldest', () => {
  const read: string[] = []
  const cache = new TextCache(text => read.push(text) && text.length, 2)
  for (const text of ['a', 'bb', 'a', 'ccc', 'bb', 'a']) expect(cache.of(text)).toBe(text.length)
  expect(read).toEqual(['a', 'bb', 'ccc', 'a'])
})
