/** What a bulk write did. */
export interface BulkReport<Row = object, Returned = Record<string, unknown>> {
  /** Rows taken from the input. */
  readonly rows: number
  /** Rows that the database says it wrote: with `onConflict: 'nothing'`, or an update whose key has no row, fewer than were sent. */
  readonly written: number
  /** Statements that succeeded. */
  readonly batches: number
  /** Rows that were not written, or are in doubt where the error is an `AmbiguousCommitError`; in the order of the input. */
  readonly failures: readonly BulkFailure<Row>[]
  /** What `returning` gave, unless `onReturned` took it; in no promised order. */
  readonly returned: readonly Returned[]
}

/** Rows that failed together: one, unless the write stopped at a whole batch. */
export interface BulkFailure<Row = object> {
  /** Place of the first of `rows` in the input, from 0. */
  readonly index: number
  readonly rows: readonly Row[]
  readonly error: unknown
}
