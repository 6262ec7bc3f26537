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
 * The statements of one pool by their text, so that a text is read once. A text is kept from its second run on: of one that comes only once, with its
 * values inside, nothing stays but a hash, because what is kept and never used is the dearest garbage. There are two generations of both: what is
 * used moves to the young one, and when as many new texts have come as it may hold, the old one, which has not been used all the while, is forgotten at once.
 */
export class StatementCache {
  readonly #halfCapacity: number
  #young = new Map<string, KnownStatement>()
  #old = new Map<string, KnownStatement>()
  #youngHashes = new Set<number>()
  #oldHashes = new Set<number>()
  /** The last one that was not kept: a text is often looked at just before it is run. */
  #passing: KnownStatement | undefined
  /** How many texts came since the young generation began. */
  #newcomers = 0
  #count = 0

  constructor(capacity: number) {
    this.#halfCapacity = Math.max(1, Math.ceil(capacity / 2))
  }

  /** For running it: counts the use. */
  get(text: string): KnownStatement {
    const known = this.#find(text) ?? this.#meet(text)
    known.uses++
    return known
  }

  /** For looking at it. */
  read(text: string): Statement {
    return (this.#find(text) ?? this.#pass(text)).statement
  }

  #find(text: string): KnownStatement | undefined {
    const young = this.#young.get(text)
    if (young !== undefined) return young
    const old = this.#old.get(text)
    return old === undefined ? undefined : this.#keep(text, old)
  }

  /** The first run of a text leaves its hash, the second keeps it. Two texts of one hash are one in a million: then a text is kept one run early. */
  #meet(text: string): KnownStatement {
    const known = this.#pass(text)
    const hash = hashOf(text)
    if (this.#youngHashes.has(hash) || this.#oldHashes.has(hash)) {
      known.uses = 1
      return this.#keep(text, known)
    }
    this.#age()
    this.#youngHashes.add(hash)
    return known
  }

  #pass(text: string): KnownStatement {
    if (this.#passing?.statement.text !== text) this.#passing = this.#make(text)
    return this.#passing
  }

  #keep(text: string, known: KnownStatement): KnownStatement {
    this.#age()
    this.#young.set(text, known)
    return known
  }

  /** Texts that come once count, too: what comes again after very many of them would find its plan gone from each connection. */
  #age(): void {
    if (this.#newcomers++ < this.#halfCapacity) return
    this.#newcomers = 1
    this.#old = this.#young
    this.#young = new Map()
    this.#oldHashes = this.#youngHashes
    this.#youngHashes = new Set()
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

/** FNV-1a over the UTF-16 units, of which 30 bits are kept: those a Set holds without boxes. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 2
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
