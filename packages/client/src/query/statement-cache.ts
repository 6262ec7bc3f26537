import { readStatement, type Statement } from './statement.js'

/** A statement that this pool has seen. */
export interface KnownStatement {
  readonly statement: Statement
  /** Its name, the same on every connection of the pool. */
  readonly name: string
  /** How often it was asked for; from the second time on it is worth a name on the server. */
  uses: number
  /** Smoothed milliseconds that the server was at it, as a lone statement; infinite before it was measured. */
  typicalMs: number
}

/** The statements of one pool by their text, so that a text is read once. The oldest go first, unless they were used again meanwhile. */
export class StatementCache {
  readonly #capacity: number
  readonly #byText = new Map<string, KnownStatement>()
  #count = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** For running it: counts the use. */
  get(text: string): KnownStatement {
    const known = this.#find(text)
    known.uses++
    return known
  }

  /** For looking at it. */
  read(text: string): Statement {
    return this.#find(text).statement
  }

  #find(text: string): KnownStatement {
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    if (this.#byText.size >= this.#capacity) this.#evict()
    const made: KnownStatement = {
      statement: readStatement(text),
      name: `cerci_${(++this.#count).toString(36)}`,
      uses: 0,
      typicalMs: Number.POSITIVE_INFINITY,
    }
    this.#byText.set(text, made)
    return made
  }

  #evict(): void {
    let spared = 0
    for (const [text, known] of this.#byText) {
      this.#byText.delete(text)
      if (known.uses <= 1 || spared >= maxSpared) return
      spared++
      known.uses = 1
      this.#byText.set(text, known)
    }
  }
}

/** How many used ones are passed over before one of them goes. */
const maxSpared = 16

/** Whether it is worth a name on the server. COMMIT at once: only the extended protocol proves that it was not executed when the node shuts down in between. */
export function isWorthName({ statement, uses }: KnownStatement): boolean {
  return statement.kind === 'commit' || (uses > 1 && statement.preparable)
}
