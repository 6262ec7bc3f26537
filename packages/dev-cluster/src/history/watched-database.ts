import { DatabaseHistory } from './database-history.js'
import { Rush } from './rush.js'

export interface WatchedDatabaseOptions {
  readonly socketPath: string
  readonly database: string
  readonly windowMicros: number
  /** From when on, in microseconds since the Unix epoch, the database cannot have changed before its first session. */
  readonly knownSince: number
}

/** After letting go, this long passes before a database that still has sessions is kept again. */
const REOPEN_MS = 2_000

/** A database and its past, which is kept, or was let go. */
export class WatchedDatabase {
  readonly name: string
  sessions = 0
  /** When a session last came or went, on the clock of `performance.now()`. */
  usedAt: number = performance.now()
  /** When it was last looked after, on the same clock. */
  tickedAt = 0

  /** Statements that change rows are told to it. */
  readonly rush: Rush = new Rush()

  readonly #options: WatchedDatabaseOptions
  #history: Promise<DatabaseHistory> | undefined
  #knownSince: number | 'when opened'
  #lostAt = 0

  constructor(options: WatchedDatabaseOptions) {
    this.name = options.database
    this.#options = options
    this.#knownSince = options.knownSince
  }

  get kept(): boolean {
    return this.#history !== undefined
  }

  /** @throws {SqlError} when the database does not exist or takes no connections */
  open(): Promise<DatabaseHistory> {
    this.#history ??= this.#open()
    return this.#history
  }

  /** From when on the past is known, in microseconds since the Unix epoch. */
  knownSince(history: DatabaseHistory): number {
    if (this.#knownSince === 'when opened' || history.rotated) this.#knownSince = history.since
    return this.#knownSince
  }

  /** Looks after the horizon, and keeps the past again when it was lost while sessions went on. */
  async tick(): Promise<void> {
    const now = performance.now()
    if (!this.kept && (this.sessions === 0 || now - this.#lostAt < REOPEN_MS)) return
    this.tickedAt = now
    const history = await this.open()
    await history.rotate()
  }

  /** Forgets the past, so that the database can be dropped or copied. */
  async close(): Promise<void> {
    const opening = this.#history
    if (opening === undefined) return
    this.#lose(opening)
    const history = await opening.catch(() => undefined)
    await history?.close()
  }

  #open(): Promise<DatabaseHistory> {
    const opening = DatabaseHistory.open({ ...this.#options, rush: this.rush })
    const lose = () => this.#lose(opening)
    opening.then(history => history.closed.then(lose), lose)
    return opening
  }

  #lose(opening: Promise<DatabaseHistory>): void {
    if (this.#history !== opening) return
    this.#history = undefined
    this.#lostAt = performance.now()
    this.#knownSince = this.sessions > 0 ? 'when opened' : Date.now() * 1000
  }
}
