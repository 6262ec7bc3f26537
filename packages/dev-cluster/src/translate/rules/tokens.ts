import type { Range, Token } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { rewriteFloorDivision } from './floor-division.js'

/** Rewrites literals and operators that PostgreSQL writes otherwise. */
export function rewriteTokens(range: Range, rewrite: Rewrite): void {
  for (let index = range.start; index < range.end; index++) {
    const token = rewrite.token(index)
    const replacement = replacementOf(token)
    if (replacement !== undefined) rewrite.draft.replace({ start: index, end: index + 1 }, replacement)
  }
}

/** Data statements, in which `current_timestamp` must be the time that the gateway says it is; elsewhere it is kept as it was written. */
const asksForTime: ReadonlySet<string> = new Set(['query', 'insert', 'update', 'delete'])

/** Rewrites `current_timestamp`, which PostgreSQL's grammar keeps from being a function of the overlay: it is `now()`. */
export function rewriteCurrentTime(statement: Range & { readonly kind: string }, rewrite: Rewrite): void {
  if (!asksForTime.has(statement.kind)) return
  rewrite.asksForTime = true
  for (let index = statement.start; index < statement.end; index++) {
    const { kind, value } = rewrite.token(index)
    if (kind !== 'word' || value !== 'current_timestamp') continue
    const [before, after] = [
      index > statement.start ? rewrite.token(index - 1).text : '',
      textAt(index + 1, statement, rewrite),
    ]
    if (before !== '.' && after !== '(') rewrite.draft.replace({ start: index, end: index + 1 }, 'now()')
  }
}

function textAt(index: number, { end }: Range, rewrite: Rewrite): string {
  return index < end ? rewrite.token(index).text : ''
}

/** Rewrites operators that need their operands, the innermost first; each once, before a call around it is rewritten. */
export function rewriteOperators(range: Range, rewrite: Rewrite): void {
  const found: { readonly index: number; readonly depth: number }[] = []
  let depth = 0
  for (let index = range.start; index < range.end; index++) {
    const token = rewrite.token(index)
    if (token.kind === 'punctuation' && '(['.includes(token.text)) depth++
    else if (token.kind === 'punctuation' && ')]'.includes(token.text)) depth--
    else if (token.kind === 'operator' && token.text === '//' && !rewrite.divisions.has(index))
      found.push({ index, depth })
  }
  for (const { index } of found.toSorted((a, b) => b.depth - a.depth)) {
    rewrite.divisions.add(index)
    rewriteFloorDivision(index, range, rewrite)
  }
}

function replacementOf(token: Token): string | undefined {
  switch (token.kind) {
    case 'bytes':
      return `'\\x${token.value}'::bytea`
    case 'string':
      return /^[eE]/.test(token.text) && /\\[avU]/.test(token.text)
        ? `'${token.value.replaceAll("'", "''")}'`
        : undefined
    case 'operator':
      return token.text === ':::' ? '::' : undefined
    case 'word':
    case 'quoted':
    case 'bits':
    case 'number':
    case 'placeholder':
    case 'punctuation':
    case 'end':
  }
  return undefined
}
