import type { IndexName, Name } from '../../tree/node.js'
import type { Show, ShowClause } from '../../tree/session.js'
import { type Cursor, commaList } from '../cursor.js'
import { parseZoneTarget } from '../object/parse-alter-database.js'
import { parseRest } from '../parse-expression.js'
import { parseQuery, startsQuery } from '../query/parse-query.js'
import { parseVariableName } from './parse-set.js'
import { showTargets } from './show-targets.js'

/** SHOW of everything, in one shape: target words, names, clauses. */
export function parseShow(cursor: Cursor): Show {
  const start = cursor.at
  cursor.expectWords('show')
  const variable = parseVariable(cursor)
  if (variable !== undefined) {
    return { kind: 'show', target: 'variable', variable, names: [], clauses: [], ...cursor.since(start) }
  }
  const words = showTargets.find(target => cursor.isWords(...target))
  if (!words) throw cursor.unexpected()
  cursor.skipWords(...words)
  const target = words.join(' ')
  if (target === 'cluster setting') {
    return { kind: 'show', target, variable: parseVariableName(cursor), names: [], clauses: [], ...cursor.since(start) }
  }
  if (target.startsWith('zone') && cursor.isWord('from', 'for')) {
    cursor.next()
    const zone = parseZoneTarget(cursor)
    if (!zone) throw cursor.unexpected()
    return { kind: 'show', target, names: [], clauses: [], zone, ...cursor.since(start) }
  }
  if (target.startsWith('job') && startsQuery(cursor)) {
    const query = parseQuery(cursor)
    return { kind: 'show', target, names: [], clauses: [], query, ...cursor.since(start) }
  }
  const names = startsClause(cursor) || !isShownName(cursor) ? [] : commaList(cursor, parseShownName)
  const clauses: ShowClause[] = []
  while (startsClause(cursor)) clauses.push(parseClause(cursor))
  const restStart = cursor.at
  parseRest(cursor)
  const rest = cursor.at > restStart ? cursor.since(restStart) : undefined
  return { kind: 'show', target, names, clauses, ...(rest && { rest }), ...cursor.since(start) }
}

/** Variables whose names are several words. */
const wordyVariables: readonly (readonly [words: readonly string[], name: string])[] = [
  [['time', 'zone'], 'timezone'],
  [['transaction', 'isolation', 'level'], 'transaction_isolation'],
  [['transaction', 'priority'], 'transaction_priority'],
  [['transaction', 'status'], 'transaction_status'],
]

function parseVariable(cursor: Cursor): string | undefined {
  cursor.skipWords('session')
  const wordy = wordyVariables.find(([words]) => cursor.isWords(...words))
  if (wordy) {
    cursor.skipWords(...wordy[0])
    return wordy[1]
  }
  const isTarget = showTargets.some(words => cursor.isWords(...words))
  if (isTarget && !cursor.isWords('session')) return undefined
  if (!['word', 'quoted'].includes(cursor.peek().kind)) return undefined
  return parseVariableName(cursor)
}

const clauseWords = ['from', 'in', 'for', 'on', 'with', 'where', 'as'] as const

function startsClause(cursor: Cursor): boolean {
  return cursor.isWord(...clauseWords)
}

function isShownName(cursor: Cursor): boolean {
  return cursor.isSymbol('*') || ['word', 'quoted', 'string', 'number', 'placeholder'].includes(cursor.peek().kind)
}

/** Words that may stand between a clause's own word and its names. */
const objectWords = [
  ['all', 'databases'],
  ['all', 'roles'],
  ['current', 'catalog'],
  ['cluster'],
  ['database'],
  ['external', 'connection'],
  ['function'],
  ['index'],
  ['materialized', 'view'],
  ['partition'],
  ['procedure'],
  ['range'],
  ['role'],
  ['roles'],
  ['schema'],
  ['sequence'],
  ['session'],
  ['table'],
  ['type'],
  ['user'],
  ['virtual', 'cluster'],
] as const

function parseClause(cursor: Cursor): ShowClause {
  const start = cursor.at
  const word = clauseWords.find(candidate => cursor.skipWords(candidate))
  if (!word) throw cursor.unexpected()
  if (word === 'where' || word === 'with' || word === 'as') {
    const options = word === 'with' ? optionWords(cursor) : (parseRest(cursor), '')
    return { kind: 'show-clause', word, of: options, names: [], ...cursor.since(start) }
  }
  // A table may be named `table`: the words count only when a name follows, or stand for themselves.
  const object = objectWords.find(words => cursor.isWords(...words))
  if (object) cursor.skipWords(...object)
  const named = isShownName(cursor) && !startsClause(cursor)
  const names = named ? commaList(cursor, parseShownName) : []
  return { kind: 'show-clause', word, of: object?.join(' ') ?? '', names, ...cursor.since(start) }
}

/** `WITH COMMENT`, `WITH DETAILS, KEYS`: the words, joined by blanks and commas. */
function optionWords(cursor: Cursor): string {
  const options = commaList(cursor, item => {
    const words: string[] = []
    while (['word', 'string', 'number'].includes(item.peek().kind) || item.isSymbol('=')) words.push(item.next().value)
    if (words.length === 0) throw item.unexpected()
    return words.join(' ')
  })
  return options.join(',')
}

/** A name, `table@index`, or (for jobs, schedules and users) a literal, which becomes a one-part name. */
function parseShownName(cursor: Cursor): Name | IndexName {
  const start = cursor.at
  const parts = [shownPart(cursor)]
  while (cursor.skipSymbol('.')) parts.push(cursor.skipSymbol('*') ? '*' : cursor.label().name)
  const name: Name = { kind: 'name', parts, ...cursor.since(start) }
  if (!cursor.skipSymbol('@')) return name
  const indexStart = cursor.at
  const index: Name = { kind: 'name', parts: [cursor.label().name], ...cursor.since(indexStart) }
  return { kind: 'index-name', table: name, index, ...cursor.since(start) }
}

function shownPart(cursor: Cursor): string {
  if (!isShownName(cursor)) throw cursor.unexpected()
  return cursor.next().value
}
