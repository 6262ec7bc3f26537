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
  ['CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES u DEFERRABLE)', 'unimplemented: this syntax'],
])('%s is understood and not supported', (source, message) => {
  expect(errorOf(source)).toMatchObject({ code: syntaxErrorCodes.unimplemented, message })
})
