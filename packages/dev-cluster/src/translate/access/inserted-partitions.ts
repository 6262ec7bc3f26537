import { type Insert, printString, type Range, type TreeNode } from '@cerci/sql'
import type { TableInfo } from '../../catalog/snapshot.js'
import type { PartitionSearch } from '../../placement/table-access.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { IndexParts } from '../zones/index-parts.js'
import { bareType, constantSql, partitionSql } from './partition-key.js'
import type { LocatedAccess } from './table-accesses.js'

/** Whether the text says in which partitions of an index new rows are: when each gives constants for the columns that decide. */
export function insertedInto(parts: IndexParts, owner: TreeNode, table: TableInfo, rewrite: Rewrite): PartitionSearch {
  return owner.kind === 'insert' && valuesOf(parts, owner, table, rewrite) !== undefined ? 'told' : 'untold'
}

/** Makes an INSERT tell the partitions of its rows, as PostgreSQL evaluates them. To be called when its values have been rewritten. */
export function tellInsertedPartitions(
  insert: Insert,
  rewrite: Rewrite,
  lost: (access: LocatedAccess) => string,
): void {
  for (const access of rewrite.accesses) {
    const { parts, owner, home, info } = access
    if (owner !== insert || parts === undefined || home.kind !== 'partitions' || home.search !== 'told') continue
    for (const row of valuesOf(parts, insert, info, rewrite) ?? []) {
      const [[first] = []] = row
      if (first === undefined) continue
      const type = bareType(parts.index.columns[0] ?? '', info)
      const values = new Map(row.map(([, column, text]) => [column, text] as const))
      const partition = partitionSql(parts, info, column => values.get(column) ?? 'NULL')
      const told = `crdb_internal.cerci_touch(${printString(access.table)}, ${partition}${lost(access)})`
      rewrite.draft.before(first, `CASE WHEN ${told} THEN (`)
      rewrite.draft.after(first, `)::${type} END`)
    }
  }
}

type GivenValue = readonly [value: Range, column: string, text: string]

/** The values of each row for the columns that decide about its partition; undefined when one of them is no constant. */
function valuesOf(
  { index, width }: IndexParts,
  { source, columns: named }: Insert,
  table: TableInfo,
  rewrite: Rewrite,
): readonly (readonly GivenValue[])[] | undefined {
  if (source?.body.kind !== 'values') return undefined
  const given = named?.map(({ name }) => name) ?? table.columns.filter(({ hidden }) => !hidden).map(({ name }) => name)
  const places = index.columns.slice(0, width).map(column => [given.indexOf(column), column] as const)
  const rows = source.body.rows.map(row =>
    places.flatMap(([at, column]): GivenValue[] => {
      const value = row[at]
      const text = value && constantSql(rewrite.script.tokens.slice(value.start, value.end))
      return value === undefined || text === undefined ? [] : [[value, column, text]]
    }),
  )
  return rows.every(row => row.length === places.length) ? rows : undefined
}
