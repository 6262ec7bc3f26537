import type pg from 'pg'
import { checkOptions, knownOptions } from '../errors/known-options.js'
import { OptionError } from '../errors/option-error.js'
import type { Queryable } from '../query/queryable.js'
import { quoteIdentifier } from '../statement/identifier.js'
import { type BulkOptions, bulkElsewhere, bulkNames } from './bulk-options.js'
import type { BulkReport } from './bulk-report.js'
import { bulkWrite } from './bulk-write.js'
import { inputRelation, returningClause } from './input-relation.js'
import { keyColumns } from './upsert-many.js'

export interface UpdateManyOptions<Row extends object, Returned extends pg.QueryResultRow>
  extends BulkOptions<Row, Returned> {
  /** Columns that say which row is meant. @default the primary key */
  readonly key?: readonly (keyof Row & string)[] | undefined
}

const updateOptions = knownOptions<UpdateManyOptions<object, pg.QueryResultRow>>(
  'updateMany()',
  { ...bulkNames, key: true },
  bulkElsewhere,
)

/**
 * Updates many rows, each with values of its own, in batches as `insertMany` does: every column that is not part of the key is set. A key
 * that has no row changes nothing; `report.written` counts the rows that were there. The keys of the input must be unique: a row that
 * meets its twin in one batch is refused with `BulkRowError`.
 * https://www.cockroachlabs.com/docs/v26.2/update
 *
 * @example
 * import { Cluster, updateMany } from 'cerci'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * await cluster.query('CREATE TABLE IF NOT EXISTS prices (sku STRING PRIMARY KEY, amount DECIMAL NOT NULL)')
 * const report = await updateMany(cluster, 'prices', [{ sku: 'tea', amount: '3.40' }, { sku: 'salt', amount: '0.80' }])
 * console.log(`${report.rows - report.written} keys have no row`)
 * await cluster.close()
 */
export async function updateMany<Row extends object, Returned extends pg.QueryResultRow = pg.QueryResultRow>(
  db: Queryable,
  table: string,
  rows: Iterable<Row> | AsyncIterable<Row>,
  options: UpdateManyOptions<Row, Returned> = {},
): Promise<BulkReport<Row, Returned>> {
  checkOptions(options, updateOptions)
  return await bulkWrite(db, table, rows, options, {
    needsKey: options.key === undefined,
    plan: (target, known) => {
      const key = keyColumns(known, options.key)
      const set = known.columns.map(column => column.name).filter(name => !key.includes(name))
      if (set.length === 0)
        throw new OptionError('columns', 'every column is part of the key, so there is nothing to set')
      const assignments = set.map(name => `${quoteIdentifier(name)} = input.${quoteIdentifier(name)}`)
      const matches = key.map(name => `target.${quoteIdentifier(name)} = input.${quoteIdentifier(name)}`)
      return {
        text:
          `UPDATE ${target} AS target SET ${assignments.join(', ')} FROM (${inputRelation(known.columns)}) AS input ` +
          `WHERE ${matches.join(' AND ')}${returningClause(options.returning, 'target')}`,
        key,
        idempotent: true,
      }
    },
  })
}
