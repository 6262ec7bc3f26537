import { type Name, printName, printString, type Show } from '@cerci/sql'
import type { TableInfo } from '../../catalog/snapshot.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { findIndex, indexOwner } from '../ddl/index-names.js'
import { targetTable } from '../ddl/target-table.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { clause, hasOption, requireCurrentDatabase, type ShowForm, tableOf } from '../show/show-statement.js'
import { orderedIndexes } from '../zones/index-parts.js'
import { printRanges, type RangeRow } from './range-sql.js'
import { holdsRow } from './row-range.js'
import { type TableRange, tableRanges } from './table-ranges.js'

/** SHOW RANGES and SHOW RANGE … FOR ROW. */
export const rangeForms: Readonly<Record<string, ShowForm>> = { ranges: showRanges, range: showRangeForRow }

/** Which of the shown columns there are, and in what form keys are printed. */
interface Scope {
  readonly of: 'database' | 'table' | 'index'
  readonly rows: readonly RangeRow[]
}

const head = ['start_key', 'end_key']
const rawHead = ['raw_start_key', 'raw_end_key']
const replicaColumns = [
  'replicas',
  'replica_localities',
  'voting_replicas',
  'non_voting_replicas',
  'learner_replicas',
  'split_enforced_until',
]
const leaseColumns = ['lease_holder', 'lease_holder_locality']

/** Source: https://www.cockroachlabs.com/docs/v26.2/show-ranges */
function showRanges(show: Show, rewrite: Rewrite): string {
  const [keys, details] = [hasOption(show, 'keys'), hasOption(show, 'details')]
  const [tables, indexes] = [hasOption(show, 'tables'), hasOption(show, 'indexes')]
  if (tables && indexes) throw new SqlError(sqlState.feature_not_supported, 'cannot combine INDEXES with TABLES')
  const scope = scopeOf(show, indexes, rewrite)
  if (tables && scope.of !== 'database') {
    throw new SqlError(sqlState.syntax_error, `cannot use TABLES with SHOW RANGES FROM [INDEX|TABLE]`)
  }
  const inDatabase = scope.of === 'database'
  const columns = [
    ...head,
    ...(keys ? rawHead : []),
    'range_id',
    ...(inDatabase && (tables || indexes) ? ['schema_name', 'table_name', 'table_id'] : []),
    ...(tables ? ['table_start_key', 'table_end_key'] : []),
    ...(tables && keys ? ['raw_table_start_key', 'raw_table_end_key'] : []),
    ...(indexes ? ['index_name', 'index_id', 'index_start_key', 'index_end_key'] : []),
    ...(indexes && keys ? ['raw_index_start_key', 'raw_index_end_key'] : []),
    ...(details ? ['range_size_mb', ...leaseColumns] : []),
    ...replicaColumns,
    ...(details ? ['range_size', 'span_stats'] : []),
  ]
  return `SELECT ${columns.join(', ')} FROM (${printRanges(scope.rows, scope.of)}) AS ranges WHERE ${mayLook(scope, rewrite)} ORDER BY table_id, position`
}

/** Source: https://www.cockroachlabs.com/docs/v26.2/show-range-for-row */
function showRangeForRow(show: Show, rewrite: Rewrite): string {
  const scope = scopeOf(show, false, rewrite)
  const { of, rows } = scope
  if (of === 'database' || show.rest === undefined)
    throw new SqlError(sqlState.syntax_error, 'at or near "EOF": syntax error')
  const columns = [...head, 'range_id', ...leaseColumns, 'replicas', 'replica_localities']
  return `SELECT ${columns.join(', ')} FROM (${printRanges(rows, of)}) AS ranges WHERE ${mayLook(scope, rewrite)} AND ${holdsRow(rows, rewrite.source(show.rest))} ORDER BY position LIMIT 1`
}

/** A condition that fails for users without the right to look. */
function mayLook({ of, rows: [first] }: Scope, { context }: Rewrite): string {
  if (of === 'database' || first === undefined) {
    const { database } = context.session
    return `crdb_internal.cerci_require_zoneconfig(${printString(`database ${database}`)}, (SELECT datdba FROM pg_catalog.pg_database WHERE datname = ${printString(database)}))`
  }
  const { schema, name } = first.table
  const relation = printString(`${printName(schema)}.${printName(name)}`)
  return `crdb_internal.cerci_require_zoneconfig(${printString(`relation ${name}`)}, (SELECT relowner FROM pg_catalog.pg_class WHERE oid = ${relation}::pg_catalog.regclass))`
}

function scopeOf(show: Show, indexes: boolean, rewrite: Rewrite): Scope {
  const from = clause(show, 'from')
  const name = from?.names[0]
  if (name !== undefined && (from?.of === 'table' || from?.of === '')) {
    return { of: 'table', rows: rowsOf(requireTable(tableOf(name), rewrite), indexes, rewrite) }
  }
  if (name !== undefined && from?.of === 'index') {
    const indexName = (name.kind === 'index-name' ? name.index : name).parts.at(-1) ?? ''
    const table =
      name.kind === 'index-name' && name.table ? targetTable(name.table, rewrite).info : indexOwner(indexName, rewrite)
    const index = table && findIndex(indexName, table)
    if (table === undefined || index === undefined) {
      throw new SqlError(sqlState.undefined_object, `index ${printString(indexName).slice(1, -1)} does not exist`)
    }
    return { of: 'index', rows: rowsOf(table, true, rewrite).filter(row => row.index === index) }
  }
  if (from?.of === 'database') requireCurrentDatabase(name && tableOf(name), rewrite)
  const tables = rewrite.context.catalog.tables().filter(({ kind }) => kind === 'table')
  return { of: 'database', rows: tables.flatMap(table => rowsOf(table, indexes, rewrite)) }
}

function requireTable(name: Name, rewrite: Rewrite): TableInfo {
  const { info } = targetTable(name, rewrite)
  if (info !== undefined) return info
  throw new SqlError(sqlState.undefined_table, `relation "${name.parts.join('.')}" does not exist`)
}

/** With indexes, a range that holds several has a row for each. */
function rowsOf(table: TableInfo, indexes: boolean, rewrite: Rewrite): RangeRow[] {
  rewrite.usesCluster = true
  return tableRanges(table, rewrite.context).flatMap((range: TableRange): RangeRow[] => {
    if (!indexes || range.index !== undefined) return [{ ...range, context: rewrite.context }]
    const held = orderedIndexes(table).slice(range.indexId - 1, range.indexId - 1 + range.indexCount)
    return held.map((index, at) => ({
      ...range,
      index,
      indexId: range.indexId + at,
      context: rewrite.context,
    }))
  })
}
