import { expect, test } from 'vitest'
import { defaultBackoffMs, defaultMaxAttempts, retryDelayMs } from '../../src/events/retry-delay.js'

function minutes(random: number): number {
  const delays = Array.from({ length: defaultMaxAttempts - 1 }, (_, index) =>
    retryDelayMs(index + 1, defaultBackoffMs, random),
  )
  return delays.reduce((sum, delay) => sum + delay, 0) / 60_000
}

test('an event is tried for about an hour before it is put aside', () => {
  expect(minutes(0.5)).toBeCloseTo(59, 0)
  expect(minutes(0)).toBeGreaterThan(38)
  expect(minutes(1)).toBeLessThan(80)
})

test('pauses double up to five minutes', () => {
  expect([1, 2, 3, 9, 10, 23].map(attempts => retryDelayMs(attempts, 1000, 1))).toEqual([
    1000, 2000, 4000, 256_000, 300_000, 300_000,
  ])
  expect(retryDelayMs(1, 1000, 0)).toBe(500)
})
