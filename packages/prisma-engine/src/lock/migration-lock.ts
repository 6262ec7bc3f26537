import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from 'cerci'
import type pg from 'pg'
import { PrismaEngineError } from '../prisma-engine-error.js'

/**
 * One migration of a database at a time. The lock is a row that an open transaction has written: it lasts exactly as long as its
 * connection, so nothing has to be unlocked after a crash. (CockroachDB accepts advisory locks and ignores them.)
 * https://www.cockroachlabs.com/docs/v26.2/architecture/transaction-layer#write-intents
 *
 * The row lies in a schema of its own, where the engine neither finds nor drops it.
 */
export class MigrationLock {
  readonly #client: pg.PoolClient
  readonly #database: string
  #lost: unknown

  private constructor(client: pg.PoolClient, database: string) {
    this.#client = client
    this.#database = database
    client.on('error', error => (this.#lost ??= error))
    client.on('end', () => (this.#lost ??= new Error('the connection ended')))
  }

  /**
   * Waits for the lock.
   *
   * @param options `onWait` is called once, when somebody else has it; `timeoutMs` is how long to wait
   * @throws PrismaEngineError `CERCI_PRISMA_LOCK_TIMEOUT`
   */
  static async take(
    cluster: Cluster,
    options: {
      readonly database: string
      readonly timeoutMs: number
      readonly signal: AbortSignal
      readonly onWait: () => void
    },
  ): Promise<MigrationLock> {
    await createTable(cluster)
    const client = await cluster.pool.connect()
    try {
      const deadline = performance.now() + options.timeoutMs
      for (let attempt = 1; !(await tryTake(client)); attempt++) {
        if (attempt === 2) options.onWait()
        if (performance.now() > deadline) {
          throw new PrismaEngineError('CERCI_PRISMA_LOCK_TIMEOUT', {
            database: options.database,
            seconds: String(Math.round(options.timeoutMs / 1000)),
          })
        }
        await sleep(pollMs, undefined, { signal: options.signal })
      }
      return new MigrationLock(client, options.database)
    } catch (error) {
      client.release(true)
      throw error
    }
  }

  /** @throws PrismaEngineError `CERCI_PRISMA_LOCK_LOST` when the lock went with its connection */
  assertHeld(): void {
    if (this.#lost === undefined) return
    const reason = this.#lost instanceof Error ? this.#lost.message : 'unknown'
    throw new PrismaEngineError('CERCI_PRISMA_LOCK_LOST', { database: this.#database, reason }, this.#lost)
  }

  async release(): Promise<void> {
    await this.#client.query('ROLLBACK').catch(() => undefined) // a lost connection has released it already
    this.#client.release(true)
  }
}

const pollMs = 250

async function tryTake(client: pg.PoolClient): Promise<boolean> {
  await client.query('BEGIN')
  try {
    await client.query('SELECT 1 FROM cerci.prisma_migration_lock WHERE id = 1 FOR UPDATE NOWAIT')
    // A lock of SELECT FOR UPDATE may be lost when its range moves; what was written is not.
    const { rowCount } = await client.query('UPDATE cerci.prisma_migration_lock SET taken_at = now() WHERE id = 1')
    if (rowCount === 1) return true
    await client.query('ROLLBACK')
    await client.query('INSERT INTO cerci.prisma_migration_lock VALUES (1, now()) ON CONFLICT DO NOTHING')
    return false
  } catch (error) {
    await client.query('ROLLBACK')
    if (codeOf(error) === '55P03' || codeOf(error) === '40001') return false
    throw error
  }
}

async function createTable(cluster: Cluster): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      // No row: reading the one that somebody has locked would wait for them.
      await cluster.pool.query('SELECT 1 FROM cerci.prisma_migration_lock WHERE false')
      return
    } catch (error) {
      if (!['42P01', '3F000'].includes(codeOf(error) ?? '')) throw error
    }
    try {
      await cluster.pool.query('CREATE SCHEMA IF NOT EXISTS cerci')
      await cluster.pool.query(
        'CREATE TABLE IF NOT EXISTS cerci.prisma_migration_lock (id INT8 PRIMARY KEY, taken_at TIMESTAMPTZ NOT NULL)',
      )
      return
    } catch (error) {
      if (attempt === 3) throw error // another process may create the same at the same time
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
