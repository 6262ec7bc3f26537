import { ControlConnection, type TextRow } from '../engine/control-connection.js'
import type { Rush } from './rush.js'
import { type Sample, SampleRing } from './sample-ring.js'
import type { Holder } from './snapshot-file.js'
import { STRAIN_QUERY, Strain } from './strain.js'

/** A cursor that is left open: PostgreSQL keeps every row version that its snapshot can see. */
interface Hold {
  readonly cursor: string
  readonly epochMicros: number
}

/** How many holds span the window: row versions are kept for up to one part longer. */
const HOLDS_PER_WINDOW = 8
/** Reads may ask for a little more than the last ones did. */
const SPARE_MICROS = 500_000
/** A read has this long from being told its snapshot until it has imported it. */
const IMPORT_MICROS = 500_000
const STRAIN_INTERVAL_MICROS = 1_000_000

const NOW = '(extract(epoch FROM clock_timestamp()) * 1000000)::int8::text AS now'
const SAMPLE = `SELECT pg_current_snapshot()::text AS snapshot, ${NOW}`
const IDENTITY = `SELECT virtualtransaction, pid::text, current_setting('data_directory') AS folder,
  (SELECT oid::text FROM pg_database WHERE datname = current_database())
FROM pg_locks WHERE locktype = 'virtualxid' AND pid = pg_backend_pid()`
/**
 * Keeps one database's past readable.
 *
 * One connection stays in a READ COMMITTED transaction without a transaction number, so that it locks nothing, takes part in
 * no conflict and delays no other transaction; its cursors hold old row versions. They are opened and closed in turn, so
 * that what is older than the window can be cleaned up. Every access to a row walks through its old versions: while they are made
 * so fast that it is felt, only as much is kept as reads have lately asked for, nothing if none has. While the connection is open the database cannot be dropped or copied.
 */
export class DatabaseHistory {
  readonly samples: SampleRing = new SampleRing()
  readonly holder: Holder
  /** PostgreSQL's data folder. */
  readonly folder: string
  /** Settles when the connection has ended: from then on the past is lost. */
  readonly closed: Promise<void>

  readonly #connection: ControlConnection
  readonly #windowMicros: number
  readonly #holds: Hold[] = []
  /** Holds that no new read relies on; closed once the reads before have imported their snapshots. */
  readonly #expired: { readonly cursor: string; readonly closeAt: number }[] = []
  #cursors = 0
  #sampledAt = 0
  readonly #strain = new Strain()
  readonly #rush: Rush
  #strainReadAt = 0
  /** How far back a read has lately gone, and when. */
  #demand = { ageMicros: 0, epochMicros: 0 }

  private constructor(
    connection: ControlConnection,
    identity: TextRow | undefined,
    options: { readonly windowMicros: number; readonly rush: Rush },
  ) {
    this.#connection = connection
    this.#windowMicros = options.windowMicros
    this.#rush = options.rush
    this.closed = connection.closed
    this.folder = identity?.['folder'] ?? ''
    this.holder = {
      virtualTransaction: identity?.['virtualtransaction'] ?? '',
      processId: Number(identity?.['pid']),
      databaseOid: Number(identity?.['oid']),
    }
  }

  /** @throws {SqlError} when the database does not exist or takes no connections */
  static async open(options: {
    readonly socketPath: string
    readonly database: string
    readonly windowMicros: number
    /** Told of every change, and read here. */
    readonly rush: Rush
  }): Promise<DatabaseHistory> {
    const connection = await ControlConnection.open(options)
    connection.hold(false)
    await connection.run(
      `SET idle_in_transaction_session_timeout = 0; SET transaction_timeout = 0; SET stats_fetch_consistency = none;
       BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE`,
    )
    const [identity] = await connection.query(IDENTITY)
    const history = new DatabaseHistory(connection, identity, options)
    await history.#hold()
    return history
  }

  /** Since when row versions are kept, in microseconds since the Unix epoch. */
  get since(): number {
    return this.#holds[0]?.epochMicros ?? this.#sampledAt + 1
  }

  /** Whether older row versions than those of the beginning have been let go. */
  get rotated(): boolean {
    return this.#holds[0]?.cursor !== 'hold_1'
  }

  /** Notes which transactions have ended by now. */
  async sample(): Promise<Sample> {
    const [row] = await this.#connection.query(SAMPLE)
    return this.#note(row)
  }

  /** Takes a sample, and lets go of what has fallen out of the window, as far as holds reach. */
  async rotate(): Promise<void> {
    const { epochMicros: now } = await this.sample()
    this.#rush.read(now)
    if (now - this.#strainReadAt >= STRAIN_INTERVAL_MICROS) await this.#readStrain(now)
    const window = this.#windowAt(now)
    if (window === 0) this.#letGo(now)
    else if (now - (this.#holds.at(-1)?.epochMicros ?? 0) >= window / HOLDS_PER_WINDOW) await this.#hold()
    this.#expire(now - window, now)
    await this.#closeExpired(now)
  }

  /** Notes that a read asks for a time that long ago, and keeps from now on what such reads need. */
  async demand(ageMicros: number, now: number): Promise<void> {
    if (ageMicros > this.#windowMicros) return
    const outdated = now - this.#demand.epochMicros >= this.#windowMicros
    if (outdated || ageMicros >= this.#demand.ageMicros) this.#demand = { ageMicros, epochMicros: now }
    if (this.#holds.length === 0) await this.#hold()
  }

  /** Lets go of everything. PostgreSQL has ended the connection when this settles. */
  close(): Promise<void> {
    return this.#connection.close()
  }

  async #hold(): Promise<void> {
    const cursor = `hold_${++this.#cursors}`
    await this.#connection.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${SAMPLE}`)
    const [row] = await this.#connection.query(`FETCH FROM ${cursor}`)
    this.#holds.push({ cursor, epochMicros: this.#note(row).epochMicros })
  }

  /** Nobody relies on any hold. */
  #letGo(now: number): void {
    this.#expired.push(...this.#holds.splice(0).map(({ cursor }) => ({ cursor, closeAt: now })))
    this.samples.trim(now)
  }

  /** Keeps the newest hold that is not later than a time, and all after it. */
  #expire(epochMicros: number, now: number): void {
    for (;;) {
      const [oldest, next] = this.#holds
      if (oldest === undefined || next === undefined || next.epochMicros > epochMicros) return
      this.#holds.shift()
      this.#expired.push({ cursor: oldest.cursor, closeAt: now + IMPORT_MICROS })
      this.samples.trim(next.epochMicros)
    }
  }

  async #closeExpired(now: number): Promise<void> {
    for (;;) {
      const [next] = this.#expired
      if (next === undefined || next.closeAt > now) return
      this.#expired.shift()
      await this.#connection.query(`CLOSE ${next.cursor}`)
    }
  }

  #windowAt(now: number): number {
    const { ageMicros, epochMicros } = this.#demand
    if (!this.#strain.high && !this.#rush.high) return this.#windowMicros
    return now - epochMicros < this.#windowMicros ? Math.min(this.#windowMicros, ageMicros + SPARE_MICROS) : 0
  }

  async #readStrain(now: number): Promise<void> {
    const [row] = await this.#connection.query(STRAIN_QUERY)
    this.#strain.read({ epochMicros: now, changes: Number(row?.['changes']), crowded: row?.['crowded'] === 'true' })
    this.#strainReadAt = now
  }

  #note(row: TextRow | undefined): Sample {
    const sample = { epochMicros: Number(row?.['now']), snapshot: row?.['snapshot'] ?? '' }
    this.samples.add(sample)
    this.#sampledAt = sample.epochMicros
    return sample
  }
}
