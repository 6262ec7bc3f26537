import type { Cluster } from '../cluster/cluster.js'
import { OptionError } from '../errors/option-error.js'
import { type MigrationLock, type MigrationOptions, withMigrationLock } from '../lock/migration-lock.js'
import type { Page } from '../page/page-types.js'
import { LazyPool } from '../pool/lazy-pool.js'
import { checkPool, dig } from './orm-pool.js'
import { bindOrm, type OrmTransactions } from './orm-transactions.js'
import { type PageOfRequest, pageOf } from './page-of.js'

/** What is used of a Knex. https://knexjs.org/guide/transactions.html */
export interface KnexLike<Trx extends KnexTransaction> {
  readonly client: { readonly pool?: object | undefined }
  transaction<T>(scope: (trx: Trx) => Promise<T>): Promise<T>
}

export interface KnexTransaction {
  raw(sql: string): PromiseLike<unknown>
}

/** https://knexjs.org/guide/migrations.html */
export interface KnexMigrations<Config extends KnexMigrationHooks, Result> {
  readonly client: { readonly config: { readonly migrations?: KnexMigrationHooks | undefined } }
  readonly migrate: {
    latest(config?: Config): Promise<Result>
    forceFreeMigrationsLock(config?: object): Promise<unknown>
  }
}

export interface KnexMigrationHooks {
  /** Is called before every migration. */
  beforeEach?(...about: never[]): Promise<unknown>
}

/** A query that can say its SQL, and what it resolves to. */
export interface KnexQuery<Row> extends PromiseLike<readonly Row[]> {
  toSQL(): { toNative(): { readonly sql: string; readonly bindings: readonly unknown[] } }
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
    connectionPool: new LazyPool(cluster.pool),
    migrations: { disableTransactions: true },
  }
}

/** A Knex on a cluster. */
export interface ClusterKnex<Db, Trx> extends OrmTransactions<Db, Trx> {
  /** A page of a query, which must have neither ORDER BY nor LIMIT; see `Pages`. */
  readonly page: <Row extends object>(query: KnexQuery<Row>, request: PageOfRequest) => Promise<Page<Row>>
}

/**
 * Transactions of a Knex that are retried as a whole, reads of the past, and lists in pages.
 *
 * @throws OptionError when it runs on another pool, or has none, because Knex before 3.3 does not know `connectionPool`
 */
export function withKnex<Db extends KnexLike<Trx>, Trx extends KnexTransaction>(
  cluster: Cluster,
  db: Db & KnexLike<Trx>,
): ClusterKnex<Db, Trx> {
  if (!db.client.pool)
    throw new OptionError('knex', 'it has no pool: make it of knexOptions(cluster), with Knex 3.3 or later')
  const pool = dig(db.client, 'config', 'connectionPool')
  checkPool('knex', cluster, pool instanceof LazyPool ? pool.lender : pool, 'knex({ ...knexOptions(cluster) })')
  return {
    ...bindOrm(cluster, db, {
      begin: body => db.transaction(body),
      execute: async (trx, sql) => await trx.raw(sql),
    }),
    page: async (query, request) => {
      const { sql, bindings } = query.toSQL().toNative()
      return await pageOf(cluster, { text: sql, values: bindings }, request)
    },
  }
}

/**
 * Knex' `migrate.latest()`, one at a time: under a lock that ends with its process, or its connection, unlike Knex' own, a flag that a killed
 * process leaves set. When the lock is lost, no other migration is begun. No statement is limited by the cluster's `queryTimeoutMs`.
 *
 * @param config Knex' own
 * @returns what Knex returns: the batch and the names of its migrations
 * @throws MigrationLockLostError
 */
export async function migrateToLatest<Config extends KnexMigrationHooks, Result>(
  cluster: Cluster,
  db: KnexMigrations<Config, Result>,
  config?: Config,
  options?: MigrationOptions,
): Promise<Result> {
  const migrate = async (lock: MigrationLock): Promise<Result> => {
    const hooks = { ...db.client.config.migrations, ...config }
    const guarded = Object.assign({}, config, {
      beforeEach: async (...about: never[]): Promise<unknown> => {
        lock.assertHeld()
        return await hooks.beforeEach?.(...about)
      },
    })
    lock.assertHeld() // the flag that is freed next may be that of whoever has the lock now
    await db.migrate.forceFreeMigrationsLock(config)
    return await db.migrate.latest(guarded)
  }
  return await withMigrationLock(cluster, 'knex', migrate, options)
}
