import type pg from 'pg'
import { checkOptions, knownOptions } from '../errors/known-options.js'
import { OptionError } from '../errors/option-error.js'
import type { Queryable } from '../query/queryable.js'
import { quoteIdentifier } from '../statement/identifier.js'
import { type BulkOptions, bulkElsewhere, bulkNames } from './bulk-options.js'
import type { BulkReport } from './bulk-report.js'
import { bulkWrite } from './bulk-write.js'
import type { TableColumns } from './columns.js'
import { inputRelation, returningClause } from './input-relation.js'

export interface UpsertManyOptions<Row extends object, Returned extends pg.QueryResultRow>
  extends BulkOptions<Row, Returned> {
  /** Columns of the unique constraint that says whether a row exists. @default the primary key */
  readonly key?: readonly (keyof Row & string)[] | undefined
  /** Columns that an existing row gets from the new one. @default all but the key */
  readonly update?: readonly (keyof Row & string)[] | undefined
}

const upsertOptions = knownOptions<UpsertManyOptions<object, pg.QueryResultRow>>(
  'upsertMany()',
  { ...bulkNames, key: true, update: true },
  { ...bulkElsewhere, conflictFields: 'write key', updateOnDuplicate: 'write update' },
)

/**
 * Inserts rows, and updates those whose key exists, in batches as `insertMany` does. The keys of the input must be unique: a row that
 * meets its twin in one batch is refused with `BulkRowError`. Writing the same rows twice does no harm, so a batch is also run again after
 * a lost connection.
 * https://www.cockroachlabs.com/docs/v26.2/insert#on-conflict-clause
 *
 * @example
 * import { Cluster, upsertMany } from 'cerci'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * await cluster.query('CREATE TABLE IF NOT EXISTS prices (sku STRING PRIMARY KEY, amount DECIMAL NOT NULL)')
 * await upsertMany(cluster, 'prices', [{ sku: 'tea', amount: '3.20' }, { sku: 'milk', amount: '1.05' }])
 * await cluster.close()
 */
export async function upsertMany<Row extends object, Returned extends pg.QueryResultRow = pg.QueryResultRow>(
  db: Queryable,
  table: string,
  rows: Iterable<Row> | AsyncIterable<Row>,
  options: UpsertManyOptions<Row, Returned> = {},
): Promise<BulkReport<Row, Returned>> {
  checkOptions(options, upsertOptions)
  return await bulkWrite(db, table, rows, options, {
    needsKey: options.key === undefined,
    plan: (target, known) => {
      const key = keyColumns(known, options.key)
      const names = known.columns.map(column => column.name)
      const update = options.update ?? names.filter(name => !key.includes(name))
      const assignments = update.map(name => `${quoteIdentifier(name)} = excluded.${quoteIdentifier(name)}`)
      const action = assignments.length > 0 ? `UPDATE SET ${assignments.join(', ')}` : 'NOTHING'
      const conflict = `ON CONFLICT (${key.map(quoteIdentifier).join(', ')}) DO ${action}`
      const into = `INSERT INTO ${target} (${names.map(quoteIdentifier).join(', ')})`
      return {
        text: `${into} ${inputRelation(known.columns)} ${conflict}${returningClause(options.returning)}`,
        key,
        idempotent: true,
      }
    },
  })
}

/** The key that was given, else the primary key; every column of it must be written, as it says which row is meant. */
export function keyColumns(known: TableColumns, given: readonly string[] | undefined): readonly string[] {
  const key = given ?? known.primaryKey
  if (key.length === 0)
    throw new OptionError('key', 'the table has no primary key; name the columns of a unique constraint')
  const missing = key.find(name => !known.columns.some(column => column.name === name))
  if (missing !== undefined) throw new OptionError('key', `the rows have no column ${JSON.stringify(missing)}`)
  return key
}
