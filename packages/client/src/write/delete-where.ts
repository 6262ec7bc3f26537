import { setTimeout as sleep } from 'node:timers/promises'
import { OptionError } from '../errors/option-error.js'
import type { Queryable } from '../query/queryable.js'
import { quoteIdentifier, tableName } from '../statement/identifier.js'
import { castName, columnType } from '../value/column-type.js'
import { positiveInteger } from './bulk-options.js'
import { tableShape } from './columns.js'

export interface DeleteWhereOptions {
  /** Which rows go, as SQL with `$1`, `$2`, …: `expires_at < $1`. `true` is every row. */
  readonly where: string
  /** Values of the placeholders in `where`. */
  readonly values?: readonly unknown[] | undefined
  /** The order in which rows go: unique together and never NULL, best the columns of an index that serves `where`. @default the primary key */
  readonly orderBy?: readonly string[] | undefined
  /** Rows in one statement. @default 10000 */
  readonly batchRows?: number | undefined
  /** Milliseconds between two batches, to leave the cluster room. @default 0 */
  readonly pauseMs?: number | undefined
  /** Where an earlier run stopped, as its progress said; rows up to there are not looked at again. */
  readonly after?: readonly string[] | undefined
  /** Called after every batch. */
  readonly onProgress?: ((progress: DeleteProgress) => void) | undefined
  /** Stops between batches and cancels the one under way. */
  readonly signal?: AbortSignal | undefined
}

export interface DeleteProgress {
  readonly deleted: number
  readonly batches: number
  /** The last deleted row's values of `orderBy`, for a later run's `after`; undefined when nothing was deleted. */
  readonly after: readonly string[] | undefined
}

/**
 * Deletes any number of rows in batches, in order, each batch going on where the last one ended, so that what is deleted is not scanned again.
 * Each batch is a transaction of its own, run again on a conflict (40001) and after a lost connection; `deleted` does not count a batch of
 * which only the answer was lost. Rows that are inserted behind the place
 * that was reached stay.
 * https://www.cockroachlabs.com/docs/v26.2/bulk-delete-data
 *
 * @example
 * import { Cluster, deleteWhere } from 'cerci'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * await cluster.query('CREATE TABLE IF NOT EXISTS sessions (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), expires_at TIMESTAMPTZ NOT NULL)')
 * const { deleted } = await deleteWhere(cluster, 'sessions', { where: 'expires_at < $1', values: [new Date()] })
 * console.log(`${deleted} sessions have expired`)
 * await cluster.close()
 */
export async function deleteWhere(db: Queryable, table: string, options: DeleteWhereOptions): Promise<DeleteProgress> {
  const target = tableName(table)
  const batchRows = positiveInteger('batchRows', options.batchRows ?? 10_000)
  const statement = await deletion(db, target, options, batchRows)
  let progress: DeleteProgress = { deleted: 0, batches: 0, after: options.after }
  for (;;) {
    options.signal?.throwIfAborted()
    const values = [...(options.values ?? []), ...(progress.after ?? [])]
    const text = statement(progress.after !== undefined)
    const { rows } = await db.query<Record<string, unknown>>({ text, values, idempotent: true, signal: options.signal })
    const [last] = rows
    if (last === undefined) return progress
    const [deleted, ...after] = Object.values(last).map(String)
    progress = { deleted: progress.deleted + Number(deleted), batches: progress.batches + 1, after }
    options.onProgress?.(progress)
    if (Number(deleted) < batchRows) return progress
    if (options.pauseMs) await sleep(options.pauseMs, undefined, { signal: options.signal })
  }
}

/** Makes the statement of one batch: of the first, or of one that begins after a row. */
async function deletion(
  db: Queryable,
  target: string,
  options: DeleteWhereOptions,
  batchRows: number,
): Promise<(resumed: boolean) => string> {
  if (typeof options.where !== 'string' || options.where.trim() === '')
    throw new OptionError('where', 'it is empty; write true to delete every row')
  const { types, primaryKey } = await tableShape(db, target)
  const order = options.orderBy ?? primaryKey
  if (order.length === 0) throw new OptionError('orderBy', 'the table has no primary key; name unique columns')
  if (options.after && options.after.length !== order.length) {
    throw new OptionError('after', `it has ${options.after.length} values for ${order.length} columns`)
  }
  const first = (options.values?.length ?? 0) + 1
  const bounds = order.map((name, index) => {
    const type = types.get(name)
    if (type === undefined) throw new OptionError('orderBy', `the table has no column ${JSON.stringify(name)}`)
    return `$${first + index}::${castName(columnType(type))}`
  })
  const columns = order.map(quoteIdentifier)
  const rest = `ORDER BY ${columns.join(', ')} LIMIT ${batchRows}`
  const picked = (resumed: boolean): string => {
    const bound = resumed ? ` AND (${columns.join(', ')}) > (${bounds.join(', ')})` : ''
    return `SELECT ${columns.join(', ')} FROM ${target} WHERE (${options.where})${bound} ${rest}`
  }
  const texts = order.map((name, index) => `${quoteIdentifier(name)}::text AS after_${index}`)
  return resumed =>
    `WITH gone AS (DELETE FROM ${target} WHERE (${columns.join(', ')}) IN (${picked(resumed)}) RETURNING ${columns.join(', ')}) ` +
    `SELECT (SELECT count(*) FROM gone) AS deleted, ${texts.join(', ')} FROM gone ` +
    `ORDER BY ${columns.map(column => `gone.${column} DESC`).join(', ')} LIMIT 1`
}
