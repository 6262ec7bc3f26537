import type { Identifier, Parameter } from '../../tree/node.js'
import type { CreateTable, Family, LikeTable, Locality, TableElement } from '../../tree/table.js'
import { type Cursor, commaList, parenthesized } from '../cursor.js'
import { parseExpression } from '../parse-expression.js'
import { parseIdentifierName, parseName } from '../parse-name.js'
import { parseQuery } from '../query/parse-query.js'
import { parseColumnDefinition } from './parse-column.js'
import { parseConstraint, startsConstraint } from './parse-constraint.js'
import { parseInlineIndex, startsInlineIndex } from './parse-index.js'
import { parsePartitionBy } from './parse-partition-by.js'

/** After CREATE [TEMPORARY] TABLE. Source: https://www.cockroachlabs.com/docs/v26.2/create-table */
export function parseCreateTable(cursor: Cursor, start: number, temporary: boolean): CreateTable {
  const ifNotExists = cursor.skipWords('if', 'not', 'exists')
  const name = parseName(cursor)
  const columnNames = parseColumnNames(cursor)
  const elements = columnNames ? [] : parseElements(cursor)
  const partitionBy = parsePartitionBy(cursor)
  const parameters = parseStorageParameters(cursor)
  if (cursor.isWords('on', 'commit')) parseOnCommit(cursor)
  const locality = parseLocality(cursor)
  const as = cursor.skipWords('as') ? parseQuery(cursor) : undefined
  if (!as && columnNames) throw cursor.unexpected()
  return {
    kind: 'create-table',
    name,
    ifNotExists,
    temporary,
    elements,
    ...(columnNames && { columnNames }),
    ...(as && { as }),
    ...(partitionBy && { partitionBy }),
    parameters,
    ...(locality && { locality }),
    ...cursor.since(start),
  }
}

/** The column list of CREATE TABLE … AS; undefined (and nothing read) when the parenthesis holds definitions. */
function parseColumnNames(cursor: Cursor): readonly Identifier[] | undefined {
  const start = cursor.at
  if (cursor.isWord('as') || cursor.isWord('with')) return []
  if (!cursor.skipSymbol('(')) throw cursor.unexpected()
  const names: Identifier[] = []
  while (cursor.isName() && [',', ')'].includes(cursor.peek(1).text)) {
    names.push(cursor.identifier())
    if (!cursor.skipSymbol(',')) break
  }
  if (names.length > 0 && cursor.skipSymbol(')') && cursor.isWord('as', 'with')) return names
  cursor.at = start
  return undefined
}

function parseElements(cursor: Cursor): readonly TableElement[] {
  cursor.expectSymbol('(')
  if (cursor.skipSymbol(')')) return []
  const elements = commaList(cursor, parseElement)
  cursor.expectSymbol(')')
  return elements
}

function parseElement(cursor: Cursor): TableElement {
  if (cursor.isWord('family')) return parseFamily(cursor)
  if (cursor.isWord('like')) return parseLike(cursor)
  if (startsInlineIndex(cursor)) return parseInlineIndex(cursor)
  if (startsConstraint(cursor)) return parseConstraint(cursor)
  return parseColumnDefinition(cursor)
}

function parseFamily(cursor: Cursor): Family {
  const start = cursor.at
  cursor.expectWords('family')
  const name = cursor.isSymbol('(') ? undefined : cursor.label().name
  const columns = parenthesized(cursor, parseIdentifierName)
  return { kind: 'family', ...(name !== undefined && { name }), columns, ...cursor.since(start) }
}

function parseLike(cursor: Cursor): LikeTable {
  const start = cursor.at
  cursor.expectWords('like')
  const table = parseName(cursor)
  const optionsStart = cursor.at
  while (cursor.takeWord('including', 'excluding') !== undefined) {
    if (cursor.isWord('comments', 'statistics', 'storage')) throw cursor.refused()
    cursor.label()
  }
  return { kind: 'like', table, options: cursor.since(optionsStart), ...cursor.since(start) }
}

/** WITH (name = value, …). */
export function parseStorageParameters(cursor: Cursor): readonly Parameter[] {
  if (!cursor.isWord('with') || cursor.peek(1).text !== '(') return []
  cursor.next()
  return parenthesized(cursor, parseParameter)
}

export function parseParameter(cursor: Cursor): Parameter {
  const start = cursor.at
  let name = cursor.peek().kind === 'string' ? cursor.next().value : cursor.label().name
  while (cursor.skipSymbol('.')) name += `.${cursor.label().name}`
  const value = cursor.skipSymbol('=') ? parseExpression(cursor) : undefined
  return { kind: 'parameter', name, ...(value && { value }), ...cursor.since(start) }
}

function parseOnCommit(cursor: Cursor): void {
  cursor.expectWords('on', 'commit')
  if (cursor.skipWords('preserve', 'rows')) return
  cursor.skipWords('delete')
  throw cursor.refused()
}

/** LOCALITY …, as CREATE TABLE and ALTER TABLE … SET have it. */
export function parseLocality(cursor: Cursor): Locality | undefined {
  const start = cursor.at
  if (!cursor.skipWords('locality')) return undefined
  if (cursor.skipWords('global')) return { kind: 'locality', level: 'global', ...cursor.since(start) }
  cursor.expectWords('regional')
  if (cursor.skipWords('by', 'row')) {
    const column = cursor.skipWords('as') ? cursor.identifier().name : undefined
    return { kind: 'locality', level: 'row', ...(column !== undefined && { column }), ...cursor.since(start) }
  }
  cursor.skipWords('by', 'table')
  const region = cursor.skipWords('in') && !cursor.skipWords('primary', 'region') ? regionName(cursor) : undefined
  return { kind: 'locality', level: 'table', ...(region !== undefined && { region }), ...cursor.since(start) }
}

/** A region is a name or, commonly, a string in double quotes; a string literal is accepted too. */
export function regionName(cursor: Cursor): string {
  return cursor.peek().kind === 'string' ? cursor.string() : cursor.label().name
}
