import { describe, expect, test } from 'vitest'
import { asOfExpression, isRelative, maxStalenessExpression, minTimestampExpression } from '../../src/read/as-of.js'

test.each([
  ['follower_read_timestamp()', 'follower_read_timestamp()'],
  [' Follower_Read_Timestamp() ', 'follower_read_timestamp()'],
  ['-10s', "'-10s'"],
  ['-1h30m', "'-1h30m'"],
  ['-1.5s', "'-1.5s'"],
  ['1767323045123456789', '1767323045123456789'],
  ['1767323045123456789.0000000001', '1767323045123456789.0000000001'],
  ['2026-01-02 03:04:05', "'2026-01-02 03:04:05.000+00:00'"],
  ['2026-01-02T03:04', "'2026-01-02 03:04:00.000+00:00'"],
  ['2026-01-02T03:04:05.123456Z', "'2026-01-02 03:04:05.123456+00:00'"],
  ['2026-01-02 03:04:05.123456789+05:30', "'2026-01-01 21:34:05.123456789+00:00'"],
  ['2026-01-02 03:04:05-08', "'2026-01-02 11:04:05.000+00:00'"],
])('%s', (text, expression) => {
  expect(asOfExpression(text)).toBe(expression)
})

test('a Date', () => {
  expect(asOfExpression(new Date('2026-01-02T03:04:05.678Z'))).toBe("'2026-01-02 03:04:05.678+00:00'")
})

test.each([
  '',
  '10s',
  '-10',
  '-',
  '-10s; DROP TABLE t',
  "-10s' OR '1'='1",
  '-1 day',
  'now()',
  'follower_read_timestamp() UNION SELECT 1',
  "with_max_staleness('10s')",
  '2026-13-02 03:04:05',
  '2026-01-02',
  "2026-01-02 03:04:05'",
  '2026-01-02 03:04:05\n--',
  '17673230451234567890123',
  '1767323045123456789.00000000010',
  '-'.repeat(50),
])('refuses %j', text => {
  expect(() => asOfExpression(text)).toThrow(expect.objectContaining({ code: 'CERCI_INVALID_OPTION', option: 'asOf' }))
})

test('refuses an invalid Date', () => {
  expect(() => asOfExpression(new Date(Number.NaN))).toThrow(expect.objectContaining({ option: 'asOf' }))
})

test('an interval and the follower time mean another moment every time', () => {
  const relative = [
    '-10s',
    ' follower_read_timestamp()',
    '2026-01-02T03:04:05Z',
    '1767323045123456789',
    new Date(),
  ].map(isRelative)
  expect(relative).toEqual([true, true, false, false, false])
})

describe('bounded staleness', () => {
  test('as SQL', () => {
    expect(maxStalenessExpression('10s', false)).toBe("with_max_staleness('10s')")
    expect(maxStalenessExpression('1m30s', true)).toBe("with_max_staleness('1m30s', true)")
    expect(minTimestampExpression('2026-01-02T03:04:05Z', true)).toBe(
      "with_min_timestamp('2026-01-02 03:04:05.000+00:00', true)",
    )
    expect(minTimestampExpression(new Date(0), false)).toBe("with_min_timestamp('1970-01-01 00:00:00.000+00:00')")
  })

  test.each(['-10s', '10', '', "10s'", '10 s'])('refuses the interval %j', text => {
    expect(() => maxStalenessExpression(text, false)).toThrow(expect.objectContaining({ option: 'asOf' }))
  })

  test.each(['-10s', 'follower_read_timestamp()', '1767323045123456789'])('refuses the minimum %j', text => {
    expect(() => minTimestampExpression(text, false)).toThrow(expect.objectContaining({ option: 'asOf' }))
  })
})
