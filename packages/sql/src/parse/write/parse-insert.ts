import type { Expression } from '../../tree/node.js'
import type { With } from '../../tree/query.js'
import type { Conflict, Insert } from '../../tree/write.js'
import { type Cursor, commaList, parenthesized } from '../cursor.js'
import { parseExpression } from '../parse-expression.js'
import { parseName } from '../parse-name.js'
import { parseAlias } from '../query/parse-from.js'
import { parseQuery, startsQuery } from '../query/parse-query.js'
import { parseAssignment, parseReturning } from './parse-update.js'

/** INSERT and UPSERT. Source: https://www.cockroachlabs.com/docs/v26.2/insert */
export function parseInsert(cursor: Cursor, leading?: { readonly with: With; readonly start: number }): Insert {
  const start = leading?.start ?? cursor.at
  const upsert = cursor.next().value === 'upsert'
  cursor.expectWords('into')
  const table = parseName(cursor)
  const alias = cursor.isWord('as') ? parseAlias(cursor) : undefined
  const listStart = cursor.at
  const columns =
    cursor.isSymbol('(') && !startsQuery(cursor) ? parenthesized(cursor, item => item.identifier()) : undefined
  const columnList = columns && cursor.since(listStart)
  const sourceStart = cursor.at
  const source = cursor.skipWords('default', 'values') ? undefined : parseQuery(cursor)
  const sourceRange = cursor.since(sourceStart)
  const conflict = !upsert && cursor.isWords('on', 'conflict') ? parseConflict(cursor) : undefined
  const returning = parseReturning(cursor)
  return {
    kind: 'insert',
    ...(leading && { with: leading.with }),
    upsert,
    table,
    ...(alias && { alias }),
    ...(columns && { columns }),
    ...(columnList && { columnList }),
    ...(source && { source }),
    sourceRange,
    ...(conflict && { conflict }),
    ...(returning && { returning }),
    ...cursor.since(start),
  }
}

const conflictStops: ReadonlySet<string> = new Set(['do', 'where', 'returning'])

function parseConflict(cursor: Cursor): Conflict {
  const start = cursor.at
  cursor.expectWords('on', 'conflict')
  const columns = cursor.isSymbol('(') ? parseConflictColumns(cursor) : undefined
  const constraint = !columns && cursor.skipWords('on', 'constraint') ? cursor.looseIdentifier().name : undefined
  const targetWhere = cursor.skipWords('where') ? parseExpression(cursor, conflictStops) : undefined
  cursor.expectWords('do')
  const nothing = cursor.skipWords('nothing')
  if (!nothing) cursor.expectWords('update', 'set')
  const assignments = nothing ? [] : commaList(cursor, parseAssignment)
  const where = !nothing && cursor.skipWords('where') ? parseExpression(cursor, conflictStops) : undefined
  return {
    kind: 'conflict',
    ...(columns && { columns }),
    ...(targetWhere && { targetWhere }),
    ...(constraint !== undefined && { constraint }),
    action: nothing ? 'nothing' : 'update',
    assignments,
    ...(where && { where }),
    ...cursor.since(start),
  }
}

/** The list of columns or expressions, without its parentheses. */
function parseConflictColumns(cursor: Cursor): Expression {
  cursor.expectSymbol('(')
  const start = cursor.at
  const items = commaList(cursor, item => parseExpression(item))
  const columns: Expression = { kind: 'expression', parts: items.flatMap(item => item.parts), ...cursor.since(start) }
  cursor.expectSymbol(')')
  return columns
}
