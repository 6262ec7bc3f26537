import type { Cluster } from '../cluster/cluster.js'
import { OptionError } from '../errors/option-error.js'
import type { Page } from '../page/page-types.js'
import { checkPool, dig, lenderOf, lends } from './orm-pool.js'
import { bindOrm, type OrmTransactions } from './orm-transactions.js'
import { type PageOfRequest, pageOf } from './page-of.js'
import { Attempts, type SequelizeInstances } from './sequelize-attempts.js'
import {
  adaptConnections,
  type SequelizeConnections,
  type SequelizeDriver,
  sequelizeDriver,
} from './sequelize-client.js'
import { adaptDialect, type SequelizeDialect } from './sequelize-dialect.js'
import { adaptConnectionErrors, type SequelizeConnector, type SequelizeErrors } from './sequelize-errors.js'
import { adaptModels, type SequelizeModels } from './sequelize-models.js'
import { type PoolOptions, unlimitedPool } from './sequelize-pool.js'
import { refuseSettings, type SessionSettings } from './sequelize-settings.js'
import { adaptEndings, type SequelizeEndings } from './sequelize-transactions.js'

/** What is used of a Sequelize 6. https://sequelize.org/docs/v6/other-topics/transactions */
export interface SequelizeLike<Tx> {
  transaction<T>(body: (transaction: Tx) => PromiseLike<T>): Promise<T>
  query(sql: string, options: { readonly transaction?: Tx | null | undefined }): Promise<unknown>
}

/** What is used of it beyond its public types. */
type Internals<Tx> = SequelizeConnections & { readonly options: SessionSettings } & {
  readonly connectionManager: SequelizeConnector
} & SequelizeDialect &
  SequelizeEndings &
  SequelizeModels<Tx> &
  SequelizeInstances & { readonly constructor: SequelizeErrors }

/** Options for `new Sequelize()`. */
export interface SequelizeOptions {
  readonly dialect: 'postgres'
  readonly dialectModule: SequelizeDriver
  /** `sync({ alter: true })` looks for foreign keys by it. */
  readonly database: string
  /** Sequelize asks for it on a connection of its own, and takes CockroachDB's answer for PostgreSQL 13, which this says. */
  readonly databaseVersion: string
  /**
   * Its connections cost nothing: those of the cluster are lent for a statement or a transaction. As long as these very options are given, Sequelize's pool is replaced
   * by one without limits; with others, it is kept, and does as they say.
   */
  readonly pool: PoolOptions
  /** Sequelize's retry repeats a statement inside of a transaction that is already lost, and so hides why. */
  readonly retry: { readonly max: 1 }
  /** No statements for each connection: sessions of a cluster are in UTC. */
  readonly keepDefaultTimezone: true
  readonly dialectOptions: { readonly clientMinMessages: 'ignore' }
}

/**
 * Options that put Sequelize 6 on the cluster's pool; to be completed by `withSequelize()`. `sequelize.close()` leaves the cluster open.
 *
 * @example
 * const cluster = new Cluster(process.env.DATABASE_URL)
 * const sequelize = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
 * const { transaction } = withSequelize(cluster, sequelize)
 * await transaction(async transaction => {
 *   await Account.decrement({ balance: 10 }, { where: { id: from }, transaction })
 *   await Account.increment({ balance: 10 }, { where: { id: to }, transaction })
 * })
 */
export function sequelizeOptions(cluster: Cluster): SequelizeOptions {
  const dialectModule = sequelizeDriver(cluster.pool)
  lends(dialectModule, cluster.pool)
  return {
    dialect: 'postgres',
    dialectModule,
    database: cluster.pool.connections.settings.database,
    databaseVersion: '13.0.0',
    pool: unlimitedPool(),
    retry: { max: 1 },
    keepDefaultTimezone: true,
    dialectOptions: { clientMinMessages: 'ignore' },
  }
}

/** A Sequelize on a cluster. */
export interface ClusterSequelize<Db, Tx> extends OrmTransactions<Db, Tx> {
  /** A page of a statement, which must have neither ORDER BY nor LIMIT; see `Pages`. */
  page<Row extends object>(
    statement: { readonly text: string; readonly values?: readonly unknown[] | undefined },
    request: PageOfRequest,
  ): Promise<Page<Row>>
}

/**
 * Transactions of a Sequelize that are retried as a whole, reads of the past, and lists in pages. It also teaches this Sequelize, and no other, CockroachDB:
 * `findOrCreate`, enums, `describeTable`, `sync({ alter: true })`, and integers that are exact. Call it before the first query.
 *
 * @throws OptionError when it runs on another pool, or is no Sequelize 6, or has options about sessions and connections, which are the cluster's
 */
export function withSequelize<Db extends SequelizeLike<Tx>, Tx extends object>(
  cluster: Cluster,
  db: Db & SequelizeLike<Tx>,
): ClusterSequelize<Db, Tx> {
  const execute = (transaction: Tx, sql: string): Promise<unknown> => db.query(sql, { transaction })
  if (!hasInternals<Tx>(db)) throw new OptionError('sequelize', 'it must be a Sequelize 6')
  const pool = lenderOf(dig(db.options, 'dialectModule'))
  checkPool('sequelize', cluster, pool, 'new Sequelize({ ...sequelizeOptions(cluster), … })')
  refuseSettings(cluster.pool, db.options)
  const begin = adaptEndings<Tx>(db, body => db.transaction(body))
  const orm = bindOrm<Db, Tx>(cluster, db, { begin, execute })
  adaptConnections(db)
  adaptConnectionErrors(db.connectionManager, db.constructor)
  adaptDialect(db, db.constructor)
  adaptModels(db, { run: body => orm.transaction(body), execute })
  const attempts = Attempts.of(db)
  return {
    ...orm,
    transaction: (fn, options) => orm.transaction(typeof fn === 'function' ? attempts.guard(fn) : fn, options),
    page: async ({ text, values = [] }, request) => await pageOf(cluster, { text, values }, request),
  }
}

function hasInternals<Tx>(db: object): db is Internals<Tx> {
  return (
    'connectionManager' in db &&
    'dialect' in db &&
    'options' in db &&
    'getQueryInterface' in db &&
    'models' in db &&
    'ConnectionError' in db.constructor
  )
}
