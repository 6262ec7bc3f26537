import { type Token, tokenize } from '@cerci/sql'

/** The word with which a statement starts to act, in lower case: `update`, also for `WITH … UPDATE`. '' when none is found. */
export function actingVerb(statement: string): string {
  const tokens = safeTokens(statement)
  const first = tokens[0]
  if (first?.kind !== 'word') return ''
  if (first.value !== 'with' && first.value !== 'explain' && first.value !== 'prepare') return first.value
  return tokens.find(token => token.kind === 'word' && writes.has(token.value))?.value ?? 'select'
}

const writes = new Set(['insert', 'upsert', 'update', 'delete'])

/** The schema that the statement writes before a name, or undefined. */
export function writtenSchema(statement: string, name: string): string | undefined {
  const tokens = safeTokens(statement)
  const at = tokens.findIndex((token, index) => index >= 2 && token.value === name && tokens[index - 1]?.text === '.')
  return tokens[at - 2]?.value
}

/** Every word and name of a statement, as stored. */
export function wordsOf(statement: string): ReadonlySet<string> {
  return new Set(safeTokens(statement).map(token => token.value))
}

/** The operators of a statement that compare, in the order of the text. */
export function comparisonsOf(statement: string): readonly string[] {
  return safeTokens(statement).flatMap(({ text }) => (comparisons.has(text) ? [text] : []))
}

export const comparisons: ReadonlySet<string> = new Set([
  '=',
  '<>',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  '~~',
  '~~*',
  '!~~',
  '!~~*',
  '~',
  '~*',
])

/** Tokens of a text that PostgreSQL has seen in translation; none if it is no CockroachDB SQL after all. */
function safeTokens(statement: string): readonly Token[] {
  try {
    return tokenize(statement)
  } catch {
    return []
  }
}
