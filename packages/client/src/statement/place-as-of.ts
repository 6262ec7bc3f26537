import { StaleReadError } from '../read/stale-read-error.js'
import { isSymbol, isWord, outermostTokens, type Token } from './tokens.js'

/**
 * Writes `AS OF SYSTEM TIME` where it belongs in a SELECT: at the very end of the outermost FROM clause.
 * What cannot carry it (no FROM, UNION, a locking clause, several statements, not a SELECT) is a `StaleReadError`.
 *
 * @param expression Inlined as it is: only what `read/as-of.ts` made.
 */
export function placeAsOf(text: string, expression: string): string {
  const at = endOfFrom(text)
  return `${text.slice(0, at)} AS OF SYSTEM TIME ${expression}${text.slice(at)}`
}

function endOfFrom(text: string): number {
  const tokens = outermostTokens(text)
  const select = tokens.findIndex(token => isWord(text, token, 'SELECT'))
  const [first] = tokens
  if (select === -1 || !(isWord(text, first, 'SELECT') || isWord(text, first, 'WITH'))) {
    throw new StaleReadError('it is not a SELECT')
  }
  const from = tokens.findIndex(
    (token, index) => index > select && isWord(text, token, 'FROM') && !isComparison(text, tokens, index),
  )
  if (from === -1) throw new StaleReadError('it has no FROM')
  const rest = tokens.slice(from + 1)
  const refusal = rest.map((_, index) => refusalOf(text, rest, index)).find(reason => reason !== undefined)
  if (refusal) throw new StaleReadError(refusal)
  const end = rest.findIndex(token => endsFrom(text, token))
  const last = end === -1 ? tokens.at(-1) : tokens[from + end]
  if (end === 0 || !last) throw new StaleReadError('its FROM is empty')
  return last.end
}

/** `a IS [NOT] DISTINCT FROM b` */
function isComparison(text: string, tokens: readonly Token[], from: number): boolean {
  const before = tokens[from - 2]
  return isWord(text, tokens[from - 1], 'DISTINCT') && (isWord(text, before, 'IS') || isWord(text, before, 'NOT'))
}

const ENDS = ['WHERE', 'GROUP', 'HAVING', 'WINDOW', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH'] as const

function endsFrom(text: string, token: Token): boolean {
  return isSymbol(text, token, ';') || ENDS.some(word => isWord(text, token, word))
}

const SET_OPERATIONS = ['UNION', 'INTERSECT', 'EXCEPT'] as const

function refusalOf(text: string, tokens: readonly Token[], index: number): string | undefined {
  const token = tokens[index]
  const next = tokens[index + 1]
  if (isWord(text, token, 'FOR')) return 'it locks rows (FOR UPDATE or FOR SHARE), and the past cannot be locked'
  if (SET_OPERATIONS.some(word => isWord(text, token, word))) {
    return 'it joins several SELECTs; wrap them: SELECT * FROM (… UNION …) AS united'
  }
  if (isSymbol(text, token, ';') && next) return 'it is more than one statement'
  if (isWord(text, token, 'AS') && isWord(text, next, 'OF') && isWord(text, tokens[index + 2], 'SYSTEM')) {
    return 'it has AS OF SYSTEM TIME already'
  }
  return undefined
}
