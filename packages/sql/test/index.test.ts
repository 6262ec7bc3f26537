import { expect, test } from 'vitest'
import * as sql from '../src/index.js'

test('the package exports these values and no others', () => {
  expect(Object.keys(sql).toSorted()).toEqual([
    'Cursor',
    'SqlSyntaxError',
    'childrenOf',
    'columnName',
    'commaList',
    'fingerprint',
    'fingerprintTokens',
    'functionNameKeywords',
    'isNameWord',
    'isPlainHead',
    'parenthesized',
    'parseExpression',
    'parseIndexName',
    'parseLooseName',
    'parseName',
    'parseRest',
    'parseScript',
    'parseStatement',
    'parseType',
    'printName',
    'printString',
    'printTokens',
    'reservedKeywords',
    'sourceDetail',
    'splitStatements',
    'syntaxErrorCodes',
    'tokenize',
    'visitTree',
  ])
})
