import { isSymbol, isWord, type Token, tokensOf } from './tokens.js'

/**
 * The statement without its constants, as CockroachDB's statement statistics show it: literals and placeholders become `_`,
 * lists of them `_, __more__`, further rows of VALUES `(__more__)`, comments go, white space is one blank.
 * Safe to log and to use as a metric label: no value of a parameter or literal is left in it.
 *
 * @example
 * fingerprint("SELECT * FROM t WHERE a IN ($1, $2, $3) AND b = 'secret'")
 * // 'SELECT * FROM t WHERE a IN (_, __more__) AND b = _'
 */
export function fingerprint(text: string): string {
  const words = shortenRows(shortenLists(words_(text)))
  let result = ''
  let previous = ''
  for (const word of words) {
    if (result !== '' && needsBlank(previous, word)) result += ' '
    result += word
    previous = word
  }
  return result
}

/** Fingerprints of the most recent texts, so that a hot statement is read once. */
export class FingerprintCache {
  readonly #fingerprints = new Map<string, string>()
  readonly #capacity: number

  /** @param capacity Texts kept; the oldest goes first. */
  constructor(capacity = 1_000) {
    this.#capacity = capacity
  }

  of(text: string): string {
    const known = this.#fingerprints.get(text)
    if (known !== undefined) return known
    const made = fingerprint(text)
    if (this.#fingerprints.size >= this.#capacity) {
      const oldest = this.#fingerprints.keys().next()
      if (oldest.done !== true) this.#fingerprints.delete(oldest.value)
    }
    this.#fingerprints.set(text, made)
    return made
  }
}
