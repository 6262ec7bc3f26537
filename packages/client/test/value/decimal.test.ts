import { assert, bigInt, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal } from '../../src/value/decimal.js'

const of = (text: string): Decimal => Decimal.parse(text)

test.each([
  ['0', '0'],
  ['-0.00', '0.00'],
  ['12.30', '12.30'],
  ['-0.05', '-0.05'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['+1', '1'],
  ['1e3', '1000'],
  ['1.25E-3', '0.00125'],
  ['-12E2', '-1200'],
  ['123456789012345678901234567890.12', '123456789012345678901234567890.12'],
])('reads %s', (text, printed) => {
  expect(of(text).toString()).toBe(printed)
})

test.each(['', '.', '-', 'NaN', 'Infinity', '-Infinity', '1,5', '1 ', ' 1', '0x10', '1e', '1e999999999', '--1'])(
  'refuses "%s"',
  text => {
    expect(() => of(text)).toThrow(expect.objectContaining({ code: 'CERCI_BAD_VALUE', name: 'ValueError' }))
  },
)

test('calculates exactly', () => {
  expect(of('0.1').plus(of('0.2')).toString()).toBe('0.3')
  expect(of('1').minus(of('0.01')).toString()).toBe('0.99')
  expect(of('1.10').times(of('-3')).toString()).toBe('-3.30')
  expect(of('5').negated().toString()).toBe('-5')
  expect(of('1.10').equals(of('1.1'))).toBe(true)
  expect([of('2'), of('-1.5'), of('1.999')].toSorted((a, b) => a.compare(b)).map(String)).toEqual([
    '-1.5',
    '1.999',
    '2',
  ])
})

test.each([
  ['2.345', 2, 'half-up', '2.35'],
  ['-2.345', 2, 'half-up', '-2.35'],
  ['2.345', 2, 'half-even', '2.34'],
  ['2.355', 2, 'half-even', '2.36'],
  ['2.3451', 2, 'half-even', '2.35'],
  ['2.349', 2, 'down', '2.34'],
  ['-2.349', 2, 'down', '-2.34'],
  ['2.5', 0, 'half-even', '2'],
  ['2.5', 4, 'half-up', '2.5000'],
] as const)('rounds %s to %i digits, %s', (text, scale, rounding, rounded) => {
  expect(of(text).round(scale, rounding).toString()).toBe(rounded)
})

test('a scale is a small integer', () => {
  for (const scale of [-1, 0.5, Number.NaN, 1e9]) {
    expect(() => Decimal.of(1n, scale)).toThrow(expect.objectContaining({ code: 'CERCI_BAD_VALUE' }))
    expect(() => of('1.23').round(scale)).toThrow(expect.objectContaining({ code: 'CERCI_BAD_VALUE' }))
  }
})

test('prints what it reads, is a string in JSON, and adds as integers do', () => {
  const scale = integer({ min: 0, max: 30 })
  assert(
    property(bigInt(), bigInt(), scale, (a, b, digits) => {
      const [one, two] = [Decimal.of(a, digits), Decimal.of(b, digits)]
      expect(of(one.toString())).toEqual(one)
      expect(one.plus(two)).toEqual(Decimal.of(a + b, digits))
      expect(Math.sign(one.compare(two))).toBe(a < b ? -1 : a > b ? 1 : 0)
      expect(JSON.parse(JSON.stringify(one))).toBe(one.toString())
    }),
    { seed: 3 },
  )
})
