import { expect, test } from 'vitest'
import type { Translation } from '../../src/translate/translation.js'
import { TranslationCache } from '../../src/translate/translation-cache.js'
import { translateSession } from './translate-session.js'

const session = translateSession()

function entryOf(text: string) {
  const translation: Translation = { sql: text, kind: 'read', fingerprint: text }
  return { translations: [translation], variables: new Map<string, string>(), clusterVersion: undefined }
}

test('the least recently used translation goes first when the memory is full', async () => {
  const context = await session().context()
  const one = new TranslationCache(1_000_000)
  one.set('SELECT 10', context, entryOf('SELECT 10'))
  const cache = new TranslationCache(one.bytes * 10.5)
  for (let at = 10; at < 20; at++) cache.set(`SELECT ${at}`, context, entryOf(`SELECT ${at}`))
  expect(cache.get('SELECT 10', context)).toBeDefined()
  cache.set('SELECT 20', context, entryOf('SELECT 20'))
  expect(cache.get('SELECT 10', context)).toBeDefined()
  expect(cache.get('SELECT 11', context)).toBeUndefined()
  expect(cache.bytes).toBe(one.bytes * 10)
})

test('a few long translations count as many short ones, and one that is too long is not kept', async () => {
  const context = await session().context()
  const cache = new TranslationCache(100_000)
  for (let at = 0; at < 100; at++) {
    const text = `SELECT ${at} -- ${'x'.repeat(at % 2 === 0 ? 1000 : 10_000)}`
    cache.set(text, context, entryOf(text))
    expect(cache.get(text, context) !== undefined).toBe(at % 2 === 0)
  }
  expect(cache.bytes).toBeLessThanOrEqual(100_000)
})

test('setting a translation again counts it once', async () => {
  const context = await session().context()
  const cache = new TranslationCache(100_000)
  cache.set('SELECT 1', context, entryOf('SELECT 1'))
  const { bytes } = cache
  cache.set('SELECT 1', context, entryOf('SELECT 1'))
  expect(cache.bytes).toBe(bytes)
})
