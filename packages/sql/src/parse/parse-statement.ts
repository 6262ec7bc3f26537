import type { With } from '../tree/query.js'
import type { StatementNode } from '../tree/statement.js'
import type { Cursor } from './cursor.js'
import { parseAlterDatabase, parseZoneStatement } from './object/parse-alter-database.js'
import { parseComment, parseCreateStatistics } from './object/parse-comment.js'
import { parseCreateSchema, parseCreateSequence, parseCreateType, parseCreateView } from './object/parse-create.js'
import { parseCreateDatabase, parseDropDatabase } from './object/parse-database.js'
import { parseDropObject, parseDropRole, parseTruncate } from './object/parse-drop.js'
import { parseAlterRole, parseGrant, parseRole, parseRoleSetting } from './object/parse-role.js'
import { parseRest } from './parse-expression.js'
import { isPlainHead, plainHeads } from './plain-heads.js'
import { parseQuery, parseWith } from './query/parse-query.js'
import { parseCopy } from './session/parse-copy.js'
import { parseDeclare, parseExplain, parsePrepare } from './session/parse-explain.js'
import { parseDiscard, parseReset, parseSet, parseUse } from './session/parse-set.js'
import { parseShow } from './session/parse-show.js'
import { parseBegin, parseCommit, parseRollback, parseSavepoint } from './session/parse-transaction.js'
import { parseAlterTable } from './table/parse-alter-table.js'
import { parseCreateTable } from './table/parse-create-table.js'
import { parseAlterIndex, parseCreateIndex, parseDropIndex } from './table/parse-index.js'
import { parseSplitStatement } from './table/parse-split.js'
import { parseDelete } from './write/parse-delete.js'
import { parseInsert } from './write/parse-insert.js'
import { parseUpdate } from './write/parse-update.js'

type ParseStatement = (cursor: Cursor) => StatementNode

/** Statements by their first word, with the cursor on it. */
const byFirstWord: ReadonlyMap<string, ParseStatement> = new Map<string, ParseStatement>([
  ['select', cursor => parseQuery(cursor)],
  ['values', cursor => parseQuery(cursor)],
  ['table', cursor => parseQuery(cursor)],
  ['with', parseAfterWith],
  ['insert', cursor => parseInsert(cursor)],
  ['upsert', cursor => parseInsert(cursor)],
  ['update', cursor => parseUpdate(cursor)],
  ['delete', cursor => parseDelete(cursor)],
  ['begin', parseBegin],
  ['start', parseBegin],
  ['commit', parseCommit],
  ['end', parseCommit],
  ['rollback', parseRollback],
  ['abort', parseRollback],
  ['savepoint', parseSavepoint],
  ['release', parseSavepoint],
  ['set', parseSet],
  ['use', parseUse],
  ['reset', parseReset],
  ['discard', parseDiscard],
  ['show', parseShow],
  ['explain', parseExplain],
  ['declare', parseDeclare],
  ['prepare', parsePrepare],
  ['copy', parseCopy],
  ['truncate', parseTruncate],
  ['comment', parseComment],
  ['grant', parseGrant],
  ['revoke', parseGrant],
])

type ParseObject = (cursor: Cursor, start: number) => StatementNode
const dropObject =
  (objectType: string): ParseObject =>
  (cursor, start) =>
    parseDropObject(cursor, start, objectType)

/** Statements by several leading words, with the cursor after them. A word of the statement itself stays unread. */
const byLeadingWords: readonly (readonly [words: string, parse: ParseObject])[] = [
  ['create table', (cursor, start) => parseCreateTable(cursor, start, false)],
  ['create temp table', (cursor, start) => parseCreateTable(cursor, start, true)],
  ['create temporary table', (cursor, start) => parseCreateTable(cursor, start, true)],
  ['create local temporary table', (cursor, start) => parseCreateTable(cursor, start, true)],
  ['create unlogged table', (cursor, start) => parseCreateTable(cursor, start, false)],
  ['create view', view({})],
  ['create or replace view', view({ orReplace: true })],
  ['create temp view', view({ temporary: true })],
  ['create temporary view', view({ temporary: true })],
  ['create materialized view', view({ materialized: true })],
  ['create sequence', (cursor, start) => parseCreateSequence(cursor, start, false)],
  ['create temp sequence', (cursor, start) => parseCreateSequence(cursor, start, true)],
  ['create temporary sequence', (cursor, start) => parseCreateSequence(cursor, start, true)],
  ['create type', parseCreateType],
  ['create schema', parseCreateSchema],
  ['create database', parseCreateDatabase],
  ['create statistics', parseCreateStatistics],
  ['create role', (cursor, start) => parseRole(cursor, start, false)],
  ['create user', (cursor, start) => parseRole(cursor, start, false)],
  ['alter database', parseAlterDatabase],
  ['alter role', parseAlterRole],
  ['alter role all', (cursor, start) => parseRoleSetting(cursor, start)],
  ['alter user', parseAlterRole],
  ['alter user all', (cursor, start) => parseRoleSetting(cursor, start)],
  ['alter table', parseAlterTable],
  ['alter index', parseAlterIndex],
  ['drop index', parseDropIndex],
  ['drop database', parseDropDatabase],
  ['drop role', parseDropRole],
  ['drop user', parseDropRole],
  ['drop table', dropObject('table')],
  ['drop view', dropObject('view')],
  ['drop materialized view', dropObject('materialized view')],
  ['drop sequence', dropObject('sequence')],
  ['drop type', dropObject('type')],
  ['drop schema', dropObject('schema')],
]

const leadingWords = byLeadingWords
  .map(([words, parse]) => ({ words: words.split(' '), parse }))
  .toSorted((a, b) => b.words.length - a.words.length)

/** Reads one statement, up to the end, a semicolon or the bracket around it. */
export function parseStatementAt(cursor: Cursor): StatementNode {
  const start = cursor.at
  const first = cursor.peek()
  if (first.text === '(') return parseQuery(cursor)
  if (first.kind !== 'word') throw cursor.unexpected()
  const parse = byFirstWord.get(first.value)
  if (parse) return parse(cursor)
  if (isCreateIndex(cursor)) {
    cursor.next()
    return parseCreateIndex(cursor, start)
  }
  if (first.value === 'alter') {
    const altered = parseZoneStatement(cursor) ?? parseSplitStatement(cursor)
    if (altered) return altered
  }
  const entry = leadingWords.find(({ words }) => cursor.skipWords(...words))
  return entry ? entry.parse(cursor, start) : parsePlain(cursor)
}

function isCreateIndex(cursor: Cursor): boolean {
  if (!cursor.isWord('create')) return false
  let ahead = 1
  while (['unique', 'inverted', 'vector'].includes(cursor.peek(ahead).value)) ahead++
  return cursor.peek(ahead).kind === 'word' && cursor.peek(ahead).value === 'index'
}

function parsePlain(cursor: Cursor): StatementNode {
  const start = cursor.at
  const head = plainHeads.find(words => cursor.isWords(...words))?.join(' ')
  if (head === undefined || !isPlainHead(head)) throw misplacedWord(cursor)
  const expression = parseRest(cursor)
  return { kind: 'plain', head, expression, ...cursor.since(start) }
}

/** CREATE, ALTER and DROP are words of the grammar; what follows them is the word that does not fit. */
function misplacedWord(cursor: Cursor): ReturnType<Cursor['unexpected']> {
  if (cursor.isWord('create', 'alter', 'drop')) cursor.next()
  return cursor.unexpected()
}

function parseAfterWith(cursor: Cursor): StatementNode {
  const start = cursor.at
  const leading: { readonly with: With; readonly start: number } = { with: parseWith(cursor), start }
  if (cursor.isWord('insert', 'upsert')) return parseInsert(cursor, leading)
  if (cursor.isWord('update')) return parseUpdate(cursor, leading)
  if (cursor.isWord('delete')) return parseDelete(cursor, leading)
  return parseQuery(cursor, leading)
}

function view(flags: {
  readonly orReplace?: true
  readonly temporary?: true
  readonly materialized?: true
}): ParseObject {
  return (cursor, start) =>
    parseCreateView(cursor, start, {
      orReplace: flags.orReplace ?? false,
      temporary: flags.temporary ?? false,
      materialized: flags.materialized ?? false,
    })
}
