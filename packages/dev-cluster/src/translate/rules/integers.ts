import { type Expression, type Range, type Target, type TreeNode, visitTree } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'

/** Functions whose result has, or names, the type of their arguments. */
const polymorphic: ReadonlySet<string> = new Set(
  `coalesce ifnull nvl nullif greatest least if array_agg array_append array_prepend array_remove array_replace max min
  any_value unnest pg_typeof iferror`.split(/\s+/),
)

/** The largest number that PostgreSQL reads as int4. A larger one is int8 there too. */
const largestInt4 = 2147483647

/** Casts the integers of every output that clients see. Done before anything is rewritten: it looks only at what was written. */
export function castVisibleIntegers(root: TreeNode, rewrite: Rewrite): void {
  visitTree(root, {
    select(select) {
      if (rewrite.unseen.has(select)) return
      for (const target of select.targets) if (!target.star) castIntegers(target.expression, rewrite)
      for (const key of [...select.groupBy, ...select.distinctOn]) castUnlessOrdinal(key, rewrite)
      if (select.having) castIntegers(select.having, rewrite)
    },
    query(query) {
      if (query.body.kind === 'select') for (const item of query.orderBy) castUnlessOrdinal(item.expression, rewrite)
    },
    values(values) {
      if (!rewrite.unseen.has(values))
        for (const row of values.rows) for (const value of row) castIntegers(value, rewrite)
    },
    // A function in FROM gives a column that clients see.
    'function-ref': ref => castIntegers(ref.expression, rewrite),
    returning(returning) {
      for (const target of returning.targets) if (!target.star) castIntegers(target.expression, rewrite)
    },
  })
}

/** A lone number in ORDER BY, GROUP BY or DISTINCT ON counts output columns. */
function castUnlessOrdinal(key: Expression, rewrite: Rewrite): void {
  if (key.end - key.start > 1) castIntegers(key, rewrite)
}

/**
 * Makes integer literals INT8 where a client would see their type: PostgreSQL's are int4. A literal next to an operator needs
 * nothing, as the overlay's arithmetic on int4 gives INT8; nor does a function's argument, unless the result has its type.
 */
function castIntegers(expression: Expression, rewrite: Rewrite): void {
  const nested: Range[] = expression.parts.filter(part => part.kind === 'query' || part.kind === 'type')
  const calls = expression.parts.filter(part => part.kind === 'call' && !isPolymorphic(part.name.parts))
  for (let index = expression.start; index < expression.end; index++) {
    const inside = nested.find(range => range.start === index)
    if (inside) index = inside.end - 1
    else if (
      !rewrite.integers.has(index) &&
      isInt4Literal(index, rewrite) &&
      standsAlone(index, expression, rewrite) &&
      !isArgument(index, calls)
    ) {
      rewrite.draft.after({ start: index, end: index + 1 }, '::int8')
    }
  }
}

/**
 * Makes an integer literal INT8 where PostgreSQL would take what stands beside it for int4 too: a placeholder, which would then
 * refuse larger numbers, and the other elements of an array, which no operator compares with an INT8 array.
 */
export function castByContext(range: Range, rewrite: Rewrite): void {
  const brackets: boolean[] = []
  for (let index = range.start; index < range.end; index++) {
    const { text } = rewrite.token(index)
    if (text === '[') brackets.push(index > range.start && rewrite.token(index - 1).value === 'array')
    else if (text === '(') brackets.push(false)
    else if (text === ']' || text === ')') brackets.pop()
    if (!isInt4Literal(index, rewrite)) continue
    if (brackets.at(-1) === true && standsAlone(index, range, rewrite)) {
      rewrite.integers.add(index)
      rewrite.draft.after({ start: index, end: index + 1 }, '::int8')
      continue
    }
    const left =
      index - 2 >= range.start && isPlaceholderPair(index - 2, index - 1, rewrite) && isFree(index - 3, range, rewrite)
    const right = index + 2 < range.end && isPlaceholderPair(index + 2, index + 1, rewrite)
    if ((left || right) && !isCast(index + 1, range, rewrite)) {
      rewrite.draft.after({ start: index, end: index + 1 }, '::int8')
    }
  }
}

/** Whether an output column is one integer literal, whose name a cast would change. */
export function isLoneInteger(target: Target, rewrite: Rewrite): boolean {
  const { start, end } = target.expression
  return end - start === 1 && isInt4Literal(start, rewrite)
}

function isPolymorphic(name: readonly string[]): boolean {
  return name.length === 1 && polymorphic.has(name[0] ?? '')
}

function isInt4Literal(index: number, rewrite: Rewrite): boolean {
  const token = rewrite.token(index)
  return token.kind === 'number' && /^\d+$/.test(token.text) && Number(token.text) <= largestInt4
}

const operandWords: ReadonlySet<string> = new Set(['then', 'else', 'end', 'when', 'as'])
/** Words before a number that is no operand of an expression. */
const countWords: ReadonlySet<string> = new Set(['preceding', 'following'])

function standsAlone(index: number, expression: Range, rewrite: Rewrite): boolean {
  let before = index - 1
  if (
    before >= expression.start &&
    rewrite.token(before).text === '-' &&
    startsOperand(before - 1, expression, rewrite)
  ) {
    before--
  }
  return startsOperand(before, expression, rewrite) && endsOperand(index + 1, expression, rewrite)
}

function startsOperand(before: number, expression: Range, rewrite: Rewrite): boolean {
  if (before < expression.start) return true
  const token = rewrite.token(before)
  if (token.kind === 'word') return operandWords.has(token.value)
  if (token.text !== '[') return token.text === '(' || token.text === ','
  return before > expression.start && rewrite.token(before - 1).value === 'array'
}

function endsOperand(after: number, expression: Range, rewrite: Rewrite): boolean {
  if (after >= expression.end) return true
  const token = rewrite.token(after)
  if (token.kind === 'word') return operandWords.has(token.value) && !countWords.has(token.value)
  return token.text === ')' || token.text === ',' || token.text === ']'
}

function isArgument(index: number, calls: readonly Range[]): boolean {
  return calls.some(call => index > call.start && index < call.end)
}

const pairOperators: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '=', '<>', '!=', '<', '>', '<=', '>='])

function isPlaceholderPair(placeholder: number, operator: number, rewrite: Rewrite): boolean {
  return rewrite.token(placeholder).kind === 'placeholder' && pairOperators.has(rewrite.token(operator).text)
}

/** Whether no cast of the placeholder and no operand of a stronger operator is at the index. */
function isFree(index: number, range: Range, rewrite: Rewrite): boolean {
  return index < range.start || !['::', ':::', '.'].includes(rewrite.token(index).text)
}

function isCast(index: number, range: Range, rewrite: Rewrite): boolean {
  return index < range.end && ['::', ':::'].includes(rewrite.token(index).text)
}
