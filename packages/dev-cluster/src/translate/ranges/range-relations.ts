import { printString } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { printRanges, type RangeRow } from './range-sql.js'
import { tableRanges } from './table-ranges.js'

const columns = `range_id, raw_start_key AS start_key, start_key AS start_pretty, raw_end_key AS end_key, end_key AS end_pretty,
  replicas, replica_localities, voting_replicas, non_voting_replicas, learner_replicas, split_enforced_until`

/** By name, the columns. Source: https://www.cockroachlabs.com/docs/v26.2/crdb-internal */
const relations: ReadonlyMap<string, string> = new Map([
  ['ranges', `${columns}, lease_holder, range_size, errors`],
  ['ranges_no_leases', columns],
])

/** The ranges of the session's database as a relation of crdb_internal, as a SELECT; undefined when there is none of that name. */
export function printRangeRelation(name: string, rewrite: Rewrite): string | undefined {
  const shown = relations.get(name)
  if (shown === undefined) return undefined
  rewrite.usesCluster = true
  const { context } = rewrite
  const tables = context.catalog.tables().filter(({ kind }) => kind === 'table')
  const rows = tables.flatMap(table => tableRanges(table, context).map((range): RangeRow => ({ ...range, context })))
  const looked = printString(name)
  return `SELECT ${shown} FROM (${printRanges(rows, 'database')}) AS ranges WHERE crdb_internal.cerci_require_ranges(${looked})`
}
