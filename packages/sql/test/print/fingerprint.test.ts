import { expect, test } from 'vitest'
import { fingerprint } from '../../src/print/fingerprint.js'

test.each([
  ["select * from Users where id = 42 and name = 'x'", 'SELECT * FROM users WHERE id = _ AND name = _'],
  ['SELECT a FROM t WHERE b = $1 LIMIT 10', 'SELECT a FROM t WHERE b = _ LIMIT _'],
  ['SELECT -1, a - 1, (-2)', 'SELECT _, a - _, (_)'],
  ['SELECT a FROM t WHERE b IN (1, 2, 3)', 'SELECT a FROM t WHERE b IN (_, __more__)'],
  ['SELECT a FROM t WHERE b IN (1)', 'SELECT a FROM t WHERE b IN (_)'],
  ['INSERT INTO t(a, b) VALUES (1, $2), (3, 4), (5, 6)', 'INSERT INTO t(a, b) VALUES (_, __more__), (__more__)'],
  ['INSERT INTO t VALUES ($1)', 'INSERT INTO t VALUES (_)'],
  ['SELECT f(1, 2)', 'SELECT f(_, _)'],
  ["SELECT ARRAY[1, 2], b'a', x'ff', true, NULL", 'SELECT ARRAY[_, __more__], _, _, _, _'],
  ['SELECT a IS NULL, a IS NOT NULL, a IS TRUE', 'SELECT a IS NULL, a IS NOT NULL, a IS TRUE'],
  ['SELECT "a b" /* c */ FROM t@i -- d', 'SELECT "a b" FROM t@i'],
  ['BEGIN', 'BEGIN'],
  ['', ''],
])('%s', (source, expected) => {
  expect(fingerprint(source)).toBe(expected)
})

test('takes time in proportion to the rows, and forgets all but the first', () => {
  const rows = Array.from({ length: 30_000 }, (_, at) => `($${at * 2 + 1}, -${at})`).join(', ')
  expect(fingerprint(`INSERT INTO t (a, b) VALUES ${rows} ON CONFLICT (a) DO NOTHING`)).toBe(
    'INSERT INTO t(a, b) VALUES (_, __more__), (__more__) ON CONFLICT (a) DO NOTHING',
  )
})
