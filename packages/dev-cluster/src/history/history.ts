import { unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../engine/engine.js'
import type { AsOf } from '../translate/as-of/as-of.js'
import { pastSnapshot } from './past-snapshot.js'
import { notKept, readableTime, wantedTime } from './read-time.js'
import { snapshotFile } from './snapshot-file.js'
import { WatchedDatabase } from './watched-database.js'

export interface HistoryOptions {
  /** How far back reads can go; `none`: the past is not kept, and cannot be read. @default 300_000 */
  readonly windowMs?: number | 'none'
  /** How often it is noted which transactions have ended; what a read has to look through grows with it. @default 200 */
  readonly sampleMs?: number
  /** How far behind followers are: what a bounded staleness read gets at best. @default 3_000 */
  readonly closedLagMs?: number
  /** How many databases without sessions keep their past; each costs a connection to PostgreSQL. @default 8 */
  readonly maxIdleDatabases?: number
}

/** A time in the past that a transaction can go to. */
export interface PastSnapshot {
  /** What SET TRANSACTION SNAPSHOT takes. */
  readonly id: string
  /** The time it shows, in microseconds since the Unix epoch. */
  readonly epochMicros: number
  /** To be called when the snapshot has been imported, or will not be. */
  release(): void
}

/** Databases looked after in one turn, so that many of them cost no more than few. */
const MAX_PER_TICK = 8
/** A database without sessions is looked after this often: others use up the same transaction numbers. */
const IDLE_TICK_MS = 5_000

/**
 * Reads of the past, on PostgreSQL's own row versions.
 *
 * A database is watched from before its first session can write. A read at a time gets a snapshot that is put together
 * from the commit timestamps that PostgreSQL keeps (`track_commit_timestamp`), exact to the microsecond.
 *
 * PostgreSQL keeps no past of tables that were dropped, nor of what one held before TRUNCATE or a rewrite of it.
 */
export class History {
  readonly #engine: Pick<Engine, 'socketPath' | 'query'>
  readonly #windowMicros: number
  readonly #kept: boolean
  readonly #closedLag: number
  readonly #maxIdleDatabases: number
  readonly #timer: NodeJS.Timeout
  /** Before this, no database's past is known. */
  readonly #startedMicros: number = Date.now() * 1000
  readonly #databases = new Map<string, WatchedDatabase>()
  /** Numbers their names: hexadecimal digits and hyphens, eight of which begin PostgreSQL's own. */
  #snapshots = 0
  #ticking = false
  #stopped = false

  constructor(engine: Pick<Engine, 'socketPath' | 'query'>, options: HistoryOptions = {}) {
    this.#engine = engine
    const { windowMs = 300_000 } = options
    this.#kept = windowMs !== 'none'
    this.#windowMicros = windowMs === 'none' ? 0 : windowMs * 1000
    this.#closedLag = (options.closedLagMs ?? 3_000) * 1000
    this.#maxIdleDatabases = options.maxIdleDatabases ?? 8
    this.#timer = setInterval(() => void this.#tick(), options.sampleMs ?? 200).unref()
  }

  /**
   * Keeps a database's past from now on. To be called, and waited for, before a session's first statement.
   *
   * @throws {SqlError} when the database does not exist or takes no connections
   */
  async watch(database: string): Promise<void> {
    if (!this.#kept) return
    const watched = this.#watched(database)
    watched.sessions++
    try {
      await watched.open()
    } catch (error) {
      this.unwatch(database)
      throw error
    }
  }

  /** A session that called `watch` has ended or moved on. The past is kept while there is room for it. */
  unwatch(database: string): void {
    const watched = this.#databases.get(database)
    if (watched === undefined) return
    watched.sessions--
    watched.usedAt = performance.now()
    const idle = [...this.#databases.values()].filter(({ sessions, kept }) => sessions === 0 && kept)
    const surplus = idle.toSorted((a, b) => b.usedAt - a.usedAt).slice(this.#maxIdleDatabases)
    for (const other of surplus) void other.close()
  }

  /** A statement has changed or deleted rows of a database, of which old versions are kept. */
  noteChange(database: string): void {
    this.#databases.get(database)?.rush.note()
  }

  /** Forgets a database's past and closes the connection that keeps it, which would be in the way of dropping or copying it. */
  async release(database: string): Promise<void> {
    await this.#databases.get(database)?.close()
  }

  /**
   * Makes a snapshot of a watched database at a time.
   *
   * @param resolved until when replicas know what was written, where that is longer ago than usual, in microseconds since the Unix epoch
   * @throws {SqlError} XXUUU for a time in the future or before what is kept; XCUBS
   */
  async snapshotAt(database: string, asOf: AsOf, resolved: number = Number.POSITIVE_INFINITY): Promise<PastSnapshot> {
    if (!this.#kept) throw notKept()
    const watched = this.#watched(database)
    const history = await watched.open()
    const { epochMicros: now } = await history.sample()
    const wanted = wantedTime(asOf, { now, closed: Math.min(now - this.#closedLag, resolved) })
    await history.demand(now - wanted, now)
    const oldest = Math.max(now - this.#windowMicros, watched.knownSince(history))
    const epochMicros = readableTime(wanted, asOf.mode, oldest)
    const content = await pastSnapshot(history, epochMicros, (sql, values) => this.#engine.query(database, sql, values))
    const id = `CE-${(++this.#snapshots).toString(16).toUpperCase()}`
    const file = join(history.folder, 'pg_snapshots', id)
    // Exclusively: the folder is the run user's, and this may be root, who must not write through a link that was put there.
    await writeFile(file, snapshotFile(history.holder, content), { flag: 'wx' })
    return { id, epochMicros, release: () => void unlink(file).catch(() => undefined) }
  }

  /** Lets go of everything. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await Promise.all([...this.#databases.values()].map(watched => watched.close()))
  }

  #watched(database: string): WatchedDatabase {
    let watched = this.#databases.get(database)
    if (watched === undefined) {
      watched = new WatchedDatabase({
        socketPath: this.#engine.socketPath,
        database,
        windowMicros: this.#windowMicros,
        knownSince: this.#startedMicros,
      })
      this.#databases.set(database, watched)
    }
    return watched
  }

  async #tick(): Promise<void> {
    if (this.#ticking || this.#stopped) return
    this.#ticking = true
    const now = performance.now()
    const due = [...this.#databases.values()]
      .filter(({ sessions, tickedAt }) => sessions > 0 || now - tickedAt > IDLE_TICK_MS)
      .toSorted((a, b) => a.tickedAt - b.tickedAt)
      .slice(0, MAX_PER_TICK)
    // A lost connection has been noticed by whoever holds it.
    await Promise.allSettled(due.map(watched => watched.tick()))
    this.#forgetDropped()
    this.#ticking = false
  }

  /** A database that is not kept has no past to be told from that of one never seen, once the window has passed. */
  #forgetDropped(): void {
    const longAgo = performance.now() - this.#windowMicros / 1000
    for (const { name, kept, sessions, usedAt } of this.#databases.values()) {
      if (!kept && sessions === 0 && usedAt < longAgo) this.#databases.delete(name)
    }
  }
}
