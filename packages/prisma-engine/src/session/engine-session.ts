import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { Cluster } from 'cerci'
import { toDriverError } from '../adapter/driver-error.js'
import { EngineDatabase } from '../adapter/engine-database.js'
import { MigrationLock } from '../lock/migration-lock.js'
import { PrismaEngineError } from '../prisma-engine-error.js'
import { ShadowDatabases } from '../shadow/shadow-databases.js'
import { databaseOf, schemaOf } from './connection-url.js'

/** Everything that one run of the engine has open: connections, the migration lock, shadow databases. */
export class EngineSession {
  readonly database: string
  readonly #url: string
  readonly #cluster: Cluster
  readonly #interruption = new AbortController()
  readonly #shadows: ShadowDatabases
  readonly #lockTimeoutMs: number
  readonly #say: (line: string) => void
  readonly #open = new Set<EngineDatabase>()
  #lock: MigrationLock | undefined
  #closed: Promise<void> | undefined

  /** @param options `say` tells the user something while a command runs */
  constructor(url: string, options: { readonly lockTimeoutMs: number; readonly say: (line: string) => void }) {
    this.#url = url
    this.database = databaseOf(url)
    this.#lockTimeoutMs = options.lockTimeoutMs
    this.#say = options.say
    this.#cluster = openCluster(url, this.database)
    this.#shadows = new ShadowDatabases(this.#cluster, this.database, name => openCluster(url, name))
  }

  /** What Prisma's engine opens its databases with. */
  get adapterFactory(): SqlMigrationAwareDriverAdapterFactory {
    return {
      provider: 'postgres',
      adapterName: '@cerci/prisma-engine',
      connect: async () => await this.#openDatabase(this.#cluster, this.database, () => Promise.resolve()),
      connectToShadowDb: async () => {
        if (this.#lock === undefined) throw new Error('a shadow database was asked for without the migration lock')
        const shadow = await this.#shadows.create()
        return await this.#openDatabase(shadow.cluster, shadow.name, () => shadow.drop())
      },
    }
  }

  /** What the server calls itself. */
  async version(): Promise<string> {
    try {
      const { rows } = await this.#cluster.pool.query<{ version: string }>('SELECT version()')
      return rows[0]?.version ?? ''
    } catch (error) {
      throw toDriverError(error, this.database)
    }
  }

  /** Creates the database that the connection string names. */
  async createDatabase(): Promise<void> {
    const admin = openCluster(this.#url, 'defaultdb')
    try {
      await admin.pool.query(`CREATE DATABASE IF NOT EXISTS "${this.database.replaceAll('"', '""')}"`)
    } catch (error) {
      throw toDriverError(error, this.database)
    } finally {
      await admin.close()
    }
  }

  /** Takes the migration lock, once for the life of this session. */
  async lock(): Promise<void> {
    if (this.#lock !== undefined) return this.#lock.assertHeld()
    this.#lock = await MigrationLock.take(this.#cluster, {
      database: this.database,
      timeoutMs: this.#lockTimeoutMs,
      signal: this.#interruption.signal,
      onWait: () => this.#say(`Another migration of database "${this.database}" is running; waiting for it …`),
    })
    await this.#shadows.dropLeftovers()
  }

  /** From now on no statement is sent any more; the one under way ends. */
  interrupt(): void {
    this.#interruption.abort()
  }

  /** Drops shadow databases, gives the lock back and closes every connection. */
  async close(): Promise<void> {
    this.interrupt()
    this.#closed ??= this.#close()
    await this.#closed
  }

  async #close(): Promise<void> {
    try {
      for (const database of this.#open) await database.dispose()
      await this.#shadows.dropAll()
    } finally {
      await this.#lock?.release()
      await this.#cluster.close({ deadlineMs: 2_000 })
    }
  }

  async #openDatabase(cluster: Cluster, database: string, closed: () => Promise<void>): Promise<EngineDatabase> {
    const client = await cluster.pool.connect().catch((error: unknown) => {
      throw toDriverError(error, database)
    })
    const opened: EngineDatabase = new EngineDatabase({
      client,
      database,
      schema: schemaOf(this.#url),
      permit: () => {
        if (this.#interruption.signal.aborted) throw new PrismaEngineError('CERCI_PRISMA_INTERRUPTED')
        this.#lock?.assertHeld()
      },
      close: async () => {
        this.#open.delete(opened)
        client.release(true) // with the session variables that the engine has set
        await closed()
      },
    })
    this.#open.add(opened)
    return opened
  }
}

function openCluster(url: string, database: string): Cluster {
  return new Cluster({
    connectionString: url,
    database,
    applicationName: 'cerci prisma',
    // An open transaction holds the lock, however long a migration takes.
    session: { idle_in_transaction_session_timeout: 0, statement_timeout: 0, lock_timeout: 0, transaction_timeout: 0 },
    maxLifetimeMs: 'unlimited',
    max: 4,
  })
}
