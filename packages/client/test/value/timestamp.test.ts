import { expect, test } from 'vitest'
import { isoLocalTimestamp, isoTimestamp, utcDate } from '../../src/value/timestamp.js'

test.each([
  ['2026-01-02 03:04:05.123456+00', '2026-01-02T03:04:05.123456Z'],
  ['2026-01-02 03:04:05+00', '2026-01-02T03:04:05.000000Z'],
  ['2026-01-02 03:04:05.1+05:30', '2026-01-01T21:34:05.100000Z'],
  ['2026-01-02 03:04:05.999999-08', '2026-01-02T11:04:05.999999Z'],
  ['1883-11-18 12:03:57.999-07:52:58', '1883-11-18T19:56:55.999000Z'],
  ['0044-03-15 12:00:00+00 BC', '-000043-03-15T12:00:00.000000Z'],
  ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000000Z'],
  ['0099-12-31 00:00:00+00', '0099-12-31T00:00:00.000000Z'],
  ['12026-01-02 03:04:05.5+00', '+012026-01-02T03:04:05.500000Z'],
  ['infinity', 'infinity'],
  ['-infinity', '-infinity'],
])('TIMESTAMPTZ %s', (text, iso) => {
  expect(isoTimestamp(text)).toBe(iso)
})

test('TIMESTAMP has no zone to convert', () => {
  expect(isoLocalTimestamp('2026-01-02 03:04:05.123456')).toBe('2026-01-02T03:04:05.123456')
  expect(isoLocalTimestamp('2026-01-02 03:04:05')).toBe('2026-01-02T03:04:05.000000')
  expect(isoLocalTimestamp('infinity')).toBe('infinity')
})

test('TIMESTAMP and DATE as UTC', () => {
  expect(utcDate('2026-01-02 03:04:05.123456')).toEqual(new Date('2026-01-02T03:04:05.123Z'))
  expect(utcDate('2026-01-02 03:04:05.1')).toEqual(new Date('2026-01-02T03:04:05.100Z'))
  expect(utcDate('2026-01-02')).toEqual(new Date('2026-01-02T00:00:00Z'))
  expect(utcDate('infinity').getTime()).toBeNaN()
})
