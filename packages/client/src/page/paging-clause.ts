import { isSymbol, isWord, outermostTokens, type Token } from '../statement/tokens.js'

/** The clause of a SELECT that orders or limits its rows; undefined when it has none, or has it in a subquery. */
export function pagingClauseOf(text: string): string | undefined {
  const tokens = outermostTokens(text)
  // DISTINCT ON takes the first row of each group in the order of ORDER BY.
  const distinctOn = tokens.some((token, at) => isWord(text, token, 'DISTINCT') && isWord(text, tokens[at + 1], 'ON'))
  const clauses = distinctOn ? LIMITS : [...LIMITS, 'ORDER']
  const clause = clauses.find(word =>
    tokens.some((token, at) => isWord(text, token, word) && !makesName(text, tokens[at - 1])),
  )
  return clause === 'ORDER' ? 'ORDER BY' : clause
}

const LIMITS: readonly string[] = ['LIMIT', 'OFFSET', 'FETCH']

/** These words are reserved, and so names only in `AS limit` and `t.limit`. */
function makesName(text: string, before: Token | undefined): boolean {
  return isWord(text, before, 'AS') || isSymbol(text, before, '.')
}
