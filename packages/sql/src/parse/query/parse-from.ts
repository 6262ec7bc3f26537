import type { Range, TypeName } from '../../tree/node.js'
import type { Alias, FromItem, FunctionRef, Join, TableRef } from '../../tree/query.js'
import { type Cursor, parenthesized } from '../cursor.js'
import { parseCallExpression, parseExpression } from '../parse-expression.js'
import { parseIdentifierName, parseName } from '../parse-name.js'
import { parseStatementAt } from '../parse-statement.js'
import { parseType } from '../parse-type.js'
import { parseQuery, startsWholeQuery } from './parse-query.js'

/** Words that end a join condition. */
const conditionStops: ReadonlySet<string> = new Set(
  `join inner cross natural full left right where group having window order limit offset fetch for union intersect except
  returning as set on`.split(/\s+/),
)

/** A table expression with the joins after it. Source: https://www.cockroachlabs.com/docs/v26.2/table-expressions */
export function parseFromItem(cursor: Cursor): FromItem {
  const start = cursor.at
  let left = parseOperand(cursor)
  for (;;) {
    const head = parseJoinHead(cursor)
    if (!head) return left
    const right = head.type === 'cross' || head.natural ? parseOperand(cursor) : parseRightSide(cursor)
    const on = cursor.skipWords('on') ? parseCondition(cursor) : undefined
    const using = cursor.skipWords('using') ? parenthesized(cursor, parseIdentifierName) : undefined
    left = { kind: 'join', ...head, left, right, ...(on && { on }), ...(using && { using }), ...cursor.since(start) }
  }
}

/** The right side of a join with a condition: `a JOIN b JOIN c ON … ON …` nests to the right. */
function parseRightSide(cursor: Cursor): FromItem {
  const right = parseOperand(cursor)
  const next = cursor.peek()
  if (next.kind !== 'word' || next.value === 'on' || next.value === 'using') return right
  const start = right.start
  const head = parseJoinHead(cursor)
  if (!head) return right
  const inner = head.type === 'cross' || head.natural ? parseOperand(cursor) : parseRightSide(cursor)
  const on = cursor.skipWords('on') ? parseCondition(cursor) : undefined
  return { kind: 'join', ...head, left: right, right: inner, ...(on && { on }), ...cursor.since(start) }
}

function parseCondition(cursor: Cursor): ReturnType<typeof parseExpression> {
  return parseExpression(cursor, conditionStops)
}

type JoinHead = Pick<Join, 'type' | 'natural' | 'hint'>

function parseJoinHead(cursor: Cursor): JoinHead | undefined {
  const start = cursor.at
  const natural = cursor.skipWords('natural')
  const word = cursor.takeWord('cross', 'inner', 'left', 'right', 'full')
  if (word === 'left' || word === 'right' || word === 'full') cursor.skipWords('outer')
  const hintStart = cursor.at
  const hinted = cursor.takeWord('hash', 'merge', 'lookup', 'inverted', 'straight') !== undefined
  const hint = hinted ? cursor.since(hintStart) : undefined
  if (!cursor.skipWords('join')) {
    cursor.at = start
    return undefined
  }
  const type = word === undefined || word === 'inner' ? 'inner' : word
  return { type: joinType(type), natural, ...(hint && { hint }) }
}

function joinType(word: string): Join['type'] {
  return word === 'left' || word === 'right' || word === 'full' || word === 'cross' ? word : 'inner'
}

function parseOperand(cursor: Cursor): FromItem {
  const start = cursor.at
  if (cursor.isSymbol('[')) return parseStatementRef(cursor)
  const lateral = cursor.skipWords('lateral')
  if (cursor.isSymbol('(')) return parseParenthesis(cursor, start, lateral)
  if (isFunction(cursor)) return parseFunction(cursor, start, lateral)
  return parseTableRef(cursor)
}

function parseStatementRef(cursor: Cursor): FromItem {
  const start = cursor.at
  cursor.expectSymbol('[')
  if (cursor.peek().kind === 'number') throw cursor.unimplemented('numeric table references')
  const statement = parseStatementAt(cursor)
  cursor.expectSymbol(']')
  return { kind: 'statement-ref', statement, ...parseRefTail(cursor), ...cursor.since(start) }
}

function parseParenthesis(cursor: Cursor, start: number, lateral: boolean): FromItem {
  cursor.expectSymbol('(')
  if (startsWholeQuery(cursor)) {
    const query = parseQuery(cursor)
    cursor.expectSymbol(')')
    return { kind: 'query-ref', lateral, query, ...parseRefTail(cursor), ...cursor.since(start) }
  }
  const item = parseFromItem(cursor)
  cursor.expectSymbol(')')
  const alias = parseAlias(cursor)
  return { kind: 'nested-from', item, ...(alias && { alias }), ...cursor.since(start) }
}

function isFunction(cursor: Cursor): boolean {
  if (cursor.isWords('rows', 'from') && cursor.peek(2).text === '(') return true
  let ahead = 1
  while (cursor.peek(ahead).text === '.') ahead += 2
  return ['word', 'quoted'].includes(cursor.peek().kind) && cursor.peek(ahead).text === '('
}

function parseFunction(cursor: Cursor, start: number, lateral: boolean): FunctionRef {
  const expression = parseCallExpression(cursor)
  cursor.skipWords('with', 'ordinality')
  const alias = parseAlias(cursor)
  return { kind: 'function-ref', lateral, expression, ...(alias && { alias }), ...cursor.since(start) }
}

/** `[ONLY] name [@hint] [WITH ORDINALITY] [[AS] alias]`. */
export function parseTableRef(cursor: Cursor): TableRef {
  const start = cursor.at
  cursor.skipWords('only')
  const name = parseName(cursor)
  const hint = parseHint(cursor)
  cursor.skipSymbol('*')
  return { kind: 'table-ref', name, ...(hint && { hint }), ...parseRefTail(cursor), ...cursor.since(start) }
}

/** `@index`, `@[1]` or `@{FORCE_INDEX=index, …}`. */
function parseHint(cursor: Cursor): Range | undefined {
  const start = cursor.at
  if (!cursor.skipSymbol('@')) return undefined
  if (cursor.skipSymbol('{')) {
    while (!cursor.isSymbol('}')) {
      if (cursor.atEnd()) throw cursor.unexpected()
      cursor.next()
    }
    cursor.next()
  } else if (cursor.skipSymbol('[')) {
    cursor.integer()
    cursor.expectSymbol(']')
  } else cursor.label()
  return cursor.since(start)
}

function parseRefTail(cursor: Cursor): { readonly ordinality?: Range; readonly alias?: Alias } {
  const start = cursor.at
  const ordinality = cursor.skipWords('with', 'ordinality') ? cursor.since(start) : undefined
  const alias = parseAlias(cursor)
  return { ...(ordinality && { ordinality }), ...(alias && { alias }) }
}

/** Words that follow a table and would be taken for its alias. */
const notAliases = ['set', 'hash', 'merge', 'lookup', 'inverted', 'straight', 'values', 'default', 'tablesample']

export function parseAlias(cursor: Cursor): Alias | undefined {
  const start = cursor.at
  if (cursor.isWords('as', 'of', 'system', 'time')) return undefined
  const explicit = cursor.skipWords('as')
  if (!explicit && (!cursor.isName() || cursor.isWord(...notAliases))) return undefined
  const name = explicit && cursor.isSymbol('(') ? undefined : cursor.identifier().name
  const { columns, types } = cursor.isSymbol('(') ? parseAliasColumns(cursor) : { columns: undefined, types: [] }
  return {
    kind: 'alias',
    ...(name !== undefined && { name }),
    ...(columns && { columns }),
    types,
    ...cursor.since(start),
  }
}

function parseAliasColumns(cursor: Cursor): {
  readonly columns: readonly string[]
  readonly types: readonly TypeName[]
} {
  const types: TypeName[] = []
  const columns = parenthesized(cursor, item => {
    const { name } = item.identifier()
    if (!item.isSymbol(',', ')')) types.push(parseType(item))
    return name
  })
  return { columns, types }
}
