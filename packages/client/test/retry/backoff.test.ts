import { assert, double, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffDelayMs, transactionBackoff } from '../../src/retry/backoff.js'

describe('backoffDelayMs', () => {
  it('is anything from 0 to a doubling, capped bound', () => {
    assert(
      property(
        integer({ min: 1, max: 2_000 }),
        double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, random) => {
          const delay = backoffDelayMs(failures, transactionBackoff, () => random)
          expect(delay).toBeGreaterThanOrEqual(0)
          expect(delay).toBeLessThanOrEqual(
            Math.min(transactionBackoff.baseMs * 2 ** (failures - 1), transactionBackoff.capMs),
          )
        },
      ),
    )
    expect(backoffDelayMs(1, transactionBackoff, () => 0.5)).toBe(2)
    expect(backoffDelayMs(4, transactionBackoff, () => 0.5)).toBe(16)
    expect(backoffDelayMs(100, transactionBackoff, () => 0.5)).toBe(500)
  })
})
