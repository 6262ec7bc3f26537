import type { Queryable } from '../query/queryable.js'
import type { Transaction, TransactionOptions } from '../transaction/transaction.js'

/** How calls are gathered. */
export interface CoalesceOptions {
  /** Rows in one batch. @default 500 */
  readonly maxBatch?: number | undefined
  /**
   * Milliseconds that a call waits for company when no batch is under way. With 0 only calls of the same turn of the event loop
   * meet; those that arrive while a batch is under way always form the next one. @default 0
   */
  readonly maxWaitMs?: number | undefined
  /** Calls that may wait; more are refused with `CoalesceFullError`. @default 10000 */
  readonly maxQueued?: number | undefined
  /** Batches under way at once. More than one makes batches that touch the same rows conflict. @default 1 */
  readonly maxInFlight?: number | undefined
  /** Running a batch twice does what running it once does, because of its keys. Then it is run again when a commit was ambiguous. @default false */
  readonly idempotent?: boolean | undefined
}

/** A batch as a function in one transaction. */
export interface CoalescedTransaction<Row, Result> extends CoalesceOptions {
  /**
   * Does the work of all rows, and returns one result per row, in their order. An `Error` among the results is thrown to its caller only; the
   * transaction commits. What `run` throws undoes the batch: when the server refused a row, the batch is halved until the row is alone.
   *
   * Rows come in the order of their calls, and the outcome must be as if they were applied one after the other in that order. `run` may be
   * called several times for the same rows (40001), so it must keep no state between calls.
   */
  readonly run: (rows: readonly Row[], tx: Transaction) => Promise<readonly (Result | Error)[]>
  /**
   * What a call touches: one key, or an array of keys: texts or numbers; `1`, `1n` and `'1'` are the same. Calls that share a key never share a batch, and keep their order. Leave it out when `run`
   * handles rows that touch the same thing.
   */
  readonly by?: ((row: Row) => unknown) | undefined
  readonly transaction?: TransactionOptions | undefined
}

/** A batch as one statement that reads the rows from the relation `input`. */
export interface CoalescedStatement<Row extends object> extends CoalesceOptions {
  /**
   * Reads the calls from the relation `input`, which has the columns of `input` and `ordinal`, the number of the call. Its result must have the
   * column `ordinal`; each call gets the result rows with its number.
   */
  readonly text: string
  /** The properties of a row that the statement uses, with their SQL types. */
  readonly input: Readonly<Partial<Record<keyof Row & string, string>>>
  /**
   * What a call touches: one key, or an array of keys: texts or numbers; `1`, `1n` and `'1'` are the same. Calls that share a key never share a batch, because one statement would not see what it did
   * for an earlier row. `'none'` for statements that do not change what other calls see: reads, and inserts of independent rows.
   */
  readonly by: 'none' | ((row: Row) => unknown)
}

/** A function for one row that shares its work with the calls around it. */
export interface Coalesced<Row, Result> {
  /**
   * @param options `signal` takes the call out while it waits; once its batch is under way, the call settles with it.
   */
  (row: Row, options?: { readonly signal?: AbortSignal | undefined }): Promise<Result>
  /** Calls that wait for a batch. */
  readonly queued: number
  /** Resolves when every call made so far has settled. Never rejects. */
  drain(): Promise<void>
}

/** What runs the batches: a `Cluster`. */
export interface CoalesceTarget extends Queryable {
  transaction<T>(fn: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
}
