import { expect, test } from 'vitest'
import { parseScript } from '../src/parse/parse-script.js'
import { SqlSyntaxError, syntaxErrorCodes } from '../src/sql-syntax-error.js'

function errorOf(source: string): SqlSyntaxError {
  try {
    parseScript(source)
  } catch (error) {
    if (error instanceof SqlSyntaxError) return error
    throw error
  }
  throw new Error(`parsed: ${source}`)
}

test('an error shows the source and a caret, as CockroachDB does', () => {
  const error = errorOf('SELECT a\nFROM t WERE\n  a = 1')
  expect(error.code).toBe(syntaxErrorCodes.syntax)
  expect(error.message).toBe('at or near "a": syntax error')
  expect(error.detail).toBe('source SQL:\nSELECT a\nFROM t WERE\n  a = 1\n  ^')
  expect(error.offset).toBe(23)
})

test.each([
  ['SELCT 1', 'at or near "selct": syntax error'],
  ['SELECT 1 FROM', 'at or near "EOF": syntax error'],
  ['SELECT (1', 'at or near "EOF": syntax error'],
  ['INSERT t VALUES (1)', 'at or near "t": syntax error'],
  ['CREATE TABEL t (a INT)', 'at or near "tabel": syntax error'],
  ['CREATE TABLE t (a INT,)', 'at or near ")": syntax error'],
  ['DROP TABLE', 'at or near "EOF": syntax error'],
  ['UPDATE t SET', 'at or near "EOF": syntax error'],
])('%s', (source, message) => {
  expect(errorOf(source).message.toLowerCase()).toBe(message.toLowerCase())
})

test.each([
  ['CREATE TABLE t (a INT[][])', 'unimplemented: nested arrays are not supported'],
  ['COMMIT PREPARED a', 'unimplemented: two-phase commit'],
])('%s is understood and not supported', (source, message) => {
  expect(errorOf(source)).toMatchObject({ code: syntaxErrorCodes.unimplemented, message })
})

// What CockroachDB's grammar knows only to refuse it, and the token at which it does.
test.each([
  ['CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES u DEFERRABLE)', ')'],
  ['CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES u DEFERRABLE INITIALLY DEFERRED)', 'deferred'],
  ['CREATE TABLE t (a INT, UNIQUE (a) INITIALLY IMMEDIATE)', 'immediate'],
  ['CREATE TABLE t (a INT, EXCLUDE USING gist (a WITH =))', 'gist'],
  ['ALTER TABLE t ADD CONSTRAINT c EXCLUDE USING gist (a WITH =)', 'gist'],
  ['CREATE TEMP TABLE t (a INT) ON COMMIT DROP', 'drop'],
  ['CREATE TEMP TABLE t (a INT) ON COMMIT DELETE ROWS', 'rows'],
  ['CREATE TABLE t (LIKE u INCLUDING STORAGE)', 'storage'],
  ['CREATE TABLE t (a MONEY)', ')'],
  ['CREATE TABLE t (a INT, b XML NOT NULL)', 'not'],
  [`SELECT '10.0.0.0/8'::CIDR`, 'EOF'],
  ['CREATE INDEX ON t (a NULLS LAST)', 'last'],
  ['CREATE INDEX ON t (a DESC NULLS FIRST)', 'first'],
  ['SELECT count(*) FROM t GROUP BY a, ROLLUP (b, c)', ')'],
  ['SELECT count(*) FROM t GROUP BY CUBE (b)', ')'],
  ['SELECT count(*) FROM t GROUP BY GROUPING SETS ((a), ()) HAVING true', ')'],
  ['SELECT GROUPING (a) FROM t GROUP BY a', ')'],
  ['SELECT f(a, VARIADIC b) FROM t', ')'],
  ['SET CONSTRAINTS ALL DEFERRED', 'all'],
  ['DISCARD PLANS', 'plans'],
])('%s is refused', (source, found) => {
  expect(errorOf(source)).toMatchObject({
    code: syntaxErrorCodes.unimplemented,
    message: `at or near "${found}": syntax error: unimplemented: this syntax`,
    hint: 'You have attempted to use a feature that is not yet implemented.',
  })
})

test.each(['PRIMARY KEY', 'UNIQUE'])('a %s cannot be added without being checked', type => {
  expect(errorOf(`ALTER TABLE t ADD ${type} (a) NOT VALID`)).toMatchObject({
    code: syntaxErrorCodes.unimplemented,
    hint: `${type} constraints cannot be marked NOT VALID`,
  })
})

test.each([
  'CREATE INDEX ON t (a ASC NULLS FIRST, b DESC NULLS LAST)',
  'ALTER TABLE t ADD UNIQUE WITHOUT INDEX (a) NOT VALID',
  'SELECT "money"(a), rollup FROM t GROUP BY cube, rollup',
  'CREATE TABLE path (line INT, point STRING, money DECIMAL)',
  `SELECT 'a'::"money"`,
])('%s is not refused', source => {
  expect(() => parseScript(source)).not.toThrow()
})
