import { createHash } from 'node:crypto'
import type { Cluster } from 'cerci'

/** An empty database beside the main one, in which the engine tries migrations. */
export interface ShadowDatabase {
  readonly name: string
  readonly cluster: Cluster
  /** Closes its connections, then drops it. */
  drop(): Promise<void>
}

/**
 * The shadow databases of one database. Their names follow from its name, and they are made under the migration lock only: so whoever holds the
 * lock knows that those it finds are nobody's, left by a process that was killed.
 */
export class ShadowDatabases {
  readonly #admin: Cluster
  readonly #prefix: string
  readonly #open: (database: string) => Cluster
  readonly #live = new Map<string, ShadowDatabase>()
  #made = 0

  constructor(admin: Cluster, database: string, open: (database: string) => Cluster) {
    this.#admin = admin
    // A digest, so that no name is so long that a server cuts it: what is dropped is only ever what was made.
    this.#prefix = `cerci_prisma_shadow_${createHash('sha256').update(database).digest('hex').slice(0, 16)}_`
    this.#open = open
  }

  async create(): Promise<ShadowDatabase> {
    const name = `${this.#prefix}${++this.#made}`
    await this.#admin.pool.query(`CREATE DATABASE ${quote(name)}`)
    const cluster = this.#open(name)
    const shadow: ShadowDatabase = { name, cluster, drop: () => this.#drop(name) }
    this.#live.set(name, shadow)
    return shadow
  }

  async dropLeftovers(): Promise<void> {
    const { rows } = await this.#admin.pool.query<{ datname: string }>('SELECT datname FROM pg_database')
    for (const { datname } of rows) if (this.#isOurs(datname)) await this.#dropDatabase(datname)
  }

  async dropAll(): Promise<void> {
    for (const name of this.#live.keys()) await this.#drop(name)
  }

  async #drop(name: string): Promise<void> {
    const shadow = this.#live.get(name)
    if (shadow === undefined) return
    this.#live.delete(name)
    await shadow.cluster.close({ deadlineMs: 2_000 })
    await this.#dropDatabase(name)
  }

  async #dropDatabase(name: string): Promise<void> {
    await this.#admin.pool.query(`DROP DATABASE IF EXISTS ${quote(name)} CASCADE`)
  }

  #isOurs(name: string): boolean {
    return name.startsWith(this.#prefix) && /^\d+$/.test(name.slice(this.#prefix.length))
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
