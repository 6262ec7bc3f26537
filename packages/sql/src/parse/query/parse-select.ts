import { isNameWord, reservedKeywords } from '../../token/keywords.js'
import type { Expression, Identifier, Name } from '../../tree/node.js'
import type { AsOfClause, Select, Target } from '../../tree/query.js'
import { type Cursor, commaList, parenthesized } from '../cursor.js'
import { parseExpression, parseRest } from '../parse-expression.js'
import { parseFromItem } from './parse-from.js'

/** Words that end a clause of SELECT, RETURNING included for what follows INSERT … SELECT. */
const clauseStops: ReadonlySet<string> = new Set(
  `from where group having window order limit offset fetch for union intersect except returning on into as`.split(' '),
)
const afterOn: ReadonlySet<string> = new Set([...clauseStops].filter(word => word !== 'on'))

export function parseSelect(cursor: Cursor): Select {
  const start = cursor.at
  cursor.expectWords('select')
  const { distinct, distinctOn } = parseDistinct(cursor)
  const targets = cursor.atEnd() || cursor.isSymbol(')') || cursor.isWord('from') ? [] : commaList(cursor, parseTarget)
  const from = cursor.skipWords('from') ? commaList(cursor, parseFromItem) : []
  const asOf = parseAsOf(cursor)
  const where = cursor.skipWords('where') ? parseExpression(cursor, afterOn) : undefined
  const groupBy = cursor.skipWords('group', 'by') ? parseGroupBy(cursor) : []
  const having = cursor.skipWords('having') ? parseExpression(cursor, clauseStops) : undefined
  const window = cursor.skipWords('window')
    ? parseRest(cursor, new Set([...clauseStops].filter(word => word !== 'as')))
    : undefined
  return {
    kind: 'select',
    distinct,
    distinctOn,
    targets,
    from,
    ...(asOf && { asOf }),
    ...(where && { where }),
    groupBy,
    ...(having && { having }),
    ...(window && { window }),
    ...cursor.since(start),
  }
}

function parseDistinct(cursor: Cursor): Pick<Select, 'distinct' | 'distinctOn'> {
  if (cursor.skipWords('all')) return { distinct: 'none', distinctOn: [] }
  if (!cursor.skipWords('distinct')) return { distinct: 'none', distinctOn: [] }
  if (!cursor.skipWords('on')) return { distinct: 'all', distinctOn: [] }
  return { distinct: 'on', distinctOn: parenthesized(cursor, item => parseExpression(item)) }
}

function parseGroupBy(cursor: Cursor): readonly Expression[] {
  cursor.skipWords('all')
  return commaList(cursor, parseGroupingKey)
}

function parseGroupingKey(cursor: Cursor): Expression {
  const isSets = cursor.isWords('grouping', 'sets') || (cursor.isWord('rollup', 'cube') && cursor.peek(1).text === '(')
  const key = parseExpression(cursor, clauseStops)
  if (!isSets) return key
  cursor.at--
  throw cursor.refused()
}

/** An output column of SELECT or RETURNING. */
export function parseTarget(cursor: Cursor): Target {
  const start = cursor.at
  if (cursor.skipSymbol('*')) {
    const expression: Expression = { kind: 'expression', parts: [], ...cursor.since(start) }
    return { kind: 'target', expression, star: true, ...cursor.since(start) }
  }
  const expression = parseExpression(cursor, clauseStops)
  const starOf = qualifierOfStar(cursor, expression)
  if (starOf) return { kind: 'target', expression, star: true, starOf, ...cursor.since(start) }
  if (cursor.isWord('as') && !cursor.isWords('as', 'of', 'system')) {
    cursor.next()
    const alias = cursor.label()
    return { kind: 'target', expression, alias, star: false, ...cursor.since(start) }
  }
  return { kind: 'target', ...splitBareAlias(cursor, expression), star: false, ...cursor.since(start) }
}

function qualifierOfStar(cursor: Cursor, expression: Expression): Name | undefined {
  if (cursor.tokens[expression.end - 1]?.text !== '*' || cursor.tokens[expression.end - 2]?.text !== '.')
    return undefined
  const parts: string[] = []
  for (let at = expression.start; at < expression.end - 1; at += 2) {
    const token = cursor.tokens[at]
    if (!token || !['word', 'quoted'].includes(token.kind) || cursor.tokens[at + 1]?.text !== '.') return undefined
    parts.push(token.value)
  }
  return parts.length === 0 ? undefined : { kind: 'name', parts, start: expression.start, end: expression.end - 2 }
}

/** `count(*) total`: the name is the last token when the one before it ends an operand. */
function splitBareAlias(cursor: Cursor, whole: Expression): { expression: Expression; alias?: Identifier } {
  const last = cursor.tokens[whole.end - 1]
  const before = cursor.tokens[whole.end - 2]
  if (!last || !before || whole.end - whole.start < 2) return { expression: whole }
  if (whole.parts.some(part => part.end === whole.end)) return { expression: whole }
  const isAlias = last.kind === 'quoted' || (last.kind === 'word' && isNameWord(last.value))
  if (!isAlias || !endsOperand(before.kind, before.value, cursor, whole.end - 2)) return { expression: whole }
  return {
    expression: { ...whole, end: whole.end - 1 },
    alias: { kind: 'identifier', name: last.value, start: whole.end - 1, end: whole.end },
  }
}

const operandWords: ReadonlySet<string> = new Set(
  `null true false end current_date current_time current_timestamp current_user session_user user localtime
  localtimestamp current_catalog current_role current_schema`.split(/\s+/),
)

function endsOperand(kind: string, value: string, cursor: Cursor, at: number): boolean {
  if (kind === 'punctuation') return value === ')' || value === ']'
  if (kind !== 'word') return kind !== 'operator'
  if (value === 'zone' && cursor.tokens[at - 1]?.value === 'time') return false
  return operandWords.has(value) || (isNameWord(value) && !reservedKeywords.has(value))
}

/** AS OF SYSTEM TIME expression, at the end of FROM. */
export function parseAsOf(cursor: Cursor): AsOfClause | undefined {
  const start = cursor.at
  if (!cursor.skipWords('as', 'of', 'system', 'time')) return undefined
  const time = parseExpression(cursor, timeStops)
  return { kind: 'as-of', time, ...cursor.since(start) }
}

const timeStops: ReadonlySet<string> = new Set([
  ...clauseStops,
  'isolation',
  'priority',
  'read',
  'not',
  'deferrable',
  'with',
])
