import { expect, test } from 'vitest'
import { placeAsOf } from '../../src/statement/place-as-of.js'

const X = ' AS OF SYSTEM TIME X'

test.each([
  ['SELECT * FROM t', `SELECT * FROM t${X}`],
  ['SELECT * FROM t;', `SELECT * FROM t${X};`],
  ['SELECT * FROM t -- why', `SELECT * FROM t${X} -- why`],
  ['select a from t where b = $1', `select a from t${X} where b = $1`],
  ['SELECT a FROM t ORDER BY a LIMIT 1', `SELECT a FROM t${X} ORDER BY a LIMIT 1`],
  ['SELECT a FROM t GROUP BY a HAVING true', `SELECT a FROM t${X} GROUP BY a HAVING true`],
  ['SELECT a FROM t JOIN u ON t.x = u.x, v WHERE true', `SELECT a FROM t JOIN u ON t.x = u.x, v${X} WHERE true`],
  ['SELECT a FROM (SELECT * FROM t WHERE x) AS s WHERE y', `SELECT a FROM (SELECT * FROM t WHERE x) AS s${X} WHERE y`],
  [
    'SELECT (SELECT b FROM u WHERE c), extract(day FROM d) FROM t',
    `SELECT (SELECT b FROM u WHERE c), extract(day FROM d) FROM t${X}`,
  ],
  [
    'SELECT a IS NOT DISTINCT FROM b, a IS DISTINCT FROM c FROM t',
    `SELECT a IS NOT DISTINCT FROM b, a IS DISTINCT FROM c FROM t${X}`,
  ],
  [
    'WITH w AS (SELECT * FROM t WHERE x) SELECT * FROM w OFFSET 3',
    `WITH w AS (SELECT * FROM t WHERE x) SELECT * FROM w${X} OFFSET 3`,
  ],
  ['SELECT \'FROM x WHERE\', "WHERE" FROM "FROM"', `SELECT 'FROM x WHERE', "WHERE" FROM "FROM"${X}`],
  ['SELECT a[1] FROM t@idx WHERE a', `SELECT a[1] FROM t@idx${X} WHERE a`],
  ['SELECT f FROM t AS of_t WHERE a', `SELECT f FROM t AS of_t${X} WHERE a`],
])('%s', (text, placed) => {
  expect(placeAsOf(text, 'X')).toBe(placed)
})

test.each([
  ['SELECT 1', 'no FROM'],
  ['UPDATE t SET a = 1', 'not a SELECT'],
  ['INSERT INTO t SELECT * FROM u', 'not a SELECT'],
  ['', 'not a SELECT'],
  ['TABLE t', 'not a SELECT'],
  ['(SELECT * FROM t)', 'not a SELECT'],
  ['SELECT * FROM t UNION SELECT * FROM u', 'joins several'],
  ['SELECT * FROM t WHERE a FOR UPDATE', 'locks rows'],
  ['SELECT * FROM t; SELECT 1', 'more than one'],
  ["SELECT * FROM t AS OF SYSTEM TIME '-1s'", 'already'],
  ['SELECT * FROM WHERE a', 'empty'],
])('refuses %s', (text, reason) => {
  expect(() => placeAsOf(text, 'X')).toThrow(
    expect.objectContaining({ code: 'CERCI_STALE_READ_STATEMENT', message: expect.stringContaining(reason) }),
  )
})
