import { expect, test } from 'vitest'
import { quoteIdentifier, tableName } from '../../src/statement/identifier.js'

test.each([
  ['accounts', '"accounts"'],
  ['Public.Accounts', '"public"."accounts"'],
  ['db.public.t', '"db"."public"."t"'],
  ['"Mixed"."Ca""se"', '"Mixed"."Ca""se"'],
  [' t ', '"t"'],
  ['größe', '"größe"'],
])('table %s', (text, quoted) => {
  expect(tableName(text)).toBe(quoted)
})

test.each(['', 'a b', 'a.', '.a', 'a..b', 'a.b.c.d', "'a'", 'a;', '1', '$1', '"open', '"a\0b"', 'a -- b\n c'])(
  'refuses %j',
  text => {
    expect(() => tableName(text)).toThrow(expect.objectContaining({ code: 'CERCI_INVALID_OPTION' }))
  },
)

test('every character of a column name stands for itself', () => {
  expect(quoteIdentifier('a"; DROP TABLE t; --')).toBe('"a""; DROP TABLE t; --"')
  expect(() => quoteIdentifier('')).toThrow(expect.objectContaining({ option: 'name' }))
})
