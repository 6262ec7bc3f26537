import { createHash, type Hash } from 'node:crypto'
import type { ReplySink } from '../backend/exchange.js'
import type { Segment } from '../backend/segment.js'

/** One exchange of a transaction, as it can be done again. */
export interface JournalEntry {
  readonly segment: Segment
  /** Whether it ended in an error, which the client has seen. */
  readonly failed: boolean
}

export interface JournalMark {
  readonly entries: number
  readonly bytes: number
}

/** Above this a transaction is too long to be replayed; its conflicts are the client's to retry. */
const MAX_BYTES = 4 * 1024 * 1024
const MAX_ENTRIES = 10_000

/**
 * What a transaction has sent to PostgreSQL, and a digest of what its client has seen: with it the gateway can
 * repeat the transaction on a new snapshot, and knows whether the client could notice.
 *
 * This stands in for CockroachDB's read refresh.
 * @see https://www.cockroachlabs.com/docs/v26.2/architecture/transaction-layer#read-refreshing
 */
export class Journal implements ReplySink {
  readonly #entries: JournalEntry[] = []
  readonly #seen: Hash = createHash('sha1')
  #bytes = 0
  #replayable = true
  /** Results not yet given to the client for good. */
  #pending: Buffer[] = []

  /** Whether `entries` is all that the transaction has done. */
  get replayable(): boolean {
    return this.#replayable
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries
  }

  add(segment: Segment, failed: boolean): void {
    this.#bytes += segment.bytes
    if (this.#bytes > MAX_BYTES || this.#entries.length >= MAX_ENTRIES) this.giveUp()
    if (this.#replayable) this.#entries.push({ segment, failed })
  }

  /** Something happened that cannot be repeated. */
  giveUp(): void {
    this.#replayable = false
    this.#entries.length = 0
  }

  /** Results on their way to the client. */
  results(frames: Buffer): void {
    this.#pending.push(frames)
  }

  /** The client gets the results noted so far: from now on a replay must produce them. */
  settle(): void {
    for (const frames of this.#pending) this.#seen.update(frames)
    this.#pending = []
  }

  mark(): JournalMark {
    return { entries: this.#entries.length, bytes: this.#bytes }
  }

  /** Forgets what was done after the mark, of which the client has seen nothing. */
  rewind(mark: JournalMark): void {
    if (this.#replayable) this.#entries.length = mark.entries
    this.#bytes = mark.bytes
    this.#pending = []
  }

  /** Compares the results of a replay with those that the client has seen. */
  matches(replayed: ReplayDigest): boolean {
    return this.#seen.copy().digest('hex') === replayed.digest()
  }
}

/** Takes the results of a replay, and keeps only what tells whether they are the same. */
export class ReplayDigest implements ReplySink {
  readonly #hash = createHash('sha1')

  results(frames: Buffer): void {
    this.#hash.update(frames)
  }

  digest(): string {
    return this.#hash.digest('hex')
  }
}
