import type { Token } from '../../token/token.js'
import type { Expression, OrderItem, Range } from '../../tree/node.js'
import type { CommonTable, NestedQuery, Query, QueryBody, Values, With } from '../../tree/query.js'
import { type Cursor, commaList, parenthesized } from '../cursor.js'
import { parseExpression, parseOrderItem } from '../parse-expression.js'
import { parseStatementAt } from '../parse-statement.js'
import { parseTableRef } from './parse-from.js'
import { parseSelect } from './parse-select.js'

/** Words that end an expression in the clauses after a query's body. */
const tailStops: ReadonlySet<string> = new Set(['limit', 'offset', 'fetch', 'for', 'order', 'union', 'returning', 'on'])

/** Whether a query comes next, perhaps after opening parentheses. */
export function startsQuery(cursor: Cursor): boolean {
  let ahead = 0
  while (cursor.peek(ahead).text === '(') ahead++
  const token = cursor.peek(ahead)
  if (token.kind !== 'word') return false
  if (token.value === 'select' || token.value === 'values') return true
  // WITH and TABLE are reserved, but `with` also starts nothing else; TABLE needs a name after it.
  return token.value === 'with' || (token.value === 'table' && ['word', 'quoted'].includes(cursor.peek(ahead + 1).kind))
}

/** As `startsQuery`, but not for what only begins with a query in parentheses: `(SELECT 1) + 1`, `(SELECT 1), 2` or `(SELECT 1) AS a JOIN b`. */
export function startsWholeQuery(cursor: Cursor): boolean {
  if (!startsQuery(cursor)) return false
  if (!cursor.isSymbol('(')) return true
  let depth = 0
  let ahead = 0
  for (; cursor.peek(ahead).text === '('; ahead++) depth++
  // The parentheses that the query begins in must each end where a query can end or go on: `((SELECT 1) > 0)` is none.
  for (let open = depth; open > 0; ahead++) {
    const token = cursor.peek(ahead)
    if (token.kind === 'end') return false
    if (token.text === '(') depth++
    if (token.text !== ')' || --depth >= open) continue
    open = depth
    if (!endsOrGoesOn(cursor.peek(ahead + 1))) return false
  }
  return true
}

function endsOrGoesOn({ kind, text, value }: Token): boolean {
  return text === ')' || (kind === 'word' && queryGoesOn.has(value))
}

const queryGoesOn: ReadonlySet<string> = new Set([
  'union',
  'intersect',
  'except',
  'order',
  'limit',
  'offset',
  'for',
  'fetch',
])

/** SELECT, VALUES, TABLE and what joins them. Source: https://www.cockroachlabs.com/docs/v26.2/selection-queries */
export function parseQuery(cursor: Cursor, leading?: { readonly with: With; readonly start: number }): Query {
  const start = leading?.start ?? cursor.at
  const tables = leading?.with ?? (cursor.isWord('with') ? parseWith(cursor) : undefined)
  const body = parseSetOperation(cursor, 0)
  return { kind: 'query', ...(tables && { with: tables }), body, ...parseTail(cursor), ...cursor.since(start) }
}

function parseTail(cursor: Cursor): Pick<Query, 'orderBy' | 'limit' | 'offset' | 'locking'> {
  let orderBy: readonly OrderItem[] = []
  let limit: Expression | undefined
  let offset: Expression | undefined
  let locking: Range | undefined
  for (;;) {
    if (cursor.skipWords('order', 'by')) orderBy = commaList(cursor, item => parseOrderItem(item, tailStops))
    else if (cursor.skipWords('limit')) limit = parseExpression(cursor, tailStops)
    else if (cursor.skipWords('offset')) offset = parseExpression(cursor, tailStops)
    else if (cursor.skipWords('fetch')) limit = parseFetch(cursor)
    else if (cursor.isWord('for') && !cursor.isWords('for', 'row')) {
      const start = locking?.start ?? cursor.at
      parseLocking(cursor)
      locking = cursor.since(start)
    } else return { orderBy, ...(limit && { limit }), ...(offset && { offset }), ...(locking && { locking }) }
  }
}

function parseFetch(cursor: Cursor): Expression {
  if (cursor.takeWord('first', 'next') === undefined) throw cursor.unexpected()
  const start = cursor.at
  if (!cursor.isWord('row', 'rows')) {
    const count = parseExpression(cursor, new Set(['row', 'rows']))
    cursor.next()
    cursor.expectWords('only')
    return count
  }
  cursor.next()
  const count: Expression = { kind: 'expression', parts: [], start, end: start }
  cursor.expectWords('only')
  return count
}

function parseLocking(cursor: Cursor): void {
  cursor.expectWords('for')
  if (!cursor.skipWords('no', 'key', 'update') && !cursor.skipWords('key', 'share')) {
    if (cursor.takeWord('update', 'share') === undefined) throw cursor.unexpected()
  }
  if (cursor.skipWords('of')) commaList(cursor, item => item.identifier())
  if (!cursor.skipWords('skip', 'locked')) cursor.skipWords('nowait')
}

/** WITH [RECURSIVE] name [(columns)] AS [[NOT] MATERIALIZED] (statement), … */
export function parseWith(cursor: Cursor): With {
  const start = cursor.at
  cursor.expectWords('with')
  const recursive = cursor.skipWords('recursive')
  const tables = commaList(cursor, parseCommonTable)
  return { kind: 'with', recursive, tables, ...cursor.since(start) }
}

function parseCommonTable(cursor: Cursor): CommonTable {
  const start = cursor.at
  const { name } = cursor.identifier()
  const columns = cursor.isSymbol('(') ? parenthesized(cursor, item => item.identifier()) : undefined
  cursor.expectWords('as')
  if (!cursor.skipWords('materialized')) cursor.skipWords('not', 'materialized')
  cursor.expectSymbol('(')
  const statement = parseStatementAt(cursor)
  cursor.expectSymbol(')')
  return { kind: 'common-table', name, ...(columns && { columns }), statement, ...cursor.since(start) }
}

const setPrecedence: ReadonlyMap<string, number> = new Map([
  ['union', 1],
  ['except', 1],
  ['intersect', 2],
])

function parseSetOperation(cursor: Cursor, lowest: number): QueryBody {
  const start = cursor.at
  let left = parsePrimary(cursor)
  for (;;) {
    const operator = cursor.peek().kind === 'word' ? cursor.peek().value : ''
    const precedence = setPrecedence.get(operator) ?? 0
    if (precedence <= lowest) return left
    cursor.next()
    const all = cursor.skipWords('all')
    if (!all) cursor.skipWords('distinct')
    const right = parseSetOperation(cursor, precedence)
    left = {
      kind: 'set-operation',
      operator: operator === 'union' ? 'union' : operator === 'except' ? 'except' : 'intersect',
      all,
      left,
      right,
      ...cursor.since(start),
    }
  }
}

function parsePrimary(cursor: Cursor): QueryBody {
  const start = cursor.at
  if (cursor.isWord('select')) return parseSelect(cursor)
  if (cursor.skipWords('values')) {
    const rows = commaList(cursor, row => parenthesized(row, item => parseExpression(item)))
    return { kind: 'values', rows, ...cursor.since(start) } satisfies Values
  }
  if (cursor.skipWords('table')) {
    const table = parseTableRef(cursor)
    return { kind: 'table-command', table, ...cursor.since(start) }
  }
  cursor.expectSymbol('(')
  const query = parseQuery(cursor)
  cursor.expectSymbol(')')
  return { kind: 'nested-query', query, ...cursor.since(start) } satisfies NestedQuery
}
