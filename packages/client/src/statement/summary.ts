import { type Token, tokensOf } from './tokens.js'

/**
 * What a statement does to which tables, in few words: `SELECT accounts`, `INSERT transfers`, `WITH SELECT orders users`.
 * OpenTelemetry's db.query.summary: https://opentelemetry.io/docs/specs/semconv/database/database-spans/#generating-a-summary-of-the-query
 */
export function summarize(text: string): { readonly operation: string; readonly summary: string } {
  const tokens = tokensOf(text)
  const first = tokens.find(token => token.kind === 'word')
  if (!first) return { operation: '', summary: '' }
  const words: string[] = []
  let expectsTable = false
  for (const [index, token] of tokens.entries()) {
    const word = token.kind === 'word' ? text.slice(token.start, token.end).toUpperCase() : ''
    if (expectsTable && isName(token) && !BETWEEN.has(word)) {
      if (!isCall(text, tokens, index)) words.push(nameAt(text, tokens, index))
      expectsTable = false
    } else if (!isName(token)) expectsTable = false
    if (token === first || OPERATIONS.has(word)) words.push(word)
    if (TABLE_FOLLOWS.has(word)) expectsTable = true
  }
  return { operation: text.slice(first.start, first.end).toUpperCase(), summary: words.join(' ').slice(0, MAX_LENGTH) }
}

const OPERATIONS: ReadonlySet<string> = new Set(['SELECT', 'INSERT', 'UPSERT', 'UPDATE', 'DELETE'])
const TABLE_FOLLOWS: ReadonlySet<string> = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'TABLE'])
/** What may stand between such a word and the table: `FROM ONLY t`, `TABLE IF NOT EXISTS t`. */
const BETWEEN: ReadonlySet<string> = new Set(['ONLY', 'LATERAL', 'IF', 'NOT', 'EXISTS'])
const MAX_LENGTH = 255

function isName(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'quoted'
}

/** `FROM unnest(…)` reads no table. */
function isCall(text: string, tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1]
  return next?.start === tokens[index]?.end && text.charAt(next?.start ?? 0) === '('
}

/** With its schema: `public.accounts`. */
function nameAt(text: string, tokens: readonly Token[], index: number): string {
  let last = index
  while (text.charAt(tokens[last + 1]?.start ?? text.length) === '.' && tokens[last + 2]) last += 2
  return text.slice(tokens[index]?.start, tokens[last]?.end)
}
