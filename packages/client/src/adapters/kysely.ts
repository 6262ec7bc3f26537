import {
  CompiledQuery,
  type DatabaseConnection,
  type DialectAdapter,
  type Kysely,
  PostgresAdapter,
  type PostgresCursorConstructor,
  PostgresDialect,
} from 'kysely'
import type { Cluster } from '../cluster/cluster.js'
import { MigrationLock, type MigrationOptions, migrationTimeoutMs } from '../lock/migration-lock.js'
import type { Page } from '../page/page-types.js'
import type { CerciPool } from '../pool/cerci-pool.js'
import { LazyPool } from '../pool/lazy-pool.js'
import { withQueryTimeout } from '../query/query-timeout-scope.js'
import { GuardedConnection } from './kysely-guard.js'
import { checkPool } from './orm-pool.js'
import { bindOrm, type OrmTransactions } from './orm-transactions.js'
import { type PageOfRequest, pageOf } from './page-of.js'

/** What is used of a Kysely. https://kysely.dev/docs/examples/transactions/simple-transaction */
export interface KyselyLike<Trx extends KyselyTransaction> {
  getExecutor(): { readonly adapter: object }
  transaction(): { execute<T>(body: (trx: Trx) => Promise<T>): Promise<T> }
}

export interface KyselyTransaction {
  executeQuery(query: CompiledQuery): Promise<unknown>
}

export interface CockroachDialectOptions {
  /** The class of `pg-cursor`, which `stream()` needs. */
  readonly cursor?: PostgresCursorConstructor
  /** `timeoutMs` of `MigrationOptions`. @default 'unlimited' */
  readonly migrationTimeoutMs?: MigrationOptions['timeoutMs']
}

/**
 * Kysely's PostgreSQL dialect on the cluster's pool, with migrations that fit CockroachDB: each statement by itself, under a lock that ends with
 * its process, or its connection; when it is lost, no other migration is begun. The statements of a migration, on the `db` that it gets, are not limited by
 * the cluster's `queryTimeoutMs`. `db.destroy()` leaves the cluster open.
 *
 * @example
 * const cluster = new Cluster(process.env.DATABASE_URL)
 * const db = new Kysely<Database>({ dialect: new CockroachDialect(cluster) })
 * const { transaction } = withKysely(cluster, db)
 * await transaction(async trx => {
 *   await trx.updateTable('accounts').set(eb => ({ balance: eb('balance', '-', '10') })).where('id', '=', from).execute()
 *   await trx.updateTable('accounts').set(eb => ({ balance: eb('balance', '+', '10') })).where('id', '=', to).execute()
 * })
 */
export class CockroachDialect extends PostgresDialect {
  readonly #cluster: Cluster
  readonly #migrationTimeoutMs: number

  constructor(cluster: Cluster, { migrationTimeoutMs: timeoutMs, ...options }: CockroachDialectOptions = {}) {
    super({ pool: new LazyPool(cluster.pool), ...options })
    this.#cluster = cluster
    this.#migrationTimeoutMs = migrationTimeoutMs(timeoutMs, 'migrationTimeoutMs')
  }

  override createAdapter(): DialectAdapter {
    return new CockroachAdapter(this.#cluster, this.#migrationTimeoutMs)
  }
}

/** A Kysely on a cluster. */
export interface ClusterKysely<Db, Trx> extends OrmTransactions<Db, Trx> {
  /** A page of a query, which must have neither ORDER BY nor LIMIT; see `Pages`. Plugins of Kysely do not see its rows. */
  readonly page: <Row extends object>(
    query: { compile(): CompiledQuery<Row> },
    request: PageOfRequest,
  ) => Promise<Page<Row>>
}

/**
 * Transactions of a Kysely that are retried as a whole, reads of the past, and lists in pages.
 *
 * @throws OptionError when it runs on another pool
 */
export function withKysely<Db extends KyselyLike<Trx>, Trx extends KyselyTransaction>(
  cluster: Cluster,
  db: Db & KyselyLike<Trx>,
): ClusterKysely<Db, Trx> {
  const { adapter } = db.getExecutor()
  const pool = adapter instanceof CockroachAdapter ? adapter.pool : undefined
  checkPool('kysely', cluster, pool, 'new Kysely({ dialect: new CockroachDialect(cluster) })')
  return {
    ...bindOrm(cluster, db, {
      begin: body => db.transaction().execute(body),
      execute: (trx, sql) => trx.executeQuery(CompiledQuery.raw(sql)),
    }),
    page: async (query, request) => {
      const { sql, parameters } = query.compile()
      return await pageOf(cluster, { text: sql, values: parameters }, request)
    },
  }
}

class CockroachAdapter extends PostgresAdapter {
  readonly #cluster: Cluster
  readonly #timeoutMs: number
  readonly #guards = new WeakMap<object, GuardedConnection>()

  constructor(cluster: Cluster, timeoutMs: number) {
    super()
    this.#cluster = cluster
    this.#timeoutMs = timeoutMs
  }

  get pool(): CerciPool {
    return this.#cluster.pool
  }

  /** A schema change in CockroachDB is a transaction of its own. https://www.cockroachlabs.com/docs/v26.2/online-schema-changes */
  override get supportsTransactionalDdl(): boolean {
    return false
  }

  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    const lock = await withQueryTimeout(this.#timeoutMs, () => MigrationLock.acquire(this.#cluster, 'kysely'))
    await db.getExecutor().provideConnection(async (connection: DatabaseConnection) => {
      this.#guards.set(db, new GuardedConnection(connection, lock, this.#timeoutMs))
    })
  }

  override async releaseMigrationLock(db: Kysely<unknown>): Promise<void> {
    await this.#guards.get(db)?.release()
  }
}
