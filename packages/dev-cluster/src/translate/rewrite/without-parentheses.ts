import type { Range } from '@cerci/sql'
import type { Rewrite } from './rewrite.js'

/** What is inside the parentheses that are around a whole range, however many; a range that has none is itself. */
export function withoutParentheses(range: Range, rewrite: Rewrite): Range {
  const { start, end } = range
  if (end - start < 3 || rewrite.token(start).text !== '(' || rewrite.token(end - 1).text !== ')') return range
  let depth = 0
  for (let index = start; index < end - 1; index++) {
    const { text } = rewrite.token(index)
    depth += text === '(' ? 1 : text === ')' ? -1 : 0
    if (depth === 0) return range
  }
  return withoutParentheses({ start: start + 1, end: end - 1 }, rewrite)
}
