import { type NodeOf, printName } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { regionColumnOf } from '../access/table-home.js'
import type { TargetTable } from '../ddl/target-table.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { databaseRegions } from './database-regions.js'
import { regionTypeName } from './region-type.js'

/** Refuses to drop the column that holds the region of each row. */
export function keepRegionColumn(column: string, table: TargetTable): void {
  if (!table.info || regionColumnOf(table.info) !== column) return
  throw new SqlError(
    sqlState.invalid_column_reference,
    `cannot drop column ${column} as it is used to store the region in a REGIONAL BY ROW table`,
    {
      hint: 'You must change the table locality before dropping this table or alter the table to use a different column to use for the region.',
    },
  )
}

/** The locality that a table has when its column of regions is called otherwise; undefined when that column is another one. */
export function renamedLocality(from: string, to: string, table: TargetTable): string | undefined {
  return table.info && regionColumnOf(table.info) === from ? `REGIONAL BY ROW AS ${printName(to)}` : undefined
}

/** Refuses to drop the enum of a database's regions. */
export function keepRegionType(name: string, rewrite: Rewrite): void {
  if (name !== regionTypeName || !databaseRegions(rewrite)) return
  throw new SqlError(
    sqlState.dependent_objects_still_exist,
    `"${regionTypeName}" is a multi-region enum and cannot be modified directly`,
    { hint: `try ALTER DATABASE ${printName(rewrite.context.session.database)} DROP REGION` },
  )
}

/** Refuses ALTER TYPE of the enum of a database's regions, which changes with them only; its owner aside. */
export function keepRegionValues(node: NodeOf<'plain'>, rewrite: Rewrite): void {
  let last = node.start + 2
  while (last + 2 < node.end && rewrite.token(last + 1).text === '.') last += 2
  if (rewrite.token(last).value !== regionTypeName || rewrite.token(last + 1).value === 'owner') return
  if (!databaseRegions(rewrite)) return
  throw new SqlError(
    sqlState.wrong_object_type,
    `"${regionTypeName}" is a multi-region enum and can't be modified using the alter type command`,
    { hint: 'try adding/removing the region using ALTER DATABASE' },
  )
}
