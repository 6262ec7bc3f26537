/** What was found out about recent texts, so that a hot statement is read once. */
export class TextCache<Found> {
  readonly #found = new Map<string, Found>()
  readonly #read: (text: string) => Found
  readonly #capacity: number

  /** @param capacity Texts kept; the oldest goes first. */
  constructor(read: (text: string) => Found, capacity = 1_000) {
    this.#read = read
    this.#capacity = capacity
  }

  of(text: string): Found {
    const known = this.#found.get(text)
    if (known !== undefined) return known
    const found = this.#read(text)
    if (this.#found.size >= this.#capacity) {
      const oldest = this.#found.keys().next()
      if (oldest.done !== true) this.#found.delete(oldest.value)
    }
    this.#found.set(text, found)
    return found
  }
}
