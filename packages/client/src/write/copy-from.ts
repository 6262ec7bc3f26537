import { OptionError } from '../errors/option-error.js'
import { readSignal } from '../query/limits.js'
import type { Queryable } from '../query/queryable.js'
import { quoteIdentifier, tableName } from '../statement/identifier.js'
import { tableColumns } from './columns.js'
import { CopyIn, type CopyPool } from './copy-in.js'
import { copyText } from './copy-text.js'
import { peek } from './peek.js'

export interface CopyFromOptions<Row extends object = object> {
  /** Columns to write. @default the properties of the first row; every other row must then have the same */
  readonly columns?: readonly (keyof Row & string)[] | undefined
  /** SQL types of columns, by name, where they are known; saves the query that looks them up. */
  readonly types?: Readonly<Record<string, string>> | undefined
  /**
   * Ends the COPY: `CERCI_QUERY_ABORTED`, and nothing of it is written. When all rows were sent, the server gets two more seconds to answer; then it
   * is `CERCI_AMBIGUOUS_COMMIT`.
   */
  readonly signal?: AbortSignal | undefined
}

export interface CopyDataOptions {
  /** Columns that the data has, in its order. @default all columns of the table */
  readonly columns?: readonly string[] | undefined
  /** @default 'text' */
  readonly format?: 'text' | 'csv' | undefined
  /**
   * Ends the COPY: `CERCI_QUERY_ABORTED`, and nothing of it is written. When all rows were sent, the server gets two more seconds to answer; then it
   * is `CERCI_AMBIGUOUS_COMMIT`.
   */
  readonly signal?: AbortSignal | undefined
}

/** What has a pool to copy through, and runs look-ups: a `Cluster`. */
export interface CopyTarget extends Queryable {
  readonly pool: CopyPool
}

/**
 * Streams rows into a table with COPY, all or nothing. Rows are taken as fast as the server reads them, so that memory stays flat. A COPY cannot be
 * run again, as its rows are gone: on a conflict it rejects with 40001. Where retries, isolated failures or rows back are wanted, use `insertMany`,
 * which is as fast. CockroachDB wants the `admin` role for COPY.
 * https://www.cockroachlabs.com/docs/v26.2/copy
 *
 * @throws ConnectionLostError when the node was lost before all rows were sent: nothing is written; AmbiguousCommitError when it was lost
 *   after that; QueryAbortedError; UniqueViolationError and its siblings
 * @example
 * import { Cluster, copyFrom } from 'cerci'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * await cluster.query('CREATE TABLE IF NOT EXISTS logs (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), line STRING, data JSONB)')
 *
 * async function* lines() {
 *   for (let i = 0; i < 1_000; i++) yield { line: `line ${i}`, data: { number: i } }
 * }
 * const { rows } = await copyFrom(cluster, 'logs', lines())
 * console.log(`${rows} rows copied`)
 * await cluster.close()
 */
export async function copyFrom<Row extends object>(
  cluster: CopyTarget,
  table: string,
  rows: Iterable<Row> | AsyncIterable<Row>,
  options: CopyFromOptions<Row> = {},
): Promise<{ readonly rows: number }> {
  const target = tableName(table)
  const signal = readSignal(options.signal)
  const { first, source, close } = await peek(rows)
  if (first === undefined) return { rows: 0 }
  try {
    const names = options.columns ?? Object.keys(first)
    if (names.length === 0) throw new OptionError('columns', 'there is no column to write')
    const { columns } = await tableColumns(cluster, target, names, { types: options.types, signal })
    const chunks = copyText(source, columns, options.columns === undefined)
    return await send(
      cluster.pool,
      `COPY ${target} (${names.map(quoteIdentifier).join(', ')}) FROM STDIN`,
      chunks,
      options,
    )
  } catch (error) {
    close().catch(() => undefined) // not awaited: the source may be waiting for something that never comes
    throw error
  }
}

/**
 * Streams data that is in COPY's text or CSV format already, such as a file, into a table, all or nothing.
 *
 * @example
 * import { Readable } from 'node:stream'
 * import { Cluster, copyData } from 'cerci'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * await cluster.query('CREATE TABLE IF NOT EXISTS cities (id INT8 PRIMARY KEY, name STRING)')
 * const file = Readable.from(['1,Berlin\n2,"Halle, Saale"\n']) // or createReadStream('cities.csv')
 * const { rows } = await copyData(cluster, 'cities', file, { format: 'csv', columns: ['id', 'name'] })
 * console.log(`${rows} cities copied`)
 * await cluster.close()
 */
export async function copyData(
  cluster: CopyTarget,
  table: string,
  data: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  options: CopyDataOptions = {},
): Promise<{ readonly rows: number }> {
  const columns = options.columns ? ` (${options.columns.map(quoteIdentifier).join(', ')})` : ''
  const format = options.format === 'csv' ? ' WITH CSV' : ''
  return await send(cluster.pool, `COPY ${tableName(table)}${columns} FROM STDIN${format}`, data, options)
}

async function send(
  pool: CopyPool,
  text: string,
  chunks: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<{ readonly rows: number }> {
  const given: unknown = pool
  if (given === undefined)
    throw new OptionError(
      'cluster',
      'COPY is a transaction of its own; give the Cluster, or write in a transaction by insertMany',
    )
  const client = await pool.acquire({ signal: readSignal(signal) })
  try {
    return { rows: await new CopyIn(text, chunks).run(client, signal) }
  } finally {
    client.release()
  }
}
