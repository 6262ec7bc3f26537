import type {
  AlterIndex,
  CreateIndex,
  DropIndex,
  IndexColumn,
  IndexDefinition,
  IndexMethod,
  KeyDefinition,
} from '../../tree/table.js'
import { type Cursor, commaList, parenthesized } from '../cursor.js'
import { columnName, parseExpression } from '../parse-expression.js'
import { parseIdentifierName, parseIndexName, parseName } from '../parse-name.js'
import { parseHashSharding } from './parse-constraint.js'
import { parseStorageParameters } from './parse-create-table.js'
import { parsePartitionBy } from './parse-partition-by.js'

/** Whether an element of CREATE TABLE is an index and not a column of that name. */
export function startsInlineIndex(cursor: Cursor): boolean {
  if (cursor.isWords('unique', 'index') || cursor.isWord('index')) return true
  return cursor.isWords('inverted', 'index') || cursor.isWords('vector', 'index')
}

/** `[UNIQUE | INVERTED | VECTOR] INDEX [name] (columns) …` inside CREATE TABLE. */
export function parseInlineIndex(cursor: Cursor): IndexDefinition {
  const start = cursor.at
  const unique = cursor.skipWords('unique')
  const prefix = cursor.takeWord('inverted', 'vector')
  cursor.expectWords('index')
  const name = cursor.isSymbol('(') ? undefined : cursor.identifier().name
  const method = indexMethod(cursor, prefix)
  return {
    kind: 'index',
    ...(name !== undefined && { name }),
    unique,
    method,
    ...parseKeyDefinition(cursor),
    ...cursor.since(start),
  }
}

/** After CREATE. Source: https://www.cockroachlabs.com/docs/v26.2/create-index */
export function parseCreateIndex(cursor: Cursor, start: number): CreateIndex {
  const unique = cursor.skipWords('unique')
  const prefix = cursor.takeWord('inverted', 'vector')
  cursor.expectWords('index')
  cursor.skipWords('concurrently')
  const ifNotExists = cursor.skipWords('if', 'not', 'exists')
  const name = cursor.isWord('on') ? undefined : cursor.looseIdentifier().name
  cursor.expectWords('on')
  const table = parseName(cursor)
  const method = indexMethod(cursor, prefix)
  const definition = parseKeyDefinition(cursor)
  return {
    kind: 'create-index',
    ...(name !== undefined && { name }),
    ifNotExists,
    unique,
    method,
    table,
    ...definition,
    ...cursor.since(start),
  }
}

const methods: ReadonlyMap<string, IndexMethod> = new Map([
  ['btree', 'btree'],
  ['prefix', 'btree'],
  ['gin', 'inverted'],
  ['inverted', 'inverted'],
  ['gist', 'gist'],
  ['cspann', 'vector'],
  ['hnsw', 'vector'],
  ['hash', 'hash'],
  ['brin', 'brin'],
])

/** `USING method` before the columns; USING HASH after them is sharding. */
function indexMethod(cursor: Cursor, prefix: string | undefined): IndexMethod {
  if (cursor.skipWords('using')) {
    const method = methods.get(cursor.peek().value)
    if (!method) throw cursor.unexpected()
    cursor.next()
    return method
  }
  return prefix === 'inverted' ? 'inverted' : prefix === 'vector' ? 'vector' : 'btree'
}

/** Columns of a key or index and everything after them. */
export function parseKeyDefinition(cursor: Cursor): KeyDefinition {
  const columns = parenthesized(cursor, parseIndexColumn)
  const hash = parseHashSharding(cursor)
  const storing = cursor.takeWord('storing', 'covering', 'include') ? parenthesized(cursor, parseIdentifierName) : []
  const partitionBy = parsePartitionBy(cursor)
  const early = parseStorageParameters(cursor)
  const where = cursor.skipWords('where')
    ? parseExpression(cursor, new Set(['not', 'visible', 'visibility']))
    : undefined
  const parameters = early.length > 0 ? early : parseStorageParameters(cursor)
  const visibility = parseVisibility(cursor) ?? 1
  return {
    columns,
    ...(hash && { hash }),
    storing,
    ...(where && { where }),
    ...(partitionBy && { partitionBy }),
    parameters,
    visibility,
    withoutIndex: false,
  }
}

function parseVisibility(cursor: Cursor): number | undefined {
  if (cursor.skipWords('not', 'visible')) return 0
  if (cursor.skipWords('visible')) return 1
  if (!cursor.skipWords('visibility')) return undefined
  const visibility = cursor.peek().kind === 'number' ? Number(cursor.peek().text) : Number.NaN
  if (!(visibility >= 0 && visibility <= 1)) throw cursor.unexpected()
  cursor.next()
  return visibility
}

const columnStops: ReadonlySet<string> = new Set(['asc', 'desc', 'nulls'])

export function parseIndexColumn(cursor: Cursor): IndexColumn {
  const start = cursor.at
  const whole = parseExpression(cursor, columnStops)
  const lone = columnName(cursor, whole)
  // An operator class is a bare name after the column: `name gin_trgm_ops`.
  const withClass = !lone && whole.end - whole.start > 1 && cursor.tokens[whole.end - 1]?.value.endsWith('_ops')
  const expression = withClass ? { ...whole, end: whole.end - 1 } : whole
  const name = columnName(cursor, expression)
  const direction = cursor.takeWord('asc', 'desc')
  const nulls = cursor.skipWords('nulls') ? cursor.peek().value : undefined
  if (nulls === (direction === 'desc' ? 'first' : 'last')) throw cursor.refused()
  if (nulls !== undefined) cursor.expectWords(direction === 'desc' ? 'last' : 'first')
  return {
    kind: 'index-column',
    ...(name?.length === 1 ? { name: name[0] ?? '' } : { expression }),
    ...(withClass && { operatorClass: cursor.tokens[whole.end - 1]?.value ?? '' }),
    ...(direction !== undefined && { direction: direction === 'asc' ? 'asc' : 'desc' }),
    ...(nulls !== undefined && { nulls: nulls === 'first' ? 'first' : 'last' }),
    ...cursor.since(start),
  }
}

/** After DROP INDEX. */
export function parseDropIndex(cursor: Cursor, start: number): DropIndex {
  cursor.skipWords('concurrently')
  const ifExists = cursor.skipWords('if', 'exists')
  const indexes = commaList(cursor, parseIndexName)
  const cascade = cursor.skipWords('cascade')
  if (!cascade) cursor.skipWords('restrict')
  return { kind: 'drop-index', indexes, ifExists, cascade, ...cursor.since(start) }
}

/** After ALTER INDEX. */
export function parseAlterIndex(cursor: Cursor, start: number): AlterIndex {
  const ifExists = cursor.skipWords('if', 'exists')
  const index = parseIndexName(cursor)
  const base = { kind: 'alter-index', index, ifExists } as const
  if (cursor.skipWords('rename', 'to')) return { ...base, to: cursor.looseIdentifier().name, ...cursor.since(start) }
  const visibility = parseVisibility(cursor)
  if (visibility !== undefined) return { ...base, visibility, ...cursor.since(start) }
  const partitionBy = parsePartitionBy(cursor)
  if (partitionBy) return { ...base, partitionBy, ...cursor.since(start) }
  const words: string[] = []
  while (!cursor.atEnd()) words.push(cursor.next().value)
  if (words.length === 0) throw cursor.unexpected()
  return { ...base, other: words.join(' '), ...cursor.since(start) }
}
