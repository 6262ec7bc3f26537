import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from '../cluster/cluster.js'
import { ConnectionLostError } from '../errors/connection-errors.js'
import { checkOptions, knownOptions } from '../errors/known-options.js'
import { MigrationLockLostError } from '../errors/migration-lock-lost-error.js'
import { OptionError } from '../errors/option-error.js'
import { SqlState } from '../errors/sqlstate.js'
import type { PooledClient } from '../pool/connection/pooled-client.js'
import { readTimeoutMs } from '../query/limits.js'
import { withQueryTimeout } from '../query/query-timeout-scope.js'
import { classify, isRetryable } from '../retry/classify.js'
import { sqlStateOf } from '../retry/sql-state-of.js'
import { quoteIdentifier } from '../statement/identifier.js'

export interface MigrationLockOptions {
  /** Where the table of locks is; the schema is made if need be. @default the first schema of the search path */
  readonly schema?: string | undefined
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined
  /** Is called once, when somebody else has the lock. */
  readonly onWait?: (() => void) | undefined
}

/** How to run migrations. */
export interface MigrationOptions {
  /**
   * Milliseconds for each statement, in place of the cluster's `queryTimeoutMs`, which is meant for ordinary ones: a schema change of a large table takes
   * minutes. `statementTimeoutMs`, which the server keeps, counts nevertheless.
   * @default 'unlimited'
   */
  readonly timeoutMs?: number | 'unlimited' | undefined
}

const migrationOptions = knownOptions<MigrationOptions>('a migration', { timeoutMs: true })

/**
 * A lock that one migration at a time holds, and that ends with its process, or its connection: a row written by a transaction that stays open. CockroachDB's advisory
 * locks lock nothing, and a flag in a table outlives who set it. https://www.cockroachlabs.com/docs/v26.2/unsupported-postgres-features
 */
export class MigrationLock {
  readonly #client: PooledClient

  private constructor(client: PooledClient) {
    this.#client = client
  }

  /**
   * Waits until nobody else holds the lock of that name. It takes a connection of the pool only once it has the lock, so that others can work.
   *
   * @throws OptionError when the pool has only one connection, which could then do nothing else
   */
  static async acquire(cluster: Cluster, name: string, options: MigrationLockOptions = {}): Promise<MigrationLock> {
    if (cluster.pool.connections.settings.max < 2)
      throw new OptionError('max', 'the migration lock needs a connection of its own, so there must be at least 2')
    const table = await createTable(cluster, options.schema)
    for (let attempt = 1; ; attempt++) {
      const client = await tryToLock(cluster, table, name)
      if (client !== undefined) return new MigrationLock(client)
      if (attempt === 2) options.onWait?.() // the first may only have made the row
      await sleep(pollMs * (0.5 + Math.random()), undefined, { signal: options.signal })
    }
  }

  /** To be called before every step. @throws MigrationLockLostError when another migration may run at the same time. */
  assertHeld(): void {
    const { isUsable, fatal } = this.#client
    if (!isUsable) throw new MigrationLockLostError(fatal)
  }

  /** @throws MigrationLockLostError as `assertHeld()` */
  async release(): Promise<void> {
    try {
      this.assertHeld()
      await this.#client.query('ROLLBACK')
    } catch (error) {
      throw error instanceof ConnectionLostError ? new MigrationLockLostError(error) : error
    } finally {
      this.#client.release()
    }
  }
}

/**
 * Runs `work` while holding the lock. Its error is what the caller gets, whatever became of the lock. Statements that `work` begins are not limited by
 * the cluster's `queryTimeoutMs`.
 *
 * @param work Should call `lock.assertHeld()` before every step: a lock is lost with its connection, and the next holder begins at once.
 * @throws MigrationLockLostError when the lock was lost
 */
export async function withMigrationLock<T>(
  cluster: Cluster,
  name: string,
  work: (lock: MigrationLock) => Promise<T>,
  options: MigrationOptions = {},
): Promise<T> {
  checkOptions(options, migrationOptions)
  return await withQueryTimeout(migrationTimeoutMs(options.timeoutMs), () => underLock(cluster, name, work))
}

/** Milliseconds for each statement of a migration. */
export function migrationTimeoutMs(timeoutMs: MigrationOptions['timeoutMs'], option?: string): number {
  return readTimeoutMs(timeoutMs ?? 'unlimited', option) ?? Number.POSITIVE_INFINITY
}

async function underLock<T>(cluster: Cluster, name: string, work: (lock: MigrationLock) => Promise<T>): Promise<T> {
  const lock = await MigrationLock.acquire(cluster, name)
  let result: T
  try {
    result = await work(lock)
  } catch (error) {
    await lock.release().catch(() => {}) // it ends with its connection, if not so
    throw error
  }
  await lock.release()
  return result
}

/** @returns the table's name in SQL. It is made only where it is missing, so that those who may not make tables can lock too. */
async function createTable(cluster: Cluster, schema: string | undefined): Promise<string> {
  const prefix = schema === undefined ? '' : `${quoteIdentifier(schema)}.`
  const table = `${prefix}cerci_migration_lock`
  try {
    // No row: reading the one that somebody has locked would wait for them.
    await cluster.query(`SELECT name FROM ${table} WHERE false`)
  } catch (error) {
    if (!isMissing(error)) throw error
    if (schema !== undefined) await cluster.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`)
    await cluster.query(`CREATE TABLE IF NOT EXISTS ${table} (name STRING PRIMARY KEY)`)
  }
  return table
}

function isMissing(error: unknown): boolean {
  const code = sqlStateOf(error)
  return code === SqlState.undefinedTable || code === SqlState.invalidSchemaName
}

/**
 * Locks the row in a transaction that stays open. NOWAIT comes first: everything else would wait for whoever has the lock. The UPDATE makes the
 * lock durable: that of FOR UPDATE alone can get lost when data moves.
 */
async function tryToLock(cluster: Cluster, table: string, name: string): Promise<PooledClient | undefined> {
  const client = await cluster.pool.acquire()
  let locked = false
  try {
    await client.query('BEGIN')
    await client.query("SET LOCAL idle_in_transaction_session_timeout = '0'")
    const row = await client.query(`SELECT name FROM ${table} WHERE name = $1 FOR UPDATE NOWAIT`, [name])
    if (row.rowCount === 1) await client.query(`UPDATE ${table} SET name = name WHERE name = $1`, [name])
    else {
      await client.query(`INSERT INTO ${table} (name) VALUES ($1)`, [name])
      await client.query('COMMIT')
    }
    locked = row.rowCount === 1
    return locked ? client : undefined
  } catch (error) {
    const code = sqlStateOf(error)
    const taken = code === SqlState.lockNotAvailable || code === SqlState.uniqueViolation
    if (taken || isRetryable(classify(error).kind)) return undefined
    throw error
  } finally {
    if (!locked) client.release()
  }
}

/** Milliseconds between two looks at a lock that somebody else has. */
const pollMs = 200
