import type { Cluster } from '../cluster/cluster.js'
import { ConnectionLostError } from '../errors/connection-errors.js'
import type { PooledClient } from '../pool/pooled-client.js'

/**
 * A lock that one migration at a time holds, and that ends with its process: a row written by a transaction that stays open. CockroachDB's advisory
 * locks lock nothing, and a flag in a table outlives who set it. https://www.cockroachlabs.com/docs/v26.2/unsupported-postgres-features
 */
export class MigrationLock {
  readonly #client: PooledClient

  private constructor(client: PooledClient) {
    this.#client = client
  }

  /** Waits until nobody else holds the lock of that name. */
  static async acquire(cluster: Cluster, name: string): Promise<MigrationLock> {
    await cluster.query('CREATE TABLE IF NOT EXISTS cerci_migration_lock (name STRING PRIMARY KEY)')
    await cluster.query('INSERT INTO cerci_migration_lock (name) VALUES ($1) ON CONFLICT DO NOTHING', [name])
    const client = await cluster.pool.acquire()
    try {
      await client.query('BEGIN')
      await client.query("SET LOCAL idle_in_transaction_session_timeout = '0'")
      await client.query('UPDATE cerci_migration_lock SET name = name WHERE name = $1', [name])
      return new MigrationLock(client)
    } catch (error) {
      client.release()
      throw error
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
