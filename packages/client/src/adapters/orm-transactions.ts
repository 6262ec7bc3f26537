import type { Cluster } from '../cluster/cluster.js'
import { withDefaults } from '../cluster/with-defaults.js'
import { ConnectionLostError } from '../errors/connection-errors.js'
import { checkOptions, knownOptions } from '../errors/known-options.js'
import { OptionError } from '../errors/option-error.js'
import { AmbiguousCommitError } from '../errors/transaction-errors.js'
import { readSignal } from '../query/limits.js'
import { checkStaleRead, type ExactRead, type FollowerRead, MOMENTS } from '../read/stale-reads.js'
import { classify } from '../retry/classify.js'
import { observeRetry, retryTransaction } from '../retry/retry-loop.js'
import { onlyReads, transactionModes } from '../transaction/begin-statement.js'
import type { TransactionOptions } from '../transaction/transaction.js'
import { checkTransactionCall, commonTransactionOptions, ormNames } from '../transaction/transaction-call.js'

/** What an adapter tells of its ORM; everything else is the same for all. */
export interface OrmBinding<Tx> {
  /**
   * Runs `body` in a transaction of the ORM's own making, commits it, and rolls back when `body` throws.
   *
   * @param deadlineMs of the transaction, for an ORM that limits attempts by itself
   */
  begin<T>(body: (tx: Tx) => Promise<T>, deadlineMs: TransactionOptions['deadlineMs']): Promise<T>
  /** Runs one statement without values in that transaction. */
  execute(tx: Tx, sql: string): Promise<unknown>
}

/** How to run a transaction of an ORM. Everything has a default. */
export interface OrmTransactionOptions<Db>
  extends Pick<
    TransactionOptions,
    'isolation' | 'readOnly' | 'priority' | 'asOf' | 'deadlineMs' | 'maxAttempts' | 'retry' | 'signal'
  > {
  /**
   * Settles an ambiguous COMMIT: is run outside the transaction and says whether what the transaction wrote is there. It must look for a row that the
   * transaction INSERTs (not UPSERTs) under a key chosen outside of `fn`: then two runs cannot both commit, even if the lost COMMIT takes effect after
   * `verify` has found nothing. Since v26.2 writes may be buffered at the gateway until commit, so that a read on another node does not meet them.
   * True: the result is returned; false: the function is run again.
   */
  readonly verify?: ((db: Db) => Promise<boolean>) | undefined
}

/** Transactions of an ORM over a cluster. */
export interface OrmTransactions<Db, Tx> {
  /**
   * Runs `fn` in a transaction of the ORM and commits it; the whole of `fn` again after a conflict or a lost node, wherever the ORM hides that.
   * So `fn` must have no effect outside of `tx`, or one that may happen twice. `deadlineMs` and `signal` are looked at between attempts.
   *
   * @throws AmbiguousCommitError when nobody can know whether it was committed and there is no `verify`; RetriesExhaustedError,
   *   TransactionDeadlineError, and what the ORM or `fn` throws. After any error but AmbiguousCommitError, AfterCommitError and TransactionSplitError
   *   nothing was written.
   */
  readonly transaction: <T>(fn: (tx: Tx) => Promise<T>, options?: OrmTransactionOptions<Db>) => Promise<T>
  /**
   * Runs `fn` in a read-only transaction in the past, which the nearest replica serves without waiting for anybody. All of its queries see one moment.
   * https://www.cockroachlabs.com/docs/v26.2/follower-reads
   */
  readonly staleRead: <T>(options: FollowerRead | ExactRead, fn: (past: Tx) => Promise<T>) => Promise<T>
}

const ormTransactionOptions = knownOptions<OrmTransactionOptions<unknown>>('transaction()', commonTransactionOptions, {
  ...ormNames,
  protocol: 'only cluster.transaction() can choose it',
})

/** Puts an ORM's transactions on the one retry loop. */
export function bindOrm<Db, Tx>(cluster: Cluster, db: Db, orm: OrmBinding<Tx>): OrmTransactions<Db, Tx> {
  const transaction = async <T>(fn: (tx: Tx) => Promise<T>, options: OrmTransactionOptions<Db> = {}): Promise<T> => {
    checkTransactionCall(fn, options)
    checkOptions(options, ormTransactionOptions)
    if (options.verify !== undefined && typeof options.verify !== 'function')
      throw new OptionError('verify', 'it must be a function')
    readSignal(options.signal)?.throwIfAborted()
    const run = new OrmTransaction(cluster, db, orm, fn, options)
    if (!cluster.observers.active) return await run.run()
    const start = {
      kind: 'transaction',
      text: undefined,
      database: cluster.pool.connections.settings.database,
    } as const
    return await cluster.observers.unit(
      start,
      () => run.attempts,
      () => run.run(),
    )
  }
  return {
    transaction,
    staleRead: async (given, fn) => {
      checkStaleRead(given, fn, MOMENTS)
      const options = withDefaults({}, given)
      const asOf = 'follower' in options ? 'follower_read_timestamp()' : options.exact
      return await transaction(fn, { readOnly: true, asOf, priority: options.priority })
    },
  }
}

class OrmTransaction<Db, Tx, T> {
  attempts = 0
  readonly #cluster: Cluster
  readonly #db: Db
  readonly #orm: OrmBinding<Tx>
  readonly #fn: (tx: Tx) => Promise<T>
  readonly #options: OrmTransactionOptions<Db>
  readonly #modes: string | undefined

  constructor(
    cluster: Cluster,
    db: Db,
    orm: OrmBinding<Tx>,
    fn: (tx: Tx) => Promise<T>,
    options: OrmTransactionOptions<Db>,
  ) {
    this.#cluster = cluster
    this.#db = db
    this.#orm = orm
    this.#fn = fn
    this.#options = { ...withDefaults(cluster.pool.connections.settings.transaction, options), verify: options.verify }
    this.#modes = transactionModes(this.#options)
  }

  run(): Promise<T> {
    return retryTransaction(() => this.#attempt(), {
      ...this.#options,
      onRetry: ({ failure, error, attempt, delayMs }) =>
        observeRetry(this.#cluster.observers, 'transaction', failure, error, attempt, delayMs),
    })
  }

  async #attempt(): Promise<T> {
    this.attempts++
    let done: { readonly value: T } | undefined
    try {
      return await this.#orm.begin(async tx => {
        if (this.#modes !== undefined) await this.#orm.execute(tx, `SET TRANSACTION ${this.#modes}`)
        const value = await this.#fn(tx)
        done = { value }
        return value
      }, this.#options.deadlineMs)
    } catch (error) {
      return await this.#settle(error, done)
    }
  }

  /** Decides an ambiguous end. One before the function was done is none: the COMMIT was not sent. */
  async #settle(error: unknown, done: { readonly value: T } | undefined): Promise<T> {
    const { kind, code } = classify(error)
    if (kind !== 'ambiguous' || (done === undefined && code?.length !== sqlStateLength)) throw error
    if (done === undefined || onlyReads(this.#options)) throw new ConnectionLostError('aborted', error)
    const { observers } = this.#cluster
    if (observers.active) observers.ambiguous({ kind: 'transaction', node: undefined, error })
    if (await this.#isCommitted(error)) return done.value
    throw new ConnectionLostError('aborted', error)
  }

  async #isCommitted(error: unknown): Promise<boolean> {
    if (this.#options.verify === undefined) throw new AmbiguousCommitError('COMMIT', error)
    try {
      return await this.#options.verify(this.#db)
    } catch (verifyError) {
      throw new AmbiguousCommitError('COMMIT', error, verifyError)
    }
  }
}

/** Codes of the server have it; those of this package are longer. */
const sqlStateLength = 5
