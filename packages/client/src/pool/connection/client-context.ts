import type { Observers } from '../../query/observer.js'
import type { StatementCache } from '../../query/statement-cache.js'
import type { PooledClient } from './pooled-client.js'

/** What all connections of a pool share. */
export interface ClientContext {
  readonly statements: StatementCache
  readonly statementCacheSize: number
  readonly preparedStatements: boolean
  readonly observers: Observers
  readonly queryTimeoutMs: number
  /** Asks the server, over a connection of its own, to cancel what the client runs. */
  cancel(client: PooledClient): Promise<void>
  /** The connection is gone, for whatever reason. */
  gone(client: PooledClient): void
}
