import type { Cluster } from 'cerci'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'

export type Database = NodePgDatabase
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

/** Drizzle takes the cluster's pool as it is. */
export function openDrizzle(cluster: Cluster): Database {
  return drizzle({ client: cluster.pool })
}
