import { expect, test } from 'vitest'
import { fingerprint } from '../../src/statement/fingerprint.js'

test.each([
  ['SELECT 1', 'SELECT _'],
  ["select * from t where a='x' and b = $1;", 'select * from t where a = _ and b = _'],
  ['SELECT * FROM t WHERE a IN ($1, $2,$3)', 'SELECT * FROM t WHERE a IN (_, __more__)'],
  ['INSERT INTO t (a, b) VALUES ($1, $2)', 'INSERT INTO t (a, b) VALUES (_, __more__)'],
  [
    'INSERT INTO t VALUES (1, 2), (3, now()), (5, 6) RETURNING a',
    'INSERT INTO t VALUES (_, __more__), (__more__) RETURNING a',
  ],
  ['SELECT count(*), a::int8 FROM s.t', 'SELECT count(*), a::int8 FROM s.t'],
  ["SELECT a->>'key', a-1, b - 2, -3, (-4), x=-5", 'SELECT a ->> _, a - _, b - _, _, (_), x = _'],
  ["SELECT E'it\\'s' /* a /* nested */ 'comment' */, b'\\'', x'ff' -- 'end", 'SELECT _, _, _'],
  ['SELECT $tag$it\'s $$ secret$tag$, $$x$$, "quoted ""name"" \'"', 'SELECT _, _, "quoted ""name"" \'"'],
  ['SELECT 1.5e-3, .5, 0xFF, 1e+10 FROM t', 'SELECT _, _, _, _ FROM t'],
  ["SELECT 'unclosed secret", 'SELECT _'],
  ['SELECT a[1], ARRAY[1,2,3]', 'SELECT a[_], ARRAY[_, __more__]'],
  ['UPDATE t SET a = a + $1 WHERE id = ANY($2)', 'UPDATE t SET a = a + _ WHERE id = ANY(_)'],
  ['  \n\t', ''],
])('%s', (text, expected) => {
  expect(fingerprint(text)).toBe(expected)
})

test('no literal of any kind is left', () => {
  const secret = 's3cr3t'
  const spellings = [
    `'${secret}'`,
    `E'${secret}\\''`,
    `$$${secret}$$`,
    `$q$${secret}$q$`,
    `b'${secret}'`,
    `'a''${secret}'`,
  ]
  for (const spelling of spellings) {
    expect(fingerprint(`SELECT f(${spelling}) WHERE x = ${spelling} /* ${secret} */ -- ${secret}`)).not.toContain(
      secret,
    )
  }
})
