import { fingerprint } from './fingerprint.js'

/** Fingerprints of recent texts, so that a hot statement is read once. */
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
