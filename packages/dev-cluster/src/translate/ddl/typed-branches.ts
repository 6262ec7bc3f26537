import type { Range } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'

/**
 * Gives the string literals that a CASE results in the type of the column it is for, as CockroachDB does. PostgreSQL would take
 * them for text, which is no enum, date or region.
 */
export function typeBranches(expression: Range, type: string, rewrite: Rewrite): void {
  for (const literal of resultsOf(expression, rewrite)) rewrite.draft.after(literal, `::${type}`)
}

/** The string literals that an expression may result in, where it is a CASE. */
function resultsOf(expression: Range, rewrite: Rewrite): readonly Range[] {
  const { start, end } = withoutParentheses(expression, rewrite)
  if (!isWord(start, 'case', rewrite) || !isWord(end - 1, 'end', rewrite)) return []
  return branchesOf({ start: start + 1, end: end - 1 }, rewrite).flatMap(branch => {
    const inner = withoutParentheses(branch, rewrite)
    const isLiteral = inner.end - inner.start === 1 && rewrite.token(inner.start).kind === 'string'
    return isLiteral ? [inner] : resultsOf(inner, rewrite)
  })
}

/** What follows THEN and ELSE of one CASE, without those of others in it. */
function branchesOf({ start, end }: Range, rewrite: Rewrite): Range[] {
  const branches: Range[] = []
  let depth = 0
  let from: number | undefined
  for (let index = start; index < end; index++) {
    const { kind, text, value } = rewrite.token(index)
    if (text === '(' || (kind === 'word' && value === 'case')) depth++
    else if (text === ')' || (kind === 'word' && value === 'end')) depth--
    else if (depth === 0 && kind === 'word' && ['when', 'then', 'else'].includes(value)) {
      if (from !== undefined) branches.push({ start: from, end: index })
      from = value === 'when' ? undefined : index + 1
    }
  }
  if (from !== undefined) branches.push({ start: from, end })
  return branches
}

function withoutParentheses(range: Range, rewrite: Rewrite): Range {
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

function isWord(index: number, word: string, rewrite: Rewrite): boolean {
  const { kind, value } = rewrite.token(index)
  return kind === 'word' && value === word
}
