import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from '../cluster/cluster.js'
import { ConnectionLostError } from '../errors/connection-errors.js'
import { OptionError } from '../errors/option-error.js'
import { SqlState } from '../errors/sqlstate.js'
import type { PooledClient } from '../pool/pooled-client.js'
import { classify, isRetryable } from '../retry/classify.js'
import { sqlStateOf } from '../retry/sql-state-of.js'

/**
 * A lock that one migration at a time holds, and that ends with its process: a row written by a transaction that stays open. CockroachDB's advisory
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
  static async acquire(cluster: Cluster, name: string): Promise<MigrationLock> {
    if (cluster.pool.connections.settings.max < 2)
      throw new OptionError('max', 'the migration lock needs a connection of its own, so there must be at least 2')
    await cluster.query('CREATE TABLE IF NOT EXISTS cerci_migration_lock (name STRING PRIMARY KEY)')
    for (;;) {
      const client = await tryToLock(cluster, name)
      if (client !== undefined) return new MigrationLock(client)
      await sleep(pollMs * (0.5 + Math.random()))
    }
  }

  /** @throws ConnectionLostError when the lock was lost meanwhile, so that another migration may have run at the same time. */
  async release(): Promise<void> {
    const { isUsable, fatal } = this.#client
    try {
      if (!isUsable) throw new ConnectionLostError('aborted', fatal)
      await this.#client.query('ROLLBACK')
    } finally {
      this.#client.release()
    }
  }
}

/** Runs `work` while holding the lock. */
export async function withMigrationLock<T>(cluster: Cluster, name: string, work: () => Promise<T>): Promise<T> {
  const lock = await MigrationLock.acquire(cluster, name)
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

/**
 * Locks the row in a transaction that stays open. NOWAIT comes first: everything else would wait for whoever has the lock. The UPDATE makes the
 * lock durable: that of FOR UPDATE alone can get lost when data moves.
 */
async function tryToLock(cluster: Cluster, name: string): Promise<PooledClient | undefined> {
  const client = await cluster.pool.acquire()
  let locked = false
  try {
    await client.query('BEGIN')
    await client.query("SET LOCAL idle_in_transaction_session_timeout = '0'")
    const row = await client.query('SELECT name FROM cerci_migration_lock WHERE name = $1 FOR UPDATE NOWAIT', [name])
    if (row.rowCount === 1) await client.query('UPDATE cerci_migration_lock SET name = name WHERE name = $1', [name])
    else {
      await client.query('INSERT INTO cerci_migration_lock (name) VALUES ($1)', [name])
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
