import type pg from 'pg'
import { fromServer } from '../errors/from-server.js'
import { type BatchOptions, type BatchStatement, readBatch, runBatch } from '../pool/batch.js'
import { CerciPool } from '../pool/cerci-pool.js'
import { readTimeoutMs } from '../query/limits.js'
import { type Observer, Observers } from '../query/observer.js'
import { readQueryArguments } from '../query/query-request.js'
import type { CerciQueryConfig, Queryable } from '../query/queryable.js'
import { type StaleReadOptions, StaleReads } from '../read/stale-reads.js'
import { runTransaction } from '../transaction/run-transaction.js'
import type { Transaction, TransactionOptions } from '../transaction/transaction.js'
import { type ClusterHealth, clusterHealth } from './health.js'
import type { ClusterOptions } from './options.js'

/**
 * A CockroachDB cluster: one pool over all its nodes, and transactions that are retried correctly.
 * Nothing is opened before it is used.
 *
 * @example
 * const cluster = new Cluster('postgresql://app@10.0.0.1:26257,10.0.0.2:26257,10.0.0.3:26257/bank?sslmode=verify-full')
 * await cluster.transaction(async tx => {
 *   await tx.query('UPDATE accounts SET balance = balance - $1 WHERE id = $2', [amount, from])
 *   await tx.query('UPDATE accounts SET balance = balance + $1 WHERE id = $2', [amount, to])
 * })
 * await cluster.close()
 */
export class Cluster implements Queryable {
  /** node-postgres' Pool over the cluster, for ORMs and for code written for `pg`. */
  readonly pool: CerciPool
  readonly #staleReads = new StaleReads(this)

  /** @throws OptionError when an option cannot be used */
  constructor(options: ClusterOptions | string) {
    this.pool = new CerciPool(options)
  }

  /** For the rest of this package. */
  get observers(): Observers {
    return this.pool.connections.observers
  }

  /**
   * Runs one statement. It is run again after 40001, and after a lost connection when it was not executed, is a read, or is declared `idempotent`.
   *
   * @throws UniqueViolationError and its siblings, AmbiguousCommitError, RetriesExhaustedError, PoolTimeoutError, QueryTimeoutError,
   *   QueryAbortedError, ConnectionError; for other errors of the server node-postgres' DatabaseError
   * @example
   * const { rows } = await cluster.query<{ name: string }>('SELECT name FROM users WHERE id = $1', [id])
   */
  async query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    textOrConfig: string | CerciQueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<R>> {
    try {
      return await this.pool.execute<R>(readQueryArguments(textOrConfig, values))
    } catch (error) {
      const explained = fromServer(error)
      if (explained instanceof Error) Error.captureStackTrace(explained)
      throw explained
    }
  }

  /**
   * Runs several statements in one round trip, as one transaction: all of them take effect, or none. The server runs it again by itself after a
   * conflict; this client does so when that is safe, as with `query()`. No statement can use another's result: for that there is `transaction()`.
   *
   * @param options `idempotent` promises that running the batch twice does what running it once does
   * @returns one result for each statement
   * @throws OptionError for transaction control and schema changes, which do not go into a batch; else as `query()`
   * @example
   * const [accounts, entry] = await cluster.batch([
   *   { text: 'UPDATE accounts SET balance = balance - $1 WHERE id = $2', values: ['10.00', from] },
   *   { text: 'INSERT INTO entries (account, amount) VALUES ($1, $2) RETURNING id', values: [from, '-10.00'] },
   * ])
   */
  async batch(statements: readonly BatchStatement[], options: BatchOptions = {}): Promise<pg.QueryResult[]> {
    return await runBatch(this.pool, readBatch(statements), options)
  }

  /**
   * Runs `fn` in a transaction and commits it; the whole of `fn` again after a conflict or a lost node, as often as options allow.
   * So `fn` must have no effect outside of `tx`, or one that may happen twice.
   *
   * @throws AmbiguousCommitError when nobody can know whether it was committed and there is no `verify`; RetriesExhaustedError,
   *   TransactionDeadlineError, and what `fn` throws. After any error but AmbiguousCommitError, CommittedSchemaFailedError and
   *   TransactionSplitError nothing was written.
   * @example
   * const order = await cluster.transaction(async tx => {
   *   const { rows: [product] } = await tx.query('SELECT price FROM products WHERE id = $1 FOR UPDATE', [id])
   *   await tx.query('INSERT INTO orders (product, price) VALUES ($1, $2)', [id, product.price])
   * }, { deadlineMs: 5_000 })
   */
  transaction<T>(fn: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return runTransaction(this, fn, options)
  }

  /**
   * Reads from the past, which the nearest replica serves without waiting for anybody. With `follower` and `exact`, all statements of `fn` see
   * one moment, in a read-only transaction, and `fn` is run again on a conflict. With `maxStaleness` and `minTimestamp`, each statement is read by
   * itself, as fresh as possible; what cannot be read so is read at exactly the bound. https://www.cockroachlabs.com/docs/v26.2/follower-reads
   *
   * @param fn Gets what to query with. Only reads are possible.
   * @throws OptionError for times that are none; StaleReadError for statements that cannot carry one
   * @example
   * const report = await cluster.staleRead({ follower: true }, async past => {
   *   const { rows: tables } = await past.query('SELECT table_name FROM information_schema.tables')
   *   return tables.map(table => table.table_name)
   * })
   */
  async staleRead<T>(options: StaleReadOptions, fn: (past: Queryable) => Promise<T>): Promise<T> {
    return await this.#staleReads.read(options, fn)
  }

  /** Watches queries, transactions, retries and nodes. Returns a function that ends that. */
  observe(observer: Observer): () => void {
    return this.pool.observe(observer)
  }

  /** Opens `min` connections, and at least one to every node, so that the first requests find them. */
  async warmUp(): Promise<void> {
    await this.pool.warmUp()
  }

  /** Asks every node for a sign of life. Needs no privilege. */
  async health(options: { readonly timeoutMs?: number | undefined } = {}): Promise<ClusterHealth> {
    return await clusterHealth(this.pool, readTimeoutMs(options.timeoutMs) ?? 2_000)
  }

  /**
   * Lets what runs finish until the deadline, then cancels it on the server, then cuts it. Every caller is settled.
   *
   * @param options `deadlineMs` defaults to 10000
   */
  async close(options: { readonly deadlineMs?: number | undefined } = {}): Promise<void> {
    await this.pool.close(options)
  }
}
