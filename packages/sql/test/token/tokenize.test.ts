import { expect, test } from 'vitest'
import { SqlSyntaxError } from '../../src/sql-syntax-error.js'
import { tokenize } from '../../src/token/tokenize.js'

function read(source: string): string[] {
  return tokenize(source)
    .slice(0, -1)
    .map(token => `${token.kind} ${token.value}`)
}

test.each([
  ['SELECT Größe', ['word select', 'word größe']],
  ['"Mixed ""Case"""', ['quoted Mixed "Case"']],
  ["'it''s'", ["string it's"]],
  ["'a\\n'", ['string a\\n']],
  ["e'a\\n\\x41\\u00e9\\101\\'\\\\'", ["string a\nAéA'\\"]],
  ["E'\\a\\v'", ['string \u0007\u000b']],
  ["b'ab\\xff'", ['bytes 6162ff']],
  ["x'6162' X'FF'", ['bytes 6162', 'bytes ff']],
  ["B'101'", ['bits 101']],
  ["b 'x'", ['word b', 'string x']],
  ["$$it's$$ $tag$a $$ b$tag$", ["string it's", 'string a $$ b']],
  ['$1+$23', ['placeholder 1', 'operator +', 'placeholder 23']],
  ['1 1.5 .5 1e10 1.e-3 0xFF', ['number 1', 'number 1.5', 'number .5', 'number 1e10', 'number 1.e-3', 'number 0xFF']],
  ['1..10', ['number 1', 'punctuation .', 'number .10']],
  ['a:::INT8', ['word a', 'operator :::', 'word int8']],
  ['a::INT', ['word a', 'operator ::', 'word int']],
  ['7//2', ['number 7', 'operator //', 'number 2']],
  ['j->>$1', ['word j', 'operator ->>', 'placeholder 1']],
  [
    "j ?| array['a'] ?& b ? c",
    [
      'word j',
      'operator ?|',
      'word array',
      'punctuation [',
      'string a',
      'punctuation ]',
      'operator ?&',
      'word b',
      'operator ?',
      'word c',
    ],
  ],
  ['a=-1', ['word a', 'operator =', 'operator -', 'number 1']],
  ['t@idx', ['word t', 'operator @', 'word idx']],
  [
    't@{FORCE_INDEX=i}',
    ['word t', 'operator @', 'punctuation {', 'word force_index', 'operator =', 'word i', 'punctuation }'],
  ],
  ['a /* x /* y */ z */ b -- c\n d', ['word a', 'word b', 'word d']],
  ['a--', ['word a']],
])('%s', (source, expected) => {
  expect(read(source)).toEqual(expected)
})

test('positions cover exactly what was written', () => {
  const source = " SELECT  'a''b' , \"X\" -- end\n;"
  for (const token of tokenize(source)) expect(source.slice(token.start, token.end)).toBe(token.text)
  expect(tokenize(source).map(({ start, end }) => [start, end])).toEqual([
    [1, 7],
    [9, 15],
    [16, 17],
    [18, 21],
    [29, 30],
    [30, 30],
  ])
})

test.each([
  ["SELECT 'a", 'lexical error: unterminated string', 7],
  ['SELECT "a', 'lexical error: unterminated quoted identifier', 7],
  ["e'a\\'", 'lexical error: unterminated string', 1],
  ['$$a', 'lexical error: unterminated string', 0],
  ['1 /* /* */', 'lexical error: unterminated comment', 2],
  ["x'123'", 'lexical error: invalid hexadecimal bytes literal', 0],
  ["B'102'", 'lexical error: "2" is not a valid binary digit', 0],
  ["e'\\u12'", 'lexical error: invalid Unicode escape', 2],
  ['SELECT `a`', 'at or near "`": syntax error', 7],
])('%s is refused', (source, message, offset) => {
  expect(() => tokenize(source)).toThrow(expect.objectContaining({ code: '42601', message, offset }))
  expect(() => tokenize(source)).toThrow(SqlSyntaxError)
})
