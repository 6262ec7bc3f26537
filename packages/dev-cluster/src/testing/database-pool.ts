import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { DevClusterError } from '../dev-cluster-error.js'
import type { Engine } from '../engine/engine.js'
import { SqlError } from '../errors/sql-error.js'

/** How many databases lie ready for each template that has been asked for. */
const SPARES = 4
const UNUSED_DEADLINE_MS = 1_000
const UNUSED_POLL_MS = 10
const SPARE = 'cerci_spare_'
const FROZEN = 'cerci_frozen_'
const OWNER = 'root'
const EMPTY = 'template1'
/** Where administrative statements run: never a database that may be copied or dropped. */
const CONTROL = 'system'

/** What databases are copied from. */
interface Source {
  readonly template: string
  /** A copy of the template as it was when first asked for, which nobody can connect to: the template may change afterwards. */
  readonly frozen: Promise<string>
  readonly spares: Promise<string>[]
}

/** The engine's part that makes databases. */
export type DatabaseEngine = Pick<Engine, 'query' | 'release'>

/**
 * Databases made in advance, because making one takes tens of milliseconds and giving one away only a rename.
 * A spare takes no connections, and so is not listed to clients.
 */
export class DatabasePool {
  readonly #engine: DatabaseEngine
  readonly #given = new Set<string>()
  /** By the template's oid: its name may come to mean another database. */
  readonly #sources = new Map<string, Source>()
  readonly #empty: Source = { template: EMPTY, frozen: Promise.resolve(EMPTY), spares: [] }
  #closed = false

  constructor(engine: DatabaseEngine) {
    this.#engine = engine
  }

  /**
   * An empty database, or a copy of the template's state when it was first asked for.
   *
   * @throws {DevClusterError} `CERCI_TEMPLATE_UNKNOWN`, `CERCI_TEMPLATE_BUSY`
   */
  async take(template: string = EMPTY): Promise<string> {
    const spare = await this.#spare(template === EMPTY ? this.#empty : await this.#source(template))
    const name = `test_${randomBytes(6).toString('hex')}`
    try {
      await this.#engine.query(CONTROL, `ALTER DATABASE ${quoted(spare)} RENAME TO ${quoted(name)}`)
      await this.#engine.query(CONTROL, `ALTER DATABASE ${quoted(name)} ALLOW_CONNECTIONS true`)
    } catch (error) {
      for (const unusable of [spare, name]) this.drop(unusable)
      throw error
    }
    this.#given.add(name)
    return name
  }

  /** Whether the pool gave this database to somebody, and it has not been dropped. */
  gave(name: string): boolean {
    return this.#given.has(name)
  }

  /** Drops a database in the background, whoever uses it. */
  drop(name: string): void {
    this.#given.delete(name)
    this.#dropNow(name).catch(() => undefined) // the engine has been stopped meanwhile
  }

  /** Drops what an earlier run left in its store. */
  async removeSpares(): Promise<void> {
    const rows = await this.#engine.query(
      CONTROL,
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1) OR starts_with(datname, $2)',
      [SPARE, FROZEN],
    )
    for (const { datname } of rows)
      await this.#engine.query(CONTROL, `DROP DATABASE ${quoted(datname ?? '')} WITH (FORCE)`)
  }

  /** Makes no more databases in advance. */
  close(): void {
    this.#closed = true
  }

  async #dropNow(name: string): Promise<void> {
    await this.#engine.release(name)
    await this.#engine.query(CONTROL, `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`)
  }

  /** Also forgets the copies of templates that are gone. */
  async #source(template: string): Promise<Source> {
    const rows = await this.#engine.query(CONTROL, 'SELECT oid, datname FROM pg_database')
    const oids = new Set(rows.map(row => row['oid'] ?? ''))
    for (const [oid, source] of this.#sources) if (!oids.has(oid)) this.#forget(oid, source)
    const oid = rows.find(({ datname }) => datname === template)?.['oid'] ?? undefined
    if (oid === undefined) throw new DevClusterError('CERCI_TEMPLATE_UNKNOWN', { template })
    const known = this.#sources.get(oid)
    if (known !== undefined) return known
    const source: Source = { template, frozen: this.#freeze(template), spares: [] }
    this.#sources.set(oid, source)
    source.frozen.catch(() => this.#forget(oid, source)) // the next who asks may be luckier
    return source
  }

  #forget(oid: string, { frozen, spares }: Source): void {
    this.#sources.delete(oid)
    for (const copy of [frozen, ...spares.splice(0)]) {
      copy.then(
        name => this.drop(name),
        () => undefined,
      )
    }
  }

  async #freeze(template: string): Promise<string> {
    await this.#engine.release(template)
    await this.#untilUnused(template)
    return this.#copy(template, { prefix: FROZEN, template })
  }

  async #spare(source: Source): Promise<string> {
    const spare = await (source.spares.shift() ?? this.#make(source))
    this.#refill(source)
    return spare
  }

  /** One after the other: the first must not wait for those that follow. */
  #refill(source: Source): void {
    const { spares } = source
    if (this.#closed || spares.length >= SPARES || !this.#isCurrent(source)) return
    const spare = this.#make(source)
    spares.push(spare)
    spare.then(
      name => (this.#isCurrent(source) ? this.#refill(source) : this.drop(name)),
      () => {
        const at = spares.indexOf(spare)
        if (at !== -1) void spares.splice(at, 1)
      },
    )
  }

  #isCurrent(source: Source): boolean {
    return source === this.#empty || [...this.#sources.values()].includes(source)
  }

  async #make({ template, frozen }: Source): Promise<string> {
    return this.#copy(await frozen, { prefix: SPARE, template })
  }

  async #copy(from: string, { prefix, template }: { prefix: string; template: string }): Promise<string> {
    const name = `${prefix}${randomBytes(6).toString('hex')}`
    try {
      await this.#engine.query(
        CONTROL,
        `CREATE DATABASE ${quoted(name)} OWNER ${OWNER} TEMPLATE ${quoted(from)} STRATEGY file_copy ALLOW_CONNECTIONS false`,
      )
    } catch (error) {
      throw explained(error, template)
    }
    return name
  }

  /** PostgreSQL copies only what nobody is connected to, and a client's backend ends a little after the client. */
  async #untilUnused(template: string): Promise<void> {
    const deadline = Date.now() + UNUSED_DEADLINE_MS
    for (;;) {
      const users = await this.#engine.query(
        CONTROL,
        "SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'",
        [template],
      )
      if (users.length === 0) return
      if (Date.now() > deadline) throw new DevClusterError('CERCI_TEMPLATE_BUSY', { template })
      await sleep(UNUSED_POLL_MS)
    }
  }
}

function explained(error: unknown, template: string): unknown {
  if (!(error instanceof SqlError)) return error
  if (error.code === '3D000') return new DevClusterError('CERCI_TEMPLATE_UNKNOWN', { template }, error)
  if (error.code === '55006') return new DevClusterError('CERCI_TEMPLATE_BUSY', { template }, error)
  return error
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}
