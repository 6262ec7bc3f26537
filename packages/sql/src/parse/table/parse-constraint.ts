import type { SqlSyntaxError } from '../../sql-syntax-error.js'
import type { HashSharding, Reference, TableConstraint } from '../../tree/table.js'
import { type Cursor, parenthesized } from '../cursor.js'
import { parseIdentifierName, parseName } from '../parse-name.js'
import { parseParenthesized } from './parse-column.js'
import { parseKeyDefinition } from './parse-index.js'

export function startsConstraint(cursor: Cursor): boolean {
  return (
    cursor.isWord('constraint') ||
    cursor.isWords('primary', 'key') ||
    cursor.isWords('foreign', 'key') ||
    cursor.isWords('exclude', 'using') ||
    (cursor.isWord('unique') && (cursor.peek(1).text === '(' || cursor.peek(1).value === 'without')) ||
    (cursor.isWord('check') && cursor.peek(1).text === '(')
  )
}

/** `[CONSTRAINT [IF NOT EXISTS] name] PRIMARY KEY | UNIQUE | CHECK | FOREIGN KEY …`. */
export function parseConstraint(cursor: Cursor): TableConstraint {
  const start = cursor.at
  const named = cursor.skipWords('constraint')
  const ifNotExists = named && cursor.skipWords('if', 'not', 'exists')
  const name = named ? cursor.looseIdentifier().name : undefined
  const definition = parseDefinition(cursor)
  const notValid = parseTail(cursor)
  if (notValid && definition.type === 'primary-key') throw refusedNotValid(cursor, 'PRIMARY KEY')
  if (notValid && definition.type === 'unique' && !definition.withoutIndex) throw refusedNotValid(cursor, 'UNIQUE')
  return {
    kind: 'constraint',
    ...(name !== undefined && { name }),
    ifNotExists,
    definition,
    notValid,
    ...cursor.since(start),
  }
}

function parseDefinition(cursor: Cursor): TableConstraint['definition'] {
  if (cursor.skipWords('primary', 'key')) return { type: 'primary-key', ...parseKeyDefinition(cursor) }
  if (cursor.skipWords('check')) return { type: 'check', expression: parseParenthesized(cursor) }
  if (cursor.skipWords('foreign', 'key')) {
    const from = parenthesized(cursor, parseIdentifierName)
    return { type: 'foreign-key', from, ...parseReference(cursor) }
  }
  if (cursor.skipWords('exclude', 'using')) throw cursor.refused()
  cursor.expectWords('unique')
  const withoutIndex = cursor.skipWords('without', 'index')
  return { type: 'unique', ...parseKeyDefinition(cursor), withoutIndex }
}

function parseTail(cursor: Cursor): boolean {
  let notValid = false
  for (;;) {
    if (cursor.skipWords('not', 'valid')) notValid = true
    else if (cursor.isWord('deferrable', 'initially')) throw refusedDeferral(cursor)
    else return notValid
  }
}

function refusedNotValid(cursor: Cursor, type: string): SqlSyntaxError {
  return cursor.refused(`${type} constraints cannot be marked NOT VALID`)
}

function refusedDeferral(cursor: Cursor): SqlSyntaxError {
  cursor.skipWords('deferrable')
  cursor.skipWords('initially')
  return cursor.refused()
}

const actionWords = [['no', 'action'], ['restrict'], ['cascade'], ['set', 'null'], ['set', 'default']] as const

/** `REFERENCES table [(columns)] [MATCH …] [ON DELETE …] [ON UPDATE …]`. */
export function parseReference(cursor: Cursor): Reference {
  cursor.expectWords('references')
  const table = parseName(cursor)
  const columns = cursor.isSymbol('(') ? parenthesized(cursor, parseIdentifierName) : []
  const actions: string[] = []
  for (;;) {
    if (cursor.skipWords('match')) {
      actions.push(`MATCH ${cursor.takeWord('simple', 'full', 'partial')?.toUpperCase() ?? fail(cursor)}`)
    } else if (cursor.isWords('on', 'delete') || cursor.isWords('on', 'update')) {
      cursor.next()
      const event = cursor.next().value.toUpperCase()
      const action = actionWords.find(words => cursor.skipWords(...words)) ?? fail(cursor)
      actions.push(`ON ${event} ${action.join(' ').toUpperCase()}`)
    } else return { table, columns, actions: actions.join(' ') }
  }
}

/** `USING HASH [WITH BUCKET_COUNT = n]`; the newer WITH (bucket_count = n) is a storage parameter. */
export function parseHashSharding(cursor: Cursor): HashSharding | undefined {
  if (!cursor.skipWords('using', 'hash')) return undefined
  if (!cursor.skipWords('with', 'bucket_count')) return {}
  cursor.expectSymbol('=')
  return { buckets: cursor.integer() }
}

function fail(cursor: Cursor): never {
  throw cursor.unexpected()
}
