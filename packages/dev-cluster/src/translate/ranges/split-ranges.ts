import { type Expression, printString, type SplitRanges } from '@cerci/sql'
import type { IndexInfo, TableInfo } from '../../catalog/snapshot.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { findIndex, indexOwner } from '../ddl/index-names.js'
import { targetTable } from '../ddl/target-table.js'
import { printQualified, type Rewrite } from '../rewrite/rewrite.js'
import { joinSql, type SqlText, sql } from '../rewrite/sql-text.js'
import type { Outcome } from '../statements/outcome.js'
import { orderedIndexes } from '../zones/index-parts.js'
import { printRanges } from './range-sql.js'
import { tableRanges } from './table-ranges.js'

/** SPLIT AT, UNSPLIT and SCATTER. Source: https://www.cockroachlabs.com/docs/v26.2/alter-table#split-at */
export function translateSplitRanges(node: SplitRanges, rewrite: Rewrite): Outcome {
  const { table, index } = indexOf(node, rewrite)
  const relation = `${printString(printQualified([table.schema, index.name]))}::pg_catalog.regclass`
  const allowed = `crdb_internal.cerci_require_insert(${relation})`
  switch (node.action) {
    case 'split': {
      const expiration = node.expiration ? expirationOf(node.expiration, rewrite) : 'NULL, NULL'
      return {
        kind: 'ddl',
        tag: 'SPLIT',
        sql: sql`SELECT key, pretty, split_enforced_until FROM crdb_internal.cerci_split(${relation}, ${rowsOf(node, rewrite)}, crdb_internal.cerci_expiration(${expiration})) WHERE ${allowed}`,
      }
    }
    case 'unsplit': {
      const starts = rangesOf(table, rewrite).flatMap(({ start }) =>
        start.kind === 'key' && orderedIndexes(table)[start.indexId - 1] === index ? [printString(start.bytes)] : [],
      )
      return {
        kind: 'ddl',
        tag: 'UNSPLIT',
        sql: sql`SELECT key, pretty FROM crdb_internal.cerci_unsplit(${relation}, ${rowsOf(node, rewrite)}, ARRAY[${starts.join(', ')}]::text[]) WHERE ${allowed}`,
      }
    }
    case 'scatter':
  }
  // Where replicas and leases are is what zone configurations say, so nothing moves: CockroachDB promises no more than to try.
  const indexId = orderedIndexes(table).indexOf(index) + 1
  const rows = rangesOf(table, rewrite)
    .filter(range => range.indexId <= indexId && indexId < range.indexId + range.indexCount)
    .map(range => ({ ...range, context: rewrite.context }))
  const within = node.span
    ? sql` AND raw_suffix < ${boundOf(node.span.to, relation, indexId, rewrite)} AND coalesce(raw_end_suffix > ${boundOf(node.span.from, relation, indexId, rewrite)}, true)`
    : ''
  return {
    kind: 'other',
    tag: 'SCATTER',
    sql: sql`SELECT raw_start_key AS key, start_key AS pretty FROM (${printRanges(rows, 'database')}) AS ranges WHERE ${allowed}${within} ORDER BY position`,
  }
}

function indexOf({ target }: SplitRanges, rewrite: Rewrite): { readonly table: TableInfo; readonly index: IndexInfo } {
  const name = target.kind === 'index-name' ? (target.index.parts.at(-1) ?? '') : undefined
  const tableName = target.kind === 'index-name' ? target.table : target
  const table = tableName ? targetTable(tableName, rewrite).info : indexOwner(name ?? '', rewrite)
  if (table?.kind !== 'table' && tableName) {
    throw new SqlError(sqlState.undefined_table, `relation "${tableName.parts.join('.')}" does not exist`)
  }
  const index = table && (name === undefined ? table.indexes.find(({ primary }) => primary) : findIndex(name, table))
  if (table === undefined || index === undefined) {
    throw new SqlError(sqlState.undefined_object, `index "${name ?? ''}" does not exist`)
  }
  return { table, index }
}

function rangesOf(table: TableInfo, rewrite: Rewrite): ReturnType<typeof tableRanges> {
  rewrite.usesCluster = true
  return tableRanges(table, rewrite.context)
}

/** The rows of the query as JSON, which has columns of any types; NULL for ALL. */
function rowsOf({ query }: SplitRanges, rewrite: Rewrite): SqlText | string {
  if (query === undefined) return 'NULL::json'
  return sql`(SELECT coalesce(pg_catalog.json_agg(pg_catalog.row_to_json(rows)), '[]') FROM (${rewrite.draft.text(query)}) AS rows)`
}

function expirationOf(expiration: Expression, rewrite: Rewrite): SqlText {
  const text = rewrite.draft.text(expiration)
  return sql`(${text})::text, pg_catalog.pg_typeof(${text})`
}

/** Bytes of a key, as ranges have them after those of their table. */
function boundOf(values: readonly Expression[], relation: string, indexId: number, rewrite: Rewrite): SqlText {
  const row = joinSql(
    values.map(value => rewrite.draft.text(value)),
    ', ',
  )
  const beginning = `set_byte('\\x00', 0, 136 + ${indexId})`
  return sql`(SELECT ${beginning} || key FROM crdb_internal.cerci_index_key(${relation}, 'SCATTER', (SELECT pg_catalog.row_to_json(given) FROM (SELECT ${row}) AS given)))`
}
