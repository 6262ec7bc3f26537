import { isWord, tokensOf } from './tokens.js'

/**
 * Puts the relation `input` before a statement, which may have a WITH clause of its own.
 *
 * @param source A SELECT whose rows `input` has.
 */
export function withInput(text: string, source: string): string {
  const relation = `WITH input AS (${source})`
  const [first, second] = tokensOf(text)
  if (!first || !isWord(text, first, 'WITH')) return `${relation} ${text}`
  if (second && isWord(text, second, 'RECURSIVE')) {
    return `WITH RECURSIVE input AS (${source}), ${text.slice(second.end)}`
  }
  return `${relation}, ${text.slice(first.end)}`
}
