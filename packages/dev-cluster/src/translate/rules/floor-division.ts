import type { Range, Token } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { sql } from '../rewrite/sql-text.js'

/**
 * `a // b` becomes `floor_div(a, b)`: PostgreSQL could have an operator of that name, but it would bind weaker than `+`.
 *
 * The operands are the nearest products and powers: `//` stands with `*`, `/` and `%`, which group to the left.
 * Source: https://www.cockroachlabs.com/docs/v26.2/functions-and-operators#operators
 */
export function rewriteFloorDivision(operator: number, range: Range, rewrite: Rewrite): void {
  const left = { start: startOfProduct(operator, range, rewrite), end: operator }
  const right = { start: operator + 1, end: endOfPower(operator + 1, range, rewrite) }
  rewrite.draft.replace(
    { start: left.start, end: right.end },
    sql`floor_div(${rewrite.draft.text(left)}, ${rewrite.draft.text(right)})`,
  )
}

const closing: ReadonlySet<string> = new Set([')', ']'])
const opening: ReadonlySet<string> = new Set(['(', '['])
const productOperators: ReadonlySet<string> = new Set(['*', '/', '%', '//', '^'])

function startOfProduct(operator: number, range: Range, rewrite: Rewrite): number {
  let start = startOfOperand(operator - 1, range, rewrite)
  for (;;) {
    const before = start - 1
    if (before < range.start) return start
    const token = rewrite.token(before)
    if (token.kind === 'operator' && isSign(token) && signsOperand(before, range, rewrite)) start = before
    else if (token.kind === 'operator' && productOperators.has(token.text)) {
      start = startOfOperand(before - 1, range, rewrite)
    } else return start
  }
}

/** The first token of the operand that ends at `last`: a name, call, literal, cast, subscript or parenthesis. */
function startOfOperand(last: number, range: Range, rewrite: Rewrite): number {
  let at = last
  while (closing.has(rewrite.token(at).text) && rewrite.token(at).kind === 'punctuation') {
    at = matching(at, -1, closing, opening, rewrite)
    const before = rewrite.token(at - 1)
    if (at - 1 < range.start || (before.kind !== 'word' && before.kind !== 'quoted' && !closing.has(before.text)))
      return at
    at--
  }
  while (at - 1 >= range.start && ['.', '::', ':::'].includes(rewrite.token(at - 1).text)) {
    at = startOfOperand(at - 2, range, rewrite)
  }
  return at
}

function endOfPower(first: number, range: Range, rewrite: Rewrite): number {
  let at = first
  while (at < range.end && rewrite.token(at).kind === 'operator' && isSign(rewrite.token(at))) at++
  at = endOfOperand(at, range, rewrite)
  while (at < range.end && rewrite.token(at).text === '^') at = endOfPower(at + 1, range, rewrite)
  return at
}

function endOfOperand(first: number, range: Range, rewrite: Rewrite): number {
  let at = opening.has(rewrite.token(first).text) ? matching(first, 1, opening, closing, rewrite) + 1 : first + 1
  while (at < range.end) {
    const { text } = rewrite.token(at)
    if (opening.has(text)) at = matching(at, 1, opening, closing, rewrite) + 1
    else if (['.', '::', ':::'].includes(text)) at += 2
    else return at
  }
  return at
}

function matching(
  from: number,
  step: 1 | -1,
  deeper: ReadonlySet<string>,
  shallower: ReadonlySet<string>,
  rewrite: Rewrite,
): number {
  let depth = 0
  for (let at = from; ; at += step) {
    const token = rewrite.token(at)
    if (token.kind === 'punctuation' && deeper.has(token.text)) depth++
    else if (token.kind === 'punctuation' && shallower.has(token.text)) depth--
    if (depth === 0) return at
  }
}

function isSign(token: Token): boolean {
  return token.text === '-' || token.text === '+' || token.text === '~'
}

function signsOperand(index: number, range: Range, rewrite: Rewrite): boolean {
  if (index === range.start) return true
  const before = rewrite.token(index - 1)
  return before.kind === 'operator' || (before.kind === 'punctuation' && !closing.has(before.text))
}
