import { expect, test } from 'vitest'
import { type OrderColumn, readOrdering } from '../../src/page/ordering.js'
import { seekAfter } from '../../src/page/seek.js'

const a: OrderColumn = { column: 'a' }
const aDown: OrderColumn = { column: 'a', direction: 'desc' }
const aNullable: OrderColumn = { column: 'a', nullable: true }
const aDownNullable: OrderColumn = { column: 'a', direction: 'desc', nullable: true }
const b: OrderColumn = { column: 'b' }
const bDown: OrderColumn = { column: 'b', direction: 'desc' }

test.each<[string, OrderColumn[], (string | null)[], string]>([
  ['one direction', [a, b], ['1', '2'], '("a", "b") > ($3, $4)'],
  ['the other direction', [aDown, bDown], ['1', '2'], '("a", "b") < ($3, $4)'],
  ['mixed', [a, bDown], ['1', '2'], '"a" >= $3 AND (("a" > $3) OR ("a" = $3 AND "b" < $4))'],
  ['nullable ascending', [aNullable, b], ['1', '2'], '"a" >= $3 AND (("a" > $3) OR ("a" = $3 AND "b" > $4))'],
  ['at NULL, ascending', [aNullable, b], [null, '2'], '(("a" IS NOT NULL) OR ("a" IS NULL AND "b" > $3))'],
  ['nullable descending', [aDownNullable], ['1'], '("a" <= $3 OR "a" IS NULL) AND ((("a" < $3 OR "a" IS NULL)))'],
  ['at NULL, descending', [aDownNullable, b], [null, '2'], '"a" IS NULL AND (("a" IS NULL AND "b" > $3))'],
  ['at the very end', [aDownNullable], [null], 'false'],
])('%s', (_, columns, key, condition) => {
  const seek = seekAfter(readOrdering(columns), key, 3)
  expect(seek).toEqual({ condition, values: key.filter(value => value !== null) })
})
