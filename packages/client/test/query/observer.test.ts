import { afterEach, expect, test, vi } from 'vitest'
import { type Observer, Observers } from '../../src/query/observer.js'

const start = { kind: 'transaction', text: undefined, database: 'd' } as const
const retry = {
  kind: 'query',
  reason: 'serialization',
  code: '40001',
  attempt: 1,
  delayMs: 3,
  error: undefined,
} as const

function broken(): never {
  throw new Error('broken observer')
}

afterEach(() => {
  vi.restoreAllMocks()
})

test('is active while anybody observes', () => {
  const observers = new Observers()
  expect(observers.active).toBe(false)
  const [endOne, endTwo] = [observers.add({}), observers.add({})]
  endOne()
  expect(observers.active).toBe(true)
  endTwo()
  endTwo()
  expect(observers.active).toBe(false)
})

test('units run inside every observer, the first outermost, and end with what became of them', async () => {
  const observers = new Observers()
  const told: unknown[] = []
  const observer = (name: string): Observer => ({
    unit: ({ kind }) => ({
      async run(work) {
        told.push(`${name} begins ${kind}`)
        try {
          return await work()
        } finally {
          told.push(`${name} leaves`)
        }
      },
      end: ({ attempts, error }) => told.push([name, attempts, error]),
    }),
  })
  observers.add(observer('outer'))
  observers.add(observer('inner'))
  expect(
    await observers.unit(
      start,
      () => 3,
      async () => 'result',
    ),
  ).toBe('result')
  expect(told).toEqual([
    'outer begins transaction',
    'inner begins transaction',
    'inner leaves',
    'outer leaves',
    ['outer', 3, undefined],
    ['inner', 3, undefined],
  ])
  told.length = 0
  const failure = new Error('failed')
  await expect(
    observers.unit(
      start,
      () => 1,
      () => Promise.reject(failure),
    ),
  ).rejects.toBe(failure)
  expect(told.slice(-1)).toEqual([['inner', 1, failure]])
})

test('an observer that throws is warned of once, and hurts neither work nor other observers', async () => {
  const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const observers = new Observers()
  const seen: string[] = []
  observers.add({ statement: broken, unit: broken, retry: broken, ambiguous: broken, failover: broken })
  observers.add({ statement: () => broken, unit: () => ({ end: broken }) })
  observers.add({ retry: event => void seen.push(event.reason), statement: () => () => void seen.push('statement') })
  const end = observers.statement({
    text: 'x',
    values: undefined,
    name: undefined,
    node: undefined,
    database: undefined,
    inTransaction: false,
  })
  end({ durationMs: 1, rowCount: 1, error: undefined })
  expect(
    await observers.unit(
      start,
      () => 1,
      async () => 7,
    ),
  ).toBe(7)
  observers.retry(retry)
  expect(seen).toEqual(['statement', 'serialization'])
  expect(warnings).toHaveBeenCalledTimes(1)
})
