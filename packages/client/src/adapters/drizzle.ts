import type { Cluster } from '../cluster/cluster.js'
import { checkPool, dig } from './orm-pool.js'
import { bindOrm, type OrmTransactions } from './orm-transactions.js'

export { applyMigrations, type DrizzleMigration } from './drizzle-migrations.js'

/** What is used of a Drizzle database. https://orm.drizzle.team/docs/transactions */
export interface DrizzleLike<Tx extends DrizzleTransaction> {
  transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T>
}

export interface DrizzleTransaction {
  execute(sql: string): PromiseLike<unknown>
}

/**
 * Transactions of a Drizzle database that are retried as a whole, and reads of the past. Drizzle takes the pool as it is.
 *
 * @throws OptionError when it runs on another pool
 * @example
 * const cluster = new Cluster(process.env.DATABASE_URL)
 * const db = drizzle({ client: cluster.pool, schema })
 * const { transaction } = withDrizzle(cluster, db)
 * await transaction(async tx => {
 *   await tx.update(accounts).set({ balance: sql`balance - 10` }).where(eq(accounts.id, from))
 *   await tx.update(accounts).set({ balance: sql`balance + 10` }).where(eq(accounts.id, to))
 * })
 */
export function withDrizzle<Db extends DrizzleLike<Tx>, Tx extends DrizzleTransaction>(
  cluster: Cluster,
  db: Db & DrizzleLike<Tx>,
): OrmTransactions<Db, Tx> {
  checkPool('drizzle', cluster, dig(db, '$client'), 'drizzle({ client: cluster.pool })')
  return bindOrm(cluster, db, {
    begin: body => db.transaction(body),
    execute: async (tx, sql) => await tx.execute(sql),
  })
}
