import { describe, expect, test } from 'vitest'
import { readableTime, wantedTime } from '../../src/history/read-time.js'
import type { AsOf, PastTime } from '../../src/translate/as-of/as-of.js'

const SECOND = 1_000_000
const now = 1_700_000_000 * SECOND
const bounds = { now, oldest: now - 300 * SECOND, closed: now - 3 * SECOND }

const exact = (time: PastTime): AsOf => ({ mode: 'exact', time })
const bounded = (time: PastTime, nearestOnly = false): AsOf => ({ mode: 'bounded', time, nearestOnly })

function readTime(asOf: AsOf, { oldest, ...present }: typeof bounds): number {
  return readableTime(wantedTime(asOf, present), asOf.mode, oldest)
}

describe('an exact time', () => {
  test('is taken as it is, relative or not', () => {
    expect(readTime(exact({ microsAgo: 10 * SECOND }), bounds)).toBe(now - 10 * SECOND)
    expect(readTime(exact({ epochMicros: now - 7 }), bounds)).toBe(now - 7)
    expect(readTime(exact({ epochMicros: now }), bounds)).toBe(now)
    expect(readTime(exact({ microsAgo: 300 * SECOND }), bounds)).toBe(now - 300 * SECOND)
  })

  test('may not lie in the future', () => {
    expect(() => readTime(exact({ microsAgo: -1.5 * SECOND }), bounds)).toThrow(
      expect.objectContaining({
        code: 'XXUUU',
        message:
          'AS OF SYSTEM TIME: cannot specify timestamp in the future (1700000001.500000000,0 > 1700000000.000000000,0)',
      }),
    )
  })

  test('may not lie before what is kept', () => {
    expect(() => readTime(exact({ microsAgo: 3600 * SECOND }), bounds)).toThrow(
      expect.objectContaining({
        code: 'XXUUU',
        message: 'batch timestamp 1699996400.000000000,0 must be after replica GC threshold 1699999700.000000000,0',
      }),
    )
  })
})

describe('a bounded staleness read', () => {
  test('is as fresh as followers are', () => {
    expect(readTime(bounded({ microsAgo: 10 * SECOND }), bounds)).toBe(now - 3 * SECOND)
    expect(readTime(bounded({ epochMicros: 1 }), bounds)).toBe(now - 3 * SECOND)
    expect(readTime(bounded({ microsAgo: 3 * SECOND }, true), bounds)).toBe(now - 3 * SECOND)
  })

  test('reads at its bound when followers lag behind it, unless only the nearest may serve it', () => {
    expect(readTime(bounded({ microsAgo: SECOND }), bounds)).toBe(now - SECOND)
    expect(() => readTime(bounded({ microsAgo: SECOND }, true), bounds)).toThrow(
      expect.objectContaining({
        code: 'XCUBS',
        message:
          'bounded staleness read with minimum timestamp bound of 1699999999.000000000,0 could not be satisfied by a local resolved timestamp of 1699999997.000000000,0',
      }),
    )
  })

  test('finds the oldest data of a cluster younger than that', () => {
    const oldest = now - SECOND
    expect(readTime(bounded({ microsAgo: 10 * SECOND }), { ...bounds, oldest })).toBe(oldest)
  })

  test('may not be bound to the future', () => {
    expect(() => readTime(bounded({ epochMicros: now + 1 }), bounds)).toThrow(
      expect.objectContaining({ code: 'XXUUU' }),
    )
  })
})
