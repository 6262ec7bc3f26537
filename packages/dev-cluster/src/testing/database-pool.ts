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
const OWNER = 'root'
const EMPTY = 'template1'
/** Where administrative statements run: never a database that may be copied or dropped. */
const CONTROL = 'system'

/** The engine's part that makes databases. */
export type DatabaseEngine = Pick<Engine, 'query' | 'release'>

/**
 * Databases made in advance, because making one takes tens of milliseconds and giving one away only a rename.
 * A spare takes no connections, and so is not listed to clients.
 */
export class DatabasePool {
  readonly #engine: DatabaseEngine
  readonly #given = new Set<string>()
  readonly #spares = new Map<string, Promise<string>[]>()
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
    const spare = await this.#spare(template)
    const name = `test_${randomBytes(6).toString('hex')}`
    await this.#engine.query(CONTROL, `ALTER DATABASE ${quoted(spare)} RENAME TO ${quoted(name)}`)
    await this.#engine.query(CONTROL, `ALTER DATABASE ${quoted(name)} ALLOW_CONNECTIONS true`)
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
    const rows = await this.#engine.query(CONTROL, 'SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
      SPARE,
    ])
    for (const { datname } of rows)
      await this.#engine.query(CONTROL, `DROP DATABASE ${quoted(datname ?? '')} WITH (FORCE)`)
  }

  /** Forgets the copies of a template that has changed. */
  forget(template: string): void {
    const spares = this.#spares.get(template) ?? []
    this.#spares.delete(template)
    for (const spare of spares) {
      spare.then(
        name => this.drop(name),
        () => undefined,
      )
    }
  }

  /** Makes no more databases in advance. */
  close(): void {
    this.#closed = true
  }

  async #dropNow(name: string): Promise<void> {
    await this.#engine.release(name)
    await this.#engine.query(CONTROL, `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`)
  }

  async #spare(template: string): Promise<string> {
    const spares = this.#spares.get(template) ?? []
    this.#spares.set(template, spares)
    const spare = await (spares.shift() ?? this.#make(template))
    this.#refill(template, spares)
    return spare
  }

  /** One after the other: the first must not wait for those that follow. */
  #refill(template: string, spares: Promise<string>[]): void {
    if (this.#closed || spares.length >= SPARES || this.#spares.get(template) !== spares) return
    const spare = this.#make(template)
    spares.push(spare)
    spare.then(
      () => this.#refill(template, spares),
      () => spares.splice(spares.indexOf(spare), 1),
    )
  }

  async #make(template: string): Promise<string> {
    const name = `${SPARE}${randomBytes(6).toString('hex')}`
    await this.#engine.release(template)
    await this.#untilUnused(template)
    try {
      await this.#engine.query(
        CONTROL,
        `CREATE DATABASE ${quoted(name)} OWNER ${OWNER} TEMPLATE ${quoted(template)} STRATEGY file_copy ALLOW_CONNECTIONS false`,
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
      const users = await this.#engine.query(CONTROL, 'SELECT 1 FROM pg_stat_activity WHERE datname = $1', [template])
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
