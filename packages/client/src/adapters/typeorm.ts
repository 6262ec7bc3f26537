import type { Cluster } from '../cluster/cluster.js'
import { AfterCommitError } from '../errors/transaction-errors.js'
import { type MigrationLock, type MigrationOptions, withMigrationLock } from '../lock/migration-lock.js'
import type { Page } from '../page/page-types.js'
import type { CerciPool } from '../pool/cerci-pool.js'
import { LazySession } from '../pool/lazy-session.js'
import { callBack, callbackOf } from '../pool/settle.js'
import { checkPool, dig, lenderOf, lends } from './orm-pool.js'
import { bindOrm, type OrmTransactions } from './orm-transactions.js'
import { type PageOfRequest, pageOf } from './page-of.js'

/** What is used of a TypeORM DataSource. https://typeorm.io/docs/advanced-topics/transactions */
export interface TypeOrmLike<Manager extends TypeOrmManager> {
  readonly manager: Manager
  transaction<T>(run: (manager: Manager) => Promise<T>): Promise<T>
}

export interface TypeOrmManager {
  readonly queryRunner?: object | undefined
  query(sql: string): Promise<unknown>
}

/** https://typeorm.io/docs/migrations/executing */
export interface TypeOrmMigrations<Result> {
  readonly migrations: readonly TypeOrmMigration[]
  runMigrations(options: { readonly transaction: 'none' }): Promise<Result>
}

export interface TypeOrmMigration {
  up(runner: never): Promise<unknown>
}

/** A query builder, which can say its SQL. Its rows have the names that `getRawMany()` gives. */
export interface TypeOrmQuery {
  getQueryAndParameters(): readonly [sql: string, parameters: readonly unknown[]]
}

/** Options for `new DataSource()`. */
export interface TypeOrmOptions {
  readonly type: 'cockroachdb'
  readonly driver: { readonly Pool: new () => object }
  /** TypeORM's own retry sends the statements again with the values that were computed from the first attempt's reads, and so loses updates. */
  readonly maxTransactionRetries: 0
  readonly timeTravelQueries: false
  /** A schema change in CockroachDB is a transaction of its own. https://www.cockroachlabs.com/docs/v26.2/online-schema-changes */
  readonly migrationsTransactionMode: 'none'
}

/**
 * Options that put TypeORM on the cluster's pool. `dataSource.destroy()` leaves the cluster open.
 *
 * @example
 * const cluster = new Cluster(process.env.DATABASE_URL)
 * const dataSource = await new DataSource({ ...typeOrmOptions(cluster), entities: [Account] }).initialize()
 * const { transaction } = withTypeOrm(cluster, dataSource)
 * await transaction(async manager => {
 *   await manager.decrement(Account, { id: from }, 'balance', 10)
 *   await manager.increment(Account, { id: to }, 'balance', 10)
 * })
 */
export function typeOrmOptions(cluster: Cluster): TypeOrmOptions {
  const Pool = class {
    connect = (done: Connected): void => connect(cluster.pool, done)
    on = (): this => this
    end = (done: () => void): void => done()
  }
  lends(Pool, cluster.pool)
  return {
    type: 'cockroachdb',
    driver: { Pool },
    maxTransactionRetries: 0,
    timeTravelQueries: false,
    migrationsTransactionMode: 'none',
  }
}

/** A TypeORM DataSource on a cluster. */
export interface ClusterTypeOrm<Db, Manager> extends OrmTransactions<Db, Manager> {
  /** A page of a query's raw rows. The query must have neither ORDER BY nor LIMIT; see `Pages`. */
  page<Row extends object>(query: TypeOrmQuery, request: PageOfRequest): Promise<Page<Row>>
}

/**
 * Transactions of a TypeORM DataSource that are retried as a whole, reads of the past, and lists in pages.
 *
 * @throws OptionError when it runs on another pool
 */
export function withTypeOrm<Db extends TypeOrmLike<Manager>, Manager extends TypeOrmManager>(
  cluster: Cluster,
  db: Db & TypeOrmLike<Manager>,
): ClusterTypeOrm<Db, Manager> {
  const pool = lenderOf(dig(db, 'options', 'driver', 'Pool'))
  checkPool('typeorm', cluster, pool, 'new DataSource({ ...typeOrmOptions(cluster), … })')
  return {
    ...bindOrm(cluster, db, {
      begin: body => begin(db, body),
      execute: (manager, sql) => manager.query(sql),
    }),
    page: async (query, request) => {
      const [text, values] = query.getQueryAndParameters()
      return await pageOf(cluster, { text, values }, request)
    },
  }
}

/** Tells apart what fails after COMMIT: TypeORM's subscribers may, and to run the transaction again would do it twice. */
async function begin<Manager extends TypeOrmManager, T>(
  db: TypeOrmLike<Manager>,
  body: (manager: Manager) => Promise<T>,
): Promise<T> {
  let client: unknown
  try {
    return await db.transaction(manager => {
      client = manager.queryRunner && Reflect.get(manager.queryRunner, 'databaseConnection')
      return body(manager)
    })
  } catch (error) {
    throw client instanceof TypeOrmClient && client.committed ? new AfterCommitError(error) : error
  }
}

/**
 * TypeORM's `runMigrations()`, one at a time: it has no lock of its own, and two that start together run every migration twice. When the lock is
 * lost, which ends with its process, or its connection, no other migration is begun. No statement is limited by the cluster's `queryTimeoutMs`.
 *
 * @throws MigrationLockLostError
 */
export async function runMigrations<Result>(
  cluster: Cluster,
  db: TypeOrmMigrations<Result>,
  options?: MigrationOptions,
): Promise<Result> {
  const run = async (lock: MigrationLock): Promise<Result> => {
    const migrations = db.migrations.map(migration => guarded(migration, lock))
    const guardedDb: TypeOrmMigrations<Result> = Object.create(db, { migrations: { value: migrations } })
    return await guardedDb.runMigrations({ transaction: 'none' })
  }
  return await withMigrationLock(cluster, 'typeorm', run, options)
}

/** The same migration, TypeORM reads the name of its class, that asks for the lock first. */
function guarded(migration: TypeOrmMigration, lock: MigrationLock): TypeOrmMigration {
  const up = async (runner: never): Promise<unknown> => {
    lock.assertHeld()
    return await migration.up(runner)
  }
  return Object.create(migration, { up: { value: up } })
}

type Connected = (error: undefined, client: TypeOrmClient, release: (error?: Error) => void) => void

function connect(pool: CerciPool, done: Connected): void {
  const session = new LazySession(pool)
  callBack(done, undefined, new TypeOrmClient(session), (error?: Error) => session.release(error))
}

/**
 * Leaves out the savepoint that only TypeORM's own retry needs: two round trips less in each transaction, and COMMIT alone decides. The loss of a
 * connection is told to the statement that notices it, so there are no events to listen to.
 */
class TypeOrmClient {
  committed = false
  readonly #session: LazySession

  constructor(session: LazySession) {
    this.#session = session
  }

  query(...call: unknown[]): unknown {
    const done = callbackOf(call[1], call[2])
    if (done === undefined || typeof call[0] !== 'string') return this.#session.query(...call)
    if (call[0] === 'COMMIT') return this.#commit(done)
    if (!retrySavepoint.has(call[0])) return this.#session.query(...call)
    callBack(done, undefined, { rows: [], rowCount: 0 })
    return undefined
  }

  #commit(done: CallableFunction): unknown {
    const answered = (error: unknown, result: unknown): void => {
      this.committed = error === undefined
      callBack(done, error, result)
    }
    return this.#session.query('COMMIT', answered)
  }

  on(): this {
    return this
  }

  removeListener(): this {
    return this
  }
}

const retrySavepoint: ReadonlySet<string> = new Set([
  'SAVEPOINT cockroach_restart',
  'RELEASE SAVEPOINT cockroach_restart',
])
