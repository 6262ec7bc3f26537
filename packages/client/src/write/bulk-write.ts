import type pg from 'pg'
import { OptionError } from '../errors/option-error.js'
import type { Queryable } from '../query/queryable.js'
import { tableName } from '../statement/identifier.js'
import { type BulkOptions, bulkLimits } from './bulk-options.js'
import type { BulkReport } from './bulk-report.js'
import { type BulkPlan, isTransaction, runBulk } from './bulk-run.js'
import { type TableColumns, tableColumns } from './columns.js'
import { peek } from './peek.js'

/** What differs between inserting, upserting and updating. */
export interface BulkKind {
  /** Whether the table's primary key must be known. */
  readonly needsKey: boolean
  /** @param table Quoted. */
  plan(table: string, known: TableColumns): Pick<BulkPlan, 'text' | 'key' | 'idempotent'>
}

/** Takes the columns from the options or the first row, looks up their types, and writes everything. */
export async function bulkWrite<Row extends object, Returned extends pg.QueryResultRow>(
  db: Queryable,
  table: string,
  rows: Iterable<Row> | AsyncIterable<Row>,
  options: BulkOptions<Row, Returned>,
  kind: BulkKind,
): Promise<BulkReport<Row, Returned>> {
  const target = tableName(table)
  const limits = bulkLimits(options, isTransaction(db))
  const { first, source, close } = await peek(rows)
  if (first === undefined) return { rows: 0, written: 0, batches: 0, failures: [], returned: [] }
  let plan: BulkPlan
  try {
    const names = options.columns ?? Object.keys(first)
    if (names.length === 0) throw new OptionError('columns', 'there is no column to write')
    const known = await tableColumns(db, target, names, { types: options.types, needsKey: kind.needsKey })
    plan = { ...kind.plan(target, known), columns: known.columns, exact: options.columns === undefined }
  } catch (error) {
    await close()
    throw error
  }
  return await runBulk(db, source, plan, options, limits)
}
