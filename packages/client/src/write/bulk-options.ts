import type pg from 'pg'
import { OptionError, oneOf } from '../errors/option-error.js'
import type { BulkReport } from './bulk-report.js'

/** What every bulk write takes. */
export interface BulkOptions<Row extends object = object, Returned extends pg.QueryResultRow = pg.QueryResultRow> {
  /** Columns to write. @default the properties of the first row; every other row must then have the same */
  readonly columns?: readonly (keyof Row & string)[] | undefined
  /** SQL types of columns, by name, where they are known; saves the query that looks them up, unless the primary key must be known. */
  readonly types?: Readonly<Record<string, string>> | undefined
  /** Rows in one statement. https://www.cockroachlabs.com/docs/v26.2/performance-best-practices-overview @default 1000 */
  readonly batchRows?: number | undefined
  /** Bytes of values in one statement, nearly. @default 1048576 */
  readonly batchBytes?: number | undefined
  /** Statements under way at once, each on a connection of its own. @default 4, and 1 in a transaction, which has one connection */
  readonly parallel?: number | undefined
  /**
   * What to do with a batch that the database refuses because of its rows (a constraint, a bad value). `stop`: throw, with the report. `isolate`: halve it
   * until the bad rows are alone, write the others, and report the bad ones. Errors that are not about rows always stop.
   * @default 'stop'
   */
  readonly onError?: 'stop' | 'isolate' | undefined
  /** Failed rows that `isolate` bears before it stops after all. @default 1000 */
  readonly maxFailedRows?: number | undefined
  /** Columns to give back of every written row. */
  readonly returning?: readonly string[] | undefined
  /**
   * Takes the returned rows of each batch, so that they are not all kept for the report; the next batch waits for its promise. What it throws stops
   * the write; the rows of the batch are written nevertheless.
   */
  readonly onReturned?: ((rows: Returned[]) => void | Promise<void>) | undefined
  /** Called after every batch. `report` is what happened so far. */
  readonly onProgress?: ((report: BulkReport<Row, Returned>) => void) | undefined
  /** Stops between batches and cancels those under way. */
  readonly signal?: AbortSignal | undefined
}

/** For `knownOptions()` of each bulk write. */
export const bulkNames = {
  columns: true,
  types: true,
  batchRows: true,
  batchBytes: true,
  parallel: true,
  onError: true,
  maxFailedRows: true,
  returning: true,
  onReturned: true,
  onProgress: true,
  signal: true,
} as const

/** What ORMs and drivers call options of a bulk write. */
export const bulkElsewhere = {
  batchSize: 'write batchRows',
  chunkSize: 'write batchRows',
  concurrency: 'write parallel',
  fields: 'write columns',
} as const

/** The numbers of `BulkOptions`, checked. */
export interface BulkLimits {
  readonly batchRows: number
  readonly batchBytes: number
  readonly parallel: number
  readonly maxFailedRows: number
}

export function bulkLimits(options: BulkOptions<never, never>, inTransaction: boolean): BulkLimits {
  oneOf(options.onError ?? 'stop', 'onError', ['stop', 'isolate'])
  return {
    batchRows: positiveInteger('batchRows', options.batchRows ?? 1_000),
    batchBytes: positiveInteger('batchBytes', options.batchBytes ?? 1_048_576),
    parallel: inTransaction ? 1 : positiveInteger('parallel', options.parallel ?? 4),
    maxFailedRows: positiveInteger('maxFailedRows', options.maxFailedRows ?? 1_000),
  }
}

export function positiveInteger(option: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) throw new OptionError(option, `${value} is not a positive integer`)
  return value
}
