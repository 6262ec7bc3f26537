import type { Expression, OrderItem } from '../../tree/node.js'
import type { With } from '../../tree/query.js'
import type { Assignment, Returning, Update } from '../../tree/write.js'
import { type Cursor, commaList, parenthesized } from '../cursor.js'
import { parseExpression, parseOrderItem } from '../parse-expression.js'
import { parseFromItem, parseTableRef } from '../query/parse-from.js'
import { parseTarget } from '../query/parse-select.js'

const writeStops: ReadonlySet<string> = new Set(['from', 'where', 'order', 'limit', 'returning', 'on', 'using'])

/** Source: https://www.cockroachlabs.com/docs/v26.2/update */
export function parseUpdate(cursor: Cursor, leading?: { readonly with: With; readonly start: number }): Update {
  const start = leading?.start ?? cursor.at
  cursor.expectWords('update')
  const table = parseTableRef(cursor)
  cursor.expectWords('set')
  const assignments = commaList(cursor, parseAssignment)
  const from = cursor.skipWords('from') ? commaList(cursor, parseFromItem) : []
  const tail = parseWriteTail(cursor)
  return {
    kind: 'update',
    ...(leading && { with: leading.with }),
    table,
    assignments,
    from,
    ...tail,
    ...cursor.since(start),
  }
}

export function parseAssignment(cursor: Cursor): Assignment {
  const start = cursor.at
  const columns = cursor.isSymbol('(') ? parenthesized(cursor, parseColumn) : [parseColumn(cursor)]
  cursor.expectSymbol('=')
  const value = parseExpression(cursor, writeStops)
  return { kind: 'assignment', columns, value, ...cursor.since(start) }
}

function parseColumn(cursor: Cursor): Assignment['columns'][number] {
  const column = cursor.identifier()
  if (!cursor.isSymbol('.')) return column
  throw cursor.unexpected('assign to the column by its own name, without the table')
}

/** WHERE, ORDER BY, LIMIT and RETURNING of UPDATE and DELETE. */
export function parseWriteTail(cursor: Cursor): {
  readonly where?: Expression
  readonly orderBy: readonly OrderItem[]
  readonly limit?: Expression
  readonly returning?: Returning
} {
  const where = cursor.skipWords('where') ? parseExpression(cursor, writeStops) : undefined
  const orderBy = cursor.skipWords('order', 'by') ? commaList(cursor, item => parseOrderItem(item, writeStops)) : []
  const limit = cursor.skipWords('limit') ? parseExpression(cursor, writeStops) : undefined
  const returning = parseReturning(cursor)
  return { ...(where && { where }), orderBy, ...(limit && { limit }), ...(returning && { returning }) }
}

export function parseReturning(cursor: Cursor): Returning | undefined {
  const start = cursor.at
  if (!cursor.skipWords('returning')) return undefined
  const nothing = cursor.skipWords('nothing')
  const targets = nothing ? [] : commaList(cursor, parseTarget)
  return { kind: 'returning', nothing, targets, ...cursor.since(start) }
}
