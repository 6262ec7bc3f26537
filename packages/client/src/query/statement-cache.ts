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
 * The statements of one pool by their text, so that a text is read once. A text is kept from its second sight on: one that comes only once, with its
 * values inside, leaves nothing but a fingerprint, because what is kept and never used is the dearest garbage. There are two generations: what is
 * used moves to the young one, and when as many texts have come as it may hold, the old one, which has not been used all the while, is forgotten at once.
 */
export class StatementCache {
  readonly #halfCapacity: number
  readonly #seenOnce: SeenOnce
  #young = new Map<string, KnownStatement>()
  #old = new Map<string, KnownStatement>()
  /** The last one that was not kept: a text is often looked at just before it is run. */
  #passing: KnownStatement | undefined
  /** How many texts came since the young generation began. */
  #newcomers = 0
  #count = 0

  constructor(capacity: number) {
    this.#halfCapacity = Math.max(1, Math.ceil(capacity / 2))
    this.#seenOnce = new SeenOnce(capacity)
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
    const old = this.#old.get(text)
    if (old !== undefined) return this.#keep(old)
    const passing = this.#passing
    if (passing !== undefined && passing.statement.text === text) {
      return passing.uses === 0 ? passing : this.#keep(passing)
    }
    if (this.#seenOnce.has(text)) return this.#keep(this.#make(text, 1))
    this.#age()
    this.#passing = this.#make(text, 0)
    return this.#passing
  }

  #keep(known: KnownStatement): KnownStatement {
    this.#age()
    this.#young.set(known.statement.text, known)
    return known
  }

  /** Texts that come once count, too: what comes again after very many of them would find its plan gone from each connection. */
  #age(): void {
    if (this.#newcomers++ < this.#halfCapacity) return
    this.#newcomers = 1
    this.#old = this.#young
    this.#young = new Map()
  }

  #make(text: string, uses: number): KnownStatement {
    return {
      statement: readStatement(text),
      name: commitNames.get(text) ?? `cerci_${(++this.#count).toString(36)}`,
      uses,
      typicalMs: Number.POSITIVE_INFINITY,
    }
  }
}

/**
 * Which texts were there lately, by their hashes in a table where a new one takes the place of an old one. It may take one text for another, or forget one
 * early: then a text is kept one sight too early or too late.
 */
class SeenOnce {
  readonly #window: number
  readonly #hashes: Int32Array
  /** The turn in which each hash came. */
  readonly #turns: Int32Array
  #turn = 0

  /** @param window how many other texts may come in between */
  constructor(window: number) {
    this.#window = window
    const places = 2 ** Math.ceil(Math.log2(window * 8))
    this.#hashes = new Int32Array(places)
    this.#turns = new Int32Array(places)
  }

  /** Whether the text was there; from now on it was. */
  has(text: string): boolean {
    const hash = hashOf(text)
    const place = (hash ^ (hash >>> 15)) & (this.#hashes.length - 1)
    const turn = (this.#turn = (this.#turn + 1) | 0)
    const seen = this.#hashes[place] === hash && ((turn - (this.#turns[place] ?? 0)) | 0) <= this.#window
    this.#hashes[place] = hash
    this.#turns[place] = turn
    return seen
  }
}

/** FNV-1a over the UTF-16 units; of long texts over about 500 of them. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  const step = 1 + (text.length >> 9)
  let hash = 0x811c9dc5 ^ text.length
  for (let at = text.length - 1; at >= 0; at -= step) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash === 0 ? 1 : hash // 0 is an empty place
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
