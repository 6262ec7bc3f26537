import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { Cluster } from 'cerci'
import { toDriverError } from '../adapter/driver-error.js'
import { EngineDatabase } from '../adapter/engine-database.js'
import { EngineLock } from '../lock/engine-lock.js'
import { PrismaEngineError } from '../prisma-engine-error.js'
import { ShadowDatabases } from '../shadow/shadow-databases.js'

export interface EngineSessionOptions {
  /** Whoever opened it closes it, after this session. */
  readonly cluster: Cluster
  readonly database: string
  /** Prisma's parameter `schema`. */
  readonly schema: string
  /** Opens another database of the cluster, which is closed again after use. */
  readonly open: (database: string) => Cluster
  /** Milliseconds to wait for another migration of the same database. @default 600000 */
  readonly lockTimeoutMs?: number | undefined
  /** Tells the user something while a command runs. */
  readonly say?: ((line: string) => void) | undefined
}

/** Everything that one run of the engine has open: sessions, the migration lock, shadow databases. */
export class EngineSession {
  readonly #options: EngineSessionOptions
  readonly #interruption = new AbortController()
  readonly #shadows: ShadowDatabases
  readonly #databases = new Set<EngineDatabase>()
  #lock: EngineLock | undefined
  #closed: Promise<void> | undefined

  constructor(options: EngineSessionOptions) {
    this.#options = options
    this.#shadows = new ShadowDatabases(options.cluster, options.database, options.open)
  }

  get database(): string {
    return this.#options.database
  }

  /** What Prisma's engine opens its databases with. */
  get adapterFactory(): SqlMigrationAwareDriverAdapterFactory {
    return {
      provider: 'postgres',
      adapterName: '@cerci/prisma-engine',
      connect: async () => await this.#openDatabase(this.#options.cluster, this.database, () => Promise.resolve()),
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
      const { rows } = await this.#options.cluster.pool.query<{ version: string }>('SELECT version()')
      return rows[0]?.version ?? ''
    } catch (error) {
      throw toDriverError(error, this.database)
    }
  }

  /** Creates the database that the connection string names. */
  async createDatabase(): Promise<void> {
    const admin = this.#options.open('defaultdb')
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
    const { cluster, lockTimeoutMs = 600_000, say } = this.#options
    this.#lock = await EngineLock.take(cluster, {
      database: this.database,
      timeoutMs: lockTimeoutMs,
      signal: this.#interruption.signal,
      onWait: () => say?.(`Another migration of database "${this.database}" is running; waiting for it …`),
    })
    await this.#shadows.dropLeftovers()
  }

  /** From now on no statement is sent any more; the one under way ends. */
  interrupt(): void {
    this.#interruption.abort()
  }

  /** Waits for the statement under way, drops shadow databases and gives the lock back. */
  async close(): Promise<void> {
    this.interrupt()
    this.#closed ??= this.#close()
    await this.#closed
  }

  async #close(): Promise<void> {
    try {
      for (const database of this.#databases) await database.dispose()
      await this.#shadows.dropAll()
    } finally {
      await this.#lock?.release()
    }
  }

  async #openDatabase(cluster: Cluster, database: string, closed: () => Promise<void>): Promise<EngineDatabase> {
    const client = await cluster.pool.connect().catch((error: unknown) => {
      throw toDriverError(error, database)
    })
    const opened: EngineDatabase = new EngineDatabase({
      client,
      database,
      schema: this.#options.schema,
      permit: () => {
        if (this.#interruption.signal.aborted) throw new PrismaEngineError('CERCI_PRISMA_INTERRUPTED')
        this.#lock?.assertHeld()
      },
      close: async () => {
        this.#databases.delete(opened)
        client.release(true) // with the session variables that the engine has set
        await closed()
      },
    })
    this.#databases.add(opened)
    return opened
  }
}
