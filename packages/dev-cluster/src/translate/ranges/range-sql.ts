import { printName, printString } from '@cerci/sql'
import { clientIndexName } from '../../errors/client-index-name.js'
import { unavailableMessage } from '../../placement/unavailable-error.js'
import type { NodeInfo } from '../../topology/cluster-state.js'
import type { TranslateContext } from '../translate-context.js'
import type { KeyEdge, TableRange } from './table-ranges.js'

/** A range, or a part of one, that is a row of SHOW RANGES. */
export interface RangeRow extends TableRange {
  readonly context: TranslateContext
}

/** Below 110, CockroachDB encodes an integer of a key in one byte: itself on top of this. */
const SMALL = 136

/**
 * The rows as a SELECT with every column that a form may show. The table's id, its size and its rows come from PostgreSQL's catalog; of a
 * table with ranges for several regions each has an equal share of the size.
 *
 * @param of how much of a key is printed: a table's leaves out its id, an index's its own as well
 */
export function printRanges(rows: readonly RangeRow[], of: 'database' | 'table' | 'index'): string {
  const columns = names.map(([name, type]) => `${name}::${type} AS ${name}`).join(', ')
  const values =
    rows.length === 0 ? `(${names.map(() => 'NULL').join(', ')})` : rows.map(row => printRow(row, of)).join(', ')
  const given = `SELECT ${columns} FROM (VALUES ${values}) AS given (${names.map(([name]) => name).join(', ')})`
  return `SELECT given.*, table_id * 10000 + range_at AS range_id,
  replace(start_format, '%', table_id::text) AS start_key, replace(replace(end_format, '%+', (table_id + 1)::text), '%', table_id::text) AS end_key,
  '/Table/' || table_id AS table_start_key, '/Table/' || (table_id + 1) AS table_end_key,
  CASE WHEN ${printString(of)} = 'database' THEN '/Table/' || table_id ELSE '…' END || '/' || index_id AS index_start_key,
  CASE WHEN ${printString(of)} = 'database' THEN '/Table/' || table_id ELSE '…' END || '/' || (index_id + 1) AS index_end_key,
  raw_table || raw_suffix AS raw_start_key, CASE WHEN raw_end_suffix IS NULL THEN raw_next ELSE raw_table || raw_end_suffix END AS raw_end_key,
  raw_table AS raw_table_start_key, raw_next AS raw_table_end_key,
  raw_table || set_byte('\\x00', 0, ${SMALL} + index_id::int4) AS raw_index_start_key, raw_table || set_byte('\\x00', 0, ${SMALL + 1} + index_id::int4) AS raw_index_end_key,
  '{}'::int8[] AS learner_replicas,
  round(range_size / 1048576.0, 23) AS range_size_mb,
  jsonb_build_object('approximate_disk_bytes', range_size * cardinality(replicas), 'intent_bytes', 0, 'intent_count', 0, 'key_bytes', 0, 'key_count', range_rows,
    'live_bytes', range_size, 'live_count', range_rows, 'sys_bytes', 0, 'sys_count', 0, 'val_bytes', range_size, 'val_count', range_rows) AS span_stats
  FROM (SELECT given.*, c.oid::int8 AS table_id, crdb_internal.cerci_key(c.oid::int8) AS raw_table, crdb_internal.cerci_key(c.oid::int8 + 1) AS raw_next,
    pg_total_relation_size(c.oid) OPERATOR(pg_catalog./) shares AS range_size, greatest(c.reltuples, 0)::int8 OPERATOR(pg_catalog./) shares AS range_rows
    FROM (${given}) AS given JOIN pg_catalog.pg_class c ON c.oid = relation::regclass) AS given`
}

const names = [
  ['position', 'int8'],
  ['relation', 'text'],
  ['schema_name', 'text'],
  ['table_name', 'text'],
  ['index_name', 'text'],
  ['index_id', 'int8'],
  ['range_at', 'int8'],
  ['region', 'text'],
  ['start_format', 'text'],
  ['end_format', 'text'],
  ['raw_suffix', 'bytea'],
  ['raw_end_suffix', 'bytea'],
  ['replicas', 'int8[]'],
  ['replica_localities', 'text[]'],
  ['voting_replicas', 'int8[]'],
  ['non_voting_replicas', 'int8[]'],
  ['lease_holder', 'int8'],
  ['lease_holder_locality', 'text'],
  ['shares', 'int8'],
  ['errors', 'text'],
  ['split_enforced_until', 'timestamp'],
] as const

function printRow(row: RangeRow, of: 'database' | 'table' | 'index'): string {
  const { table, index, indexId, region, state, at, shares, context } = row
  const { cluster } = context
  const { voters, nonVoters } = state.placement
  const replicas = [...voters, ...nonVoters].toSorted((a, b) => a - b)
  const localities = replicas.map(id => printString(localityOf(cluster.nodes.find(node => node.id === id))))
  const end = rawKey(row.end)
  const cells = [
    String(at * 100 + indexId),
    printString(`${printName(table.schema)}.${printName(table.name)}`),
    printString(table.schema),
    printString(table.name),
    index === undefined ? 'NULL' : printString(clientIndexName(index.name)),
    String(indexId),
    String(at),
    region === undefined ? 'NULL' : printString(region),
    printString(printEdge(within(row.start, row, of), of, 'Min')),
    printString(printEdge(within(row.end, row, of), of, 'Max')),
    rawKey(row.start) ?? "'\\x'::bytea",
    end ?? 'NULL',
    list(replicas.map(String)),
    list(localities),
    list(voters.map(String)),
    list(nonVoters.map(String)),
    state.leaseholder === undefined ? 'NULL' : String(state.leaseholder.id),
    state.leaseholder === undefined ? 'NULL' : printString(localityOf(state.leaseholder)),
    String(shares),
    printString(errorOf(row)),
    row.enforcedUntil === undefined ? 'NULL' : printString(row.enforcedUntil),
  ]
  return `(${cells.join(', ')})`
}

/** Beside an index, that a range begins or ends in another one is all there is to say. */
function within(edge: KeyEdge, { indexId }: RangeRow, of: 'database' | 'table' | 'index'): KeyEdge {
  return of === 'index' && edge.kind === 'key' && edge.indexId !== indexId ? { kind: 'index', indexId } : edge
}

/** `%` stands for the table's id, `%+` for the next. */
function printEdge(edge: KeyEdge, of: 'database' | 'table' | 'index', side: 'Min' | 'Max'): string {
  const prefix = { database: '/Table/%', table: '…', index: '…' }[of]
  if (edge.kind === 'table') {
    if (of === 'database') return side === 'Min' ? prefix : `${prefix}+`
    if (of === 'index') return side === 'Min' ? '…/TableMin' : '…/<IndexMax>'
    return `…/<Table${side}>`
  }
  if (edge.kind === 'index') return of === 'index' ? `…/<Index${side}>` : `${prefix}/${edge.indexId}`
  return of === 'index' ? `${prefix}${edge.text}` : `${prefix}/${edge.indexId}${edge.text}`
}

/** What follows the table's own bytes in a key; undefined where it begins or ends. */
function rawKey(edge: KeyEdge): string | undefined {
  return edge.kind === 'table' ? undefined : rawIndexKey(edge.indexId, edge.kind === 'key' ? edge.bytes : '')
}

/** The bytes of an index in a key, and what follows them in hexadecimal, as SQL. */
export function rawIndexKey(indexId: number, rest = ''): string {
  return `'\\x${(SMALL + indexId).toString(16).padStart(2, '0')}${rest}'::bytea`
}

/** Why nobody can be asked for the lease; CockroachDB puts a blank between that and the same of the range's size. */
function errorOf({ table, state, context: { cluster, session } }: RangeRow): string {
  const gateway = cluster.nodes.find(({ id }) => id === session.nodeId)
  if (state.leaseholder !== undefined || gateway === undefined) return ' '
  return `${unavailableMessage(`${table.schema}.${table.name}`, state, gateway, cluster)} `
}

function localityOf(node: NodeInfo | undefined): string {
  return node === undefined ? '' : `region=${node.region},zone=${node.zone}`
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "'{}'" : `ARRAY[${items.join(', ')}]`
}
