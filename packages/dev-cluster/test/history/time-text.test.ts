import { describe, expect, test } from 'vitest'
import { hlcText, timestampText } from '../../src/history/time-text.js'

describe('hlcText', () => {
  test('prints nine digits of nanoseconds and the logical counter', () => {
    expect(hlcText(1_700_000_000_000_007)).toBe('1700000000.000007000,0')
    expect(hlcText(1_700_000_000_123_456)).toBe('1700000000.123456000,0')
  })
})

describe('timestampText', () => {
  test('is exact to the microsecond', () => {
    expect(timestampText(1_700_000_000_000_007)).toBe('2023-11-14T22:13:20.000007+00')
    expect(timestampText(1_700_000_000_999_999)).toBe('2023-11-14T22:13:20.999999+00')
  })
})
