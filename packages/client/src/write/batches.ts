import { ValueError } from '../value/value-error.js'
import { BulkRowError } from './bulk-errors.js'
import type { Column } from './columns.js'
import { encodeRow } from './encode-row.js'

/** A row of the input, encoded for the server. */
export interface EncodedRow<Row> {
  readonly row: Row
  /** Place in the input, from 0. */
  readonly index: number
  /** One text per column; null is NULL. */
  readonly fields: readonly (string | null)[]
}

/** A row that cannot be sent at all. */
export interface RefusedRow<Row> {
  readonly row: Row
  readonly index: number
  readonly error: ValueError | BulkRowError
}

export interface Batch<Row> {
  readonly rows: readonly EncodedRow<Row>[]
  readonly refused: readonly RefusedRow<Row>[]
}

export interface BatchOptions {
  readonly columns: readonly Column[]
  /** Refuse a row that has other columns than these; false when the caller chose the columns. */
  readonly exact: boolean
  /** Columns that must not repeat within a batch; empty: rows may repeat. */
  readonly key: readonly string[]
  readonly batchRows: number
  readonly batchBytes: number
}

/** Cuts rows into batches, by count and by bytes. Takes a row only when it is asked for one, so that the source is never ahead by more than a batch. */
export async function* batches<Row extends object>(
  rows: Iterable<Row> | AsyncIterable<Row>,
  options: BatchOptions,
): AsyncGenerator<Batch<Row>, void, undefined> {
  let batch = new BatchBuilder<Row>(options)
  let index = 0
  for await (const row of rows) {
    batch.add(row, index++)
    if (batch.full) {
      yield batch
      batch = new BatchBuilder<Row>(options)
    }
  }
  if (batch.rows.length + batch.refused.length > 0) yield batch
}

class BatchBuilder<Row extends object> implements Batch<Row> {
  readonly rows: EncodedRow<Row>[] = []
  readonly refused: RefusedRow<Row>[] = []
  readonly #options: BatchOptions
  readonly #keyFields: readonly number[]
  readonly #keys = new Set<string>()
  #bytes = 0

  constructor(options: BatchOptions) {
    this.#options = options
    this.#keyFields = options.key.map(name => options.columns.findIndex(column => column.name === name))
  }

  get full(): boolean {
    return this.rows.length + this.refused.length >= this.#options.batchRows || this.#bytes >= this.#options.batchBytes
  }

  add(row: Row, index: number): void {
    try {
      const fields = encodeRow(row, index, this.#options.columns, this.#options.exact)
      this.#checkKey(fields, index)
      this.rows.push({ row, index, fields })
      for (const field of fields) this.#bytes += (field?.length ?? 0) + BYTES_PER_FIELD
    } catch (error) {
      if (!(error instanceof ValueError || error instanceof BulkRowError)) throw error
      this.refused.push({ row, index, error })
    }
  }

  #checkKey(fields: readonly (string | null)[], index: number): void {
    if (this.#keyFields.length === 0) return
    const key = JSON.stringify(this.#keyFields.map(field => fields[field]))
    if (this.#keys.has(key)) throw new BulkRowError(index, 'has the same key as an earlier row of its batch')
    this.#keys.add(key)
  }
}

/** Quotes, comma and length of an element; an estimate is enough. */
const BYTES_PER_FIELD = 4
