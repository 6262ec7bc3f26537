import type pg from 'pg'
import { checkOptions, knownOptions } from '../errors/known-options.js'
import { oneOf } from '../errors/option-error.js'
import type { Queryable } from '../query/queryable.js'
import { quoteIdentifier } from '../statement/identifier.js'
import { type BulkOptions, bulkElsewhere, bulkNames } from './bulk-options.js'
import type { BulkReport } from './bulk-report.js'
import { bulkWrite } from './bulk-write.js'
import type { Column } from './columns.js'
import { inputRelation, returningClause } from './input-relation.js'

export interface InsertManyOptions<Row extends object, Returned extends pg.QueryResultRow>
  extends BulkOptions<Row, Returned> {
  /**
   * What to do with a row whose key exists: fail its batch, or leave the existing row as it is. With `nothing`, and without `returning`, a batch is also
   * run again after a lost connection, if the rows have all columns of the primary key. To know that, the table is looked up even when `types` are given.
   * @default 'error'
   */
  readonly onConflict?: 'error' | 'nothing' | undefined
}

const insertOptions = knownOptions<InsertManyOptions<object, pg.QueryResultRow>>(
  'insertMany()',
  { ...bulkNames, onConflict: true },
  { ...bulkElsewhere, ignoreDuplicates: "write onConflict: 'nothing'", skipDuplicates: "write onConflict: 'nothing'" },
)

/**
 * Inserts rows in batches of one statement each, several at once: some 30 times faster than row by row. Rows come from anything
 * that can be iterated, asynchronously too, and are taken only as fast as they are written. Each batch is a transaction of its own, run again on
 * a conflict (40001); pass a `Transaction` to make all of them one.
 *
 * Rejects with a `BulkWriteError`, whose `report` says what was written, and `AmbiguousCommitError` as its `cause` when a connection was lost
 * while a batch was on its way.
 * https://www.cockroachlabs.com/docs/v26.2/insert#insert-multiple-rows-into-an-existing-table
 *
 * @param table As written in SQL: `accounts`, `public.accounts`, `"Mixed"`.
 *
 * @example
 * import { Cluster, insertMany } from 'cerci'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * await cluster.query('CREATE TABLE IF NOT EXISTS readings (sensor INT8, at TIMESTAMPTZ, value DECIMAL, PRIMARY KEY (sensor, at))')
 *
 * async function* readings() {
 *   for (let i = 0; i < 10_000; i++) yield { sensor: i % 7, at: new Date(1_760_000_000_000 + i), value: `${i}.25` }
 * }
 * const report = await insertMany(cluster, 'readings', readings(), { onConflict: 'nothing', onError: 'isolate' })
 * console.log(report.written, report.failures)
 * await cluster.close()
 */
export async function insertMany<Row extends object, Returned extends pg.QueryResultRow = pg.QueryResultRow>(
  db: Queryable,
  table: string,
  rows: Iterable<Row> | AsyncIterable<Row>,
  options: InsertManyOptions<Row, Returned> = {},
): Promise<BulkReport<Row, Returned>> {
  checkOptions(options, insertOptions)
  const ignore = oneOf(options.onConflict ?? 'error', 'onConflict', ['error', 'nothing']) === 'nothing'
  return await bulkWrite(db, table, rows, options, {
    needsKey: ignore && !options.returning,
    plan: (target, { columns, primaryKey }) => {
      const names = columns.map(column => quoteIdentifier(column.name)).join(', ')
      const conflict = ignore ? ' ON CONFLICT DO NOTHING' : ''
      return {
        text: `INSERT INTO ${target} (${names}) ${inputRelation(columns)}${conflict}${returningClause(options.returning)}`,
        key: [],
        idempotent: ignore && !options.returning && isWritten(primaryKey, columns),
      }
    },
  })
}

/** Whether a row that is sent again has the key that it had. One that the server makes would be new, and the row would be there twice. */
function isWritten(primaryKey: readonly string[], columns: readonly Column[]): boolean {
  return primaryKey.length > 0 && primaryKey.every(name => columns.some(column => column.name === name))
}
