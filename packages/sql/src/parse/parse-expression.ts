import type { Call, Expression, ExpressionPart, Name, OrderItem, Range } from '../tree/node.js'
import type { Cursor } from './cursor.js'
import { parseIndexName, parseName } from './parse-name.js'
import { parseIntervalFields, parseType } from './parse-type.js'
import { parseQuery, startsWholeQuery } from './query/parse-query.js'

/** Words after which a parenthesis does not make a function call. */
const notFunctions: ReadonlySet<string> = new Set(
  `all and any array as between by case check distinct else end except exists filter from group having ilike in
  intersect is like limit not notnull isnull offset on or order over partition returning row select set similar some
  then to union using values when where with within`.split(/\s+/),
)

/** Types that PostgreSQL spells otherwise, and that may stand before a literal: `STRING 'a'`. */
const prefixTypes: ReadonlySet<string> = new Set(
  `string bytes blob int integer int2 int4 int8 int64 bigint smallint float float4 float8 decimal dec numeric bool
  boolean json jsonb uuid`.split(/\s+/),
)

/**
 * Reads an expression up to a comma, a closing bracket, the end of the statement or one of the words in `stops`, each
 * outside of brackets. The expression is not understood beyond its parts: calls, types, subqueries and orderings.
 *
 * Throws when there is none.
 */
export function parseExpression(cursor: Cursor, stops: ReadonlySet<string> = noStops): Expression {
  const start = cursor.at
  const parts: ExpressionPart[] = []
  scan(cursor, stops, parts)
  if (cursor.at === start) throw cursor.unexpected()
  return { kind: 'expression', parts, ...cursor.since(start) }
}

/** Reads everything up to the end of the statement or of the brackets around it, commas and clause words included. */
export function parseRest(cursor: Cursor, stops: ReadonlySet<string> = noStops): Expression {
  const start = cursor.at
  const parts: ExpressionPart[] = []
  scan(cursor, stops, parts)
  while (cursor.isSymbol(',')) {
    cursor.next()
    scan(cursor, stops, parts)
  }
  return { kind: 'expression', parts, ...cursor.since(start) }
}

/** Reads one call and nothing after it: `f(…)` or `ROWS FROM (f(…), …)`. */
export function parseCallExpression(cursor: Cursor): Expression {
  const start = cursor.at
  const parts: ExpressionPart[] = []
  if (cursor.skipWords('rows', 'from')) scanParentheses(cursor, parts)
  else scanName(cursor, parts)
  return { kind: 'expression', parts, ...cursor.since(start) }
}

const noStops: ReadonlySet<string> = new Set()
const endOfCase: ReadonlySet<string> = new Set(['end'])
const endOfOrdering: ReadonlySet<string> = new Set([
  'asc',
  'desc',
  'nulls',
  'rows',
  'range',
  'groups',
  'limit',
  'using',
])
const beforeAs: ReadonlySet<string> = new Set(['as'])

function scan(cursor: Cursor, stops: ReadonlySet<string>, parts: ExpressionPart[]): void {
  for (;;) {
    const token = cursor.peek()
    switch (token.kind) {
      case 'end':
        return
      case 'word':
        // LEFT and RIGHT end a join condition, unless they are the functions.
        // After the query of SPLIT AT; nowhere else can these two stand.
        if (cursor.isWords('with', 'expiration')) return
        if (stops.has(token.value) && cursor.peek(1).text !== '(') return
        if (stops.has(token.value) && !['left', 'right'].includes(token.value)) return
        scanWord(cursor, parts)
        break
      case 'quoted':
        scanName(cursor, parts)
        break
      case 'punctuation':
        if (token.text === '(') scanParentheses(cursor, parts)
        else if (token.text === '[') scanBrackets(cursor, parts)
        else if (token.text === '.') scanField(cursor)
        else return
        break
      case 'operator':
        cursor.next()
        if (token.text === '::' || token.text === ':::') parts.push(parseType(cursor))
        break
      case 'string':
      case 'bytes':
      case 'bits':
      case 'number':
      case 'placeholder':
        cursor.next()
        break
    }
  }
}

function scanWord(cursor: Cursor, parts: ExpressionPart[]): void {
  const word = cursor.peek().value
  const following = cursor.peek(1)
  if (word === 'case') {
    cursor.next()
    scan(cursor, endOfCase, parts)
    cursor.expectWords('end')
  } else if (word === 'collation' && following.value === 'for') {
    cursor.skipWords('collation', 'for')
  } else if (word === 'operator' && following.text === '(') {
    scanQualifiedOperator(cursor)
  } else if (word === 'is') {
    cursor.next()
    cursor.skipWords('not')
    cursor.skipWords('distinct', 'from')
  } else if (word === 'interval' && following.kind === 'string') {
    const start = cursor.at
    cursor.next()
    const type = { kind: 'type', name: 'interval', quoted: false, modifiers: [], array: false } as const
    cursor.next()
    const fields = parseIntervalFields(cursor)
    if (fields !== undefined) parts.push({ ...type, fields, ...cursor.since(start) })
  } else if (following.kind === 'string' && prefixTypes.has(word)) {
    parts.push(parseType(cursor))
  } else if (notFunctions.has(word) || (following.text !== '(' && following.text !== '.')) {
    cursor.next()
  } else {
    scanName(cursor, parts)
  }
}

/** `OPERATOR(pg_catalog.~)`, which psql and Drizzle write. */
function scanQualifiedOperator(cursor: Cursor): void {
  cursor.next()
  cursor.expectSymbol('(')
  while (['word', 'quoted'].includes(cursor.peek().kind)) {
    cursor.next()
    cursor.expectSymbol('.')
  }
  if (cursor.peek().kind !== 'operator') throw cursor.unexpected()
  cursor.next()
  cursor.expectSymbol(')')
}

/** A column or a call. `t.*` ends after its star. */
function scanName(cursor: Cursor, parts: ExpressionPart[]): void {
  const start = cursor.at
  cursor.next()
  const names = [cursor.tokens[start]?.value ?? '']
  while (cursor.isSymbol('.') && ['word', 'quoted'].includes(cursor.peek(1).kind)) {
    cursor.next()
    names.push(cursor.next().value)
  }
  if (!cursor.isSymbol('(')) return
  const name: Name = { kind: 'name', parts: names, ...cursor.since(start) }
  const args = scanArguments(cursor, names.length === 1 ? (names[0] ?? '') : '', parts)
  const call: Call = { kind: 'call', name, args, ...cursor.since(start) }
  parts.push(call)
}

/** What follows a dot that no name precedes, such as in `(row).field` and `(row).*`. */
function scanField(cursor: Cursor): void {
  cursor.next()
  if (cursor.skipSymbol('*')) return
  cursor.skipSymbol('@')
  if (!['word', 'quoted', 'number'].includes(cursor.peek().kind)) throw cursor.unexpected()
  cursor.next()
}

function scanArguments(cursor: Cursor, name: string, parts: ExpressionPart[]): readonly Range[] {
  cursor.expectSymbol('(')
  if (startsWholeQuery(cursor)) {
    const query = parseQuery(cursor)
    parts.push(query)
    cursor.expectSymbol(')')
    return [query]
  }
  const args: Range[] = []
  let refused = name === 'grouping'
  while (!cursor.isSymbol(')')) {
    const start = cursor.at
    refused ||= cursor.isWord('variadic')
    scanElement(cursor, parts, name === 'cast' ? beforeAs : noStops)
    if (name === 'cast' && cursor.skipWords('as')) parts.push(parseType(cursor))
    args.push(cursor.since(start))
    if (cursor.skipSymbol(',')) {
      if (name !== 'annotate_type') continue
      const type = parseType(cursor)
      parts.push(type)
      args.push(type)
    } else if (!cursor.isSymbol(')')) throw cursor.unexpected()
  }
  if (refused) throw cursor.refused()
  cursor.next()
  return args
}

function scanParentheses(cursor: Cursor, parts: ExpressionPart[]): void {
  cursor.expectSymbol('(')
  if (startsWholeQuery(cursor)) {
    parts.push(parseQuery(cursor))
  } else if (!cursor.isSymbol(')')) {
    do scanElement(cursor, parts, noStops)
    while (cursor.skipSymbol(','))
  }
  cursor.expectSymbol(')')
}

function scanBrackets(cursor: Cursor, parts: ExpressionPart[]): void {
  cursor.expectSymbol('[')
  if (!cursor.isSymbol(']')) {
    do scan(cursor, noStops, parts)
    while (cursor.skipSymbol(','))
  }
  cursor.expectSymbol(']')
}

/** One element of a parenthesised list, which may end with ORDER BY: `string_agg(a, ',' ORDER BY b DESC)`, `OVER (… ORDER BY b ROWS …)`. */
function scanElement(cursor: Cursor, parts: ExpressionPart[], stops: ReadonlySet<string>): void {
  scan(cursor, stops === noStops ? beforeOrder : stops, parts)
  if (!cursor.skipWords('order', 'by')) return
  do parts.push(parseOrderItem(cursor))
  while (cursor.skipSymbol(','))
  scan(cursor, noStops, parts)
}

const beforeOrder: ReadonlySet<string> = new Set(['order'])

/** A key of ORDER BY. `stops` are the words that may follow the clause, beside its own. */
export function parseOrderItem(cursor: Cursor, stops: ReadonlySet<string> = noStops): OrderItem {
  const start = cursor.at
  const index = parseOrderingIndex(cursor)
  if (index) return index
  const expression = parseExpression(cursor, stops === noStops ? endOfOrdering : new Set([...endOfOrdering, ...stops]))
  if (cursor.skipWords('using')) {
    cursor.next()
  }
  const direction = cursor.takeWord('asc', 'desc')
  const nulls = cursor.skipWords('nulls') ? (cursor.takeWord('first', 'last') ?? fail(cursor)) : undefined
  return {
    kind: 'order-item',
    expression,
    ...(direction !== undefined && { direction: direction === 'asc' ? 'asc' : 'desc' }),
    ...(nulls !== undefined && { nulls: nulls === 'first' ? 'first' : 'last' }),
    ...cursor.since(start),
  }
}

/** `PRIMARY KEY t` and `INDEX t@i`, which stand for the columns of an index. */
function parseOrderingIndex(cursor: Cursor): OrderItem | undefined {
  const start = cursor.at
  const isIndex = cursor.isWord('index')
  if (!isIndex && !cursor.isWords('primary', 'key')) return undefined
  cursor.at += isIndex ? 1 : 2
  const nameStart = cursor.at
  const index = isIndex ? parseIndexName(cursor) : parseName(cursor)
  const expression: Expression = { kind: 'expression', parts: [], ...cursor.since(nameStart) }
  const direction = cursor.takeWord('asc', 'desc') === 'desc' ? 'desc' : 'asc'
  return { kind: 'order-item', expression, direction, index, ...cursor.since(start) }
}

function fail(cursor: Cursor): never {
  throw cursor.unexpected()
}

/** Whether the expression is one name, and which: `['t', 'a']`. */
export function columnName(cursor: Pick<Cursor, 'tokens' | 'source'>, range: Range): readonly string[] | undefined {
  const parts: string[] = []
  for (let at = range.start; at < range.end; at += 2) {
    const token = cursor.tokens[at]
    const dot = cursor.tokens[at + 1]
    if (!token || (token.kind !== 'word' && token.kind !== 'quoted')) return undefined
    if (at + 1 < range.end && dot?.text !== '.') return undefined
    parts.push(token.value)
  }
  return parts.length > 0 && (range.end - range.start) % 2 === 1 ? parts : undefined
}
