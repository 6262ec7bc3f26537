import { raiseNotice } from './do-block.js'
import type { TargetTable } from './target-table.js'

/** What CockroachDB says when an index is dropped, for its data stays for a while. */
export const reclaimed: string = raiseNotice(
  'the data for dropped indexes is reclaimed asynchronously',
  'The reclamation delay can be customized in the zone configuration for the table.',
)

/** Whether an index goes with a column. */
export function isIndexed(column: string, { info }: TargetTable): boolean {
  return info?.indexes.some(({ columns, stored }) => columns.includes(column) || stored.includes(column)) ?? false
}
