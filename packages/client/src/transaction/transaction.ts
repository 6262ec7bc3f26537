import type pg from 'pg'
import type { BatchStatement } from '../pool/batch.js'
import type { Queryable } from '../query/queryable.js'
import type { AsOf } from '../read/as-of.js'
import type { RetryLimits } from '../retry/retry-budget.js'

/** What a transaction's function gets. It is valid until that function settles; using it later is `CERCI_TRANSACTION_ENDED`. */
export interface Transaction extends Queryable {
  /** 1 for the first run of the function, 2 for the second, … */
  readonly attempt: number
  /**
   * Runs several statements in one round trip. The first that fails aborts the transaction, and the rest is not run.
   *
   * @returns one result for each statement
   * @throws OptionError for transaction control and schema changes; else as `query()`
   */
  batch(statements: readonly BatchStatement[]): Promise<pg.QueryResult[]>
  /**
   * Runs `fn` under a savepoint: what it throws undoes its statements only, and is thrown on. Savepoints nest, but two must not overlap.
   * Errors that restart the whole transaction (40001, a lost connection) pass through and do so.
   * https://www.cockroachlabs.com/docs/v26.2/savepoint
   */
  savepoint<T>(fn: (tx: Transaction) => Promise<T>): Promise<T>
}

/** https://www.cockroachlabs.com/docs/v26.2/transactions#isolation-levels */
export type IsolationLevel = 'serializable' | 'read committed'

/** How to run a transaction. Everything has a default. */
export interface TransactionOptions {
  /** In any case. @default the session's, which is `serializable` unless configured otherwise */
  readonly isolation?: IsolationLevel | Uppercase<IsolationLevel> | undefined
  /** @default false */
  readonly readOnly?: boolean | undefined
  /** Transactions of high priority win conflicts. https://www.cockroachlabs.com/docs/v26.2/transactions#transaction-priorities @default 'normal' */
  readonly priority?: 'low' | 'normal' | 'high' | undefined
  /**
   * Reads the past: a `Date`, `follower_read_timestamp()`, an interval such as `-10s`, a timestamp, or an HLC timestamp. The transaction is then
   * read-only. The value is validated and inlined. https://www.cockroachlabs.com/docs/v26.2/as-of-system-time
   */
  readonly asOf?: AsOf | undefined
  /** Milliseconds for all attempts and the pauses between them; then `CERCI_TRANSACTION_DEADLINE`. @default 30000 */
  readonly deadlineMs?: number | 'unlimited' | undefined
  /** How often the function is run at most; then `CERCI_RETRIES_EXHAUSTED`. @default 25 */
  readonly maxAttempts?: number | 'unlimited' | undefined
  /**
   * `false`: the function is run once only. An object: the pauses between attempts, which are random between 0 and a bound that doubles from
   * `baseMs` to `capMs`.
   * @default { baseMs: 4, capMs: 1000 }
   */
  readonly retry?: RetryLimits['retry']
  /** Ends the transaction: its statement is cancelled on the server, the rest is rolled back. A COMMIT already sent is waited for. */
  readonly signal?: AbortSignal | undefined
  /**
   * Settles an ambiguous COMMIT: is run outside the transaction and says whether what the transaction wrote is there. It must look for a row that the
   * transaction INSERTs (not UPSERTs) under a key chosen outside of `fn`: then two runs cannot both commit, even if the lost COMMIT takes effect after
   * `verify` has found nothing. Since v26.2 writes may be buffered at the gateway until commit, so that a read on another node does not meet them.
   * True: the result is returned; false: the function is run again.
   */
  readonly verify?: ((db: Queryable) => Promise<boolean>) | undefined
  /**
   * `cockroach_restart` restarts under CockroachDB's retry savepoint, which keeps the transaction's place in line at the price of two more round trips.
   * https://www.cockroachlabs.com/docs/v26.2/advanced-client-side-transaction-retries
   * @default 'transaction'
   */
  readonly protocol?: 'transaction' | 'cockroach_restart' | undefined
}
