import type { IndexInfo, TableInfo } from '../../catalog/snapshot.js'
import { regionColumnOf } from './table-home.js'

/**
 * The unique keys of a REGIONAL BY ROW table that a write must look up in every region: those that do not hold the region, may be given a
 * value that another row has, and were not made with `skip_unique_checks`.
 *
 * @param given columns that the statement gives values for; undefined: all
 * @see https://www.cockroachlabs.com/docs/v26.2/alter-table#using-implicit-vs-explicit-index-partitioning-in-regional-by-row-tables
 */
export function keysToCheck(table: TableInfo, given: ReadonlySet<string> | undefined): readonly IndexInfo[] {
  const region = regionColumnOf(table)
  if (region === undefined) return []
  return table.indexes.filter(
    ({ unique, columns, properties }) =>
      unique &&
      !columns.includes(region) &&
      properties.skip_unique_checks !== 'true' &&
      properties.skip_unique_checks !== true &&
      !columns.some(column => isGenerated(column, table, given)),
  )
}

/** Whether a column takes its value from its default gen_random_uuid(), which CockroachDB takes for unique. */
function isGenerated(name: string, table: TableInfo, given: ReadonlySet<string> | undefined): boolean {
  const column = table.columns.find(each => each.name === name)
  return column?.type === 'uuid' && column.hasDefault && given !== undefined && !given.has(name)
}
