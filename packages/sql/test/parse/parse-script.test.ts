import { expect, test } from 'vitest'
import { parseScript, parseStatement, splitStatements } from '../../src/parse/parse-script.js'

test('statements are split at semicolons outside of strings, names and comments', () => {
  const source = `SELECT ';' ; SELECT ";" /* ; */ ;; -- ;\n DO $$ a; b $$`
  const { ranges, tokens } = splitStatements(source)
  const texts = ranges.map(({ start, end }) => source.slice(tokens[start]?.start, tokens[end - 1]?.end))
  expect(texts).toEqual([`SELECT ';'`, 'SELECT ";"', 'DO $$ a; b $$'])
  expect(parseScript(source).statements).toHaveLength(3)
})

test('a text without statements has none', () => {
  expect(parseScript(' ; -- nothing').statements).toEqual([])
})

test('parseStatement takes exactly one', () => {
  expect(parseStatement('SELECT 1;').statement.kind).toBe('query')
  expect(() => parseStatement('')).toThrow('at or near "EOF": syntax error')
  expect(() => parseStatement('SELECT 1; SELECT 2')).toThrow('at or near "select": syntax error')
})
