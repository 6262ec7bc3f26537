import { Cluster } from 'cerci'

/** A small pool for the engine, on another database than the connection string names if need be. */
export function openCluster(url: string, database: string): Cluster {
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
