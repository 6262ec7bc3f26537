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

/**
 * The statements of one pool by their text, so that a text is read once. There are two generations: what is used moves to the young one, and
 * when that is full, the old one, which has not been used all the while, is forgotten at once. So a flood of texts that come only once,
 * with their values inside, costs little and does not drive the others out.
 */
export class StatementCache {
  readonly #halfCapacity: number
  #young = new Map<string, KnownStatement>()
  #old = new Map<string, KnownStatement>()
  #count = 0

  constructor(capacity: number) {
    this.#halfCapacity = Math.max(1, Math.ceil(capacity / 2))
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
    const young = this.#young.get(text)
    if (young !== undefined) return young
    const known = this.#old.get(text) ?? this.#make(text)
    if (this.#young.size >= this.#halfCapacity) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(text, known)
    return known
  }

  #make(text: string): KnownStatement {
    return {
      statement: readStatement(text),
      name: commitNames.get(text) ?? `cerci_${(++this.#count).toString(36)}`,
      uses: 0,
      typicalMs: Number.POSITIVE_INFINITY,
    }
  }
}

/** What `transaction()` sends, under names that say so in a trace of the protocol. */
const commitNames: ReadonlyMap<string, string> = new Map([
  ['COMMIT', 'cerci_commit'],
  ['RELEASE SAVEPOINT cockroach_restart', 'cerci_release'],
])

/** Whether it is worth a name on the server: COMMIT at once. */
export function isWorthName({ statement, uses }: KnownStatement): boolean {
  return statement.kind === 'commit' || (uses > 1 && statement.preparable)
}
