import { array, assert, constant, oneof, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { parseArray, printArray } from '../../src/value/array-literal.js'

test('what is printed is read again, whatever it is', () => {
  const element = oneof(
    string({ unit: 'binary' }),
    string(),
    constant(null),
    constant('NULL'),
    constant('null'),
    constant(''),
  )
  assert(
    property(array(element), elements => {
      expect(parseArray(printArray(elements), String)).toEqual(elements)
    }),
    { seed: 5 },
  )
})

test.each([
  ['{}', []],
  ['{1,2,NULL}', ['1', '2', null]],
  ['{"a\\"b","c\\\\d","NULL",""}', ['a"b', 'c\\d', 'NULL', '']],
  [
    '{{1,2},{3,NULL}}',
    [
      ['1', '2'],
      ['3', null],
    ],
  ],
  ['[0:1]={7,8}', ['7', '8']],
])('reads %s', (text, elements) => {
  expect(parseArray(text, String)).toEqual(elements)
})

test('quotes only what needs it', () => {
  expect(printArray(['1', '-2.5', 'plain', 'a b', '{', '', 'Null', null])).toBe(
    '{1,-2.5,plain,"a b","{","","Null",NULL}',
  )
})
