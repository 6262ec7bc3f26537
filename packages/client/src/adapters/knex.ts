import type { Cluster } from '../cluster/cluster.js'
import { type LazyPool, lazyPool } from '../pool/lazy-session.js'
import { bindOrm, type OrmTransactions } from './orm-transactions.js'

/** What is used of a Knex. https://knexjs.org/guide/transactions.html */
export interface KnexLike<Trx extends KnexTransaction> {
  transaction<T>(scope: (trx: Trx) => Promise<T>): Promise<T>
}

export interface KnexTransaction {
  raw(sql: string): PromiseLike<unknown>
}

/** Options for `knex()`. */
export interface KnexOptions {
  readonly client: 'cockroachdb'
  /** Needs Knex 3.3. */
  readonly connectionPool: LazyPool
  /** A schema change in CockroachDB is a transaction of its own. https://www.cockroachlabs.com/docs/v26.2/online-schema-changes */
  readonly migrations: { readonly disableTransactions: true }
}

/**
 * Options that put Knex on the cluster's pool.
 *
 * @example
 * const cluster = new Cluster(process.env.DATABASE_URL)
 * const db = knex({ ...knexOptions(cluster) })
 * const { transaction } = withKnex(cluster, db)
 * await transaction(async trx => {
 *   await trx('accounts').where({ id: from }).decrement('balance', 10)
 *   await trx('accounts').where({ id: to }).increment('balance', 10)
 * })
 */
export function knexOptions(cluster: Cluster): KnexOptions {
  return {
    client: 'cockroachdb',
    connectionPool: lazyPool(cluster.pool),
    migrations: { disableTransactions: true },
  }
}

/** Transactions of a Knex that are retried as a whole, and reads of the past. */
export function withKnex<Trx extends KnexTransaction>(
  cluster: Cluster,
  db: KnexLike<Trx>,
): OrmTransactions<KnexLike<Trx>, Trx> {
  return bindOrm(cluster, db, {
    begin: body => db.transaction(body),
    execute: async (trx, sql) => await trx.raw(sql),
  })
}
