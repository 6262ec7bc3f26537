import { type KeyDefinition, type Parameter, printName } from '@cerci/sql'
import type { TableInfo } from '../../catalog/snapshot.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { clusterSettings } from '../../topology/cluster-settings.js'
import { shortName } from '../long-names.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { type SqlText, sql } from '../rewrite/sql-text.js'
import { unimplemented } from '../unimplemented.js'
import { setColumn } from './column-sql.js'

/** What USING HASH asks for: a hidden column that says which bucket a row is in, by a hash of some of the key. */
export interface Sharding {
  /** The name of that column. One that PostgreSQL would cut off is shortened. */
  readonly column: string
  readonly buckets: number
  readonly columns: readonly string[]
  /** Whether `shard_columns` left out some of the key. */
  readonly partial: boolean
}

/** Parameters that say how an index is sharded. */
export const shardingParameters: ReadonlySet<string> = new Set(['bucket_count', 'shard_columns'])

/**
 * How a key is sharded; undefined when it is not. PostgreSQL's index stays one of the key alone, which it can look up, and which foreign
 * keys and ON CONFLICT can name: the shard is a function of it.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/hash-sharded-indexes
 */
export function shardingOf(
  { hash, columns, parameters }: Pick<KeyDefinition, 'hash' | 'columns' | 'parameters'>,
  rewrite: Rewrite,
): Sharding | undefined {
  if (!hash) return undefined
  const names = columns.map(({ name }) => {
    if (name === undefined) throw unimplemented('USING HASH on an expression')
    return name
  })
  const buckets = bucketCount(hash.buckets, parameters, rewrite)
  const sharded = shardColumns(names, parameters, rewrite)
  const name = ['crdb_internal', ...sharded.toSorted(), 'shard', buckets].join('_')
  return { column: shortName(name), buckets, columns: sharded, partial: sharded.length < names.length }
}

/** The definition of the shard column. CockroachDB checks as well that the shard is one of the buckets: a remainder is. */
export function shardColumn({ column, buckets, columns }: Sharding): SqlText {
  // The same order as in the name, so that indexes on the same columns share it.
  const row = columns.toSorted().map(printName).join(', ')
  return sql`${printName(column)} int8 NOT NULL GENERATED ALWAYS AS (mod(crdb_internal.fnv32(crdb_internal.datums_to_bytes(ROW(${row}))), ${String(buckets)})) STORED`
}

export function recordShardColumn({ column }: Sharding, table: string): SqlText {
  return setColumn(table, column, { hidden: true, virtual: true })
}

/** What is recorded of an index that is sharded. */
export function shardingProperties(sharding: Sharding | undefined): Readonly<Record<string, unknown>> {
  if (!sharding) return {}
  const { column, buckets, columns, partial } = sharding
  return { hash_buckets: buckets, shard: column, ...(partial && { shard_columns: columns }) }
}

/** Statements that give a table the shard column, unless it has it. */
export function addShardColumn(
  sharding: Sharding | undefined,
  table: { readonly sql: string; readonly info?: TableInfo },
): readonly SqlText[] {
  if (!sharding || table.info?.columns.some(({ name }) => name === sharding.column)) return []
  return [sql`ALTER TABLE ${table.sql} ADD COLUMN ${shardColumn(sharding)}`, recordShardColumn(sharding, table.sql)]
}

/** The shard columns that are computed from a column: they go with it. */
export function shardsOf(column: string, { info }: { readonly info?: TableInfo }): readonly string[] {
  const shards = (info?.indexes ?? []).flatMap(({ columns, properties: { shard, shard_columns: some } }) => {
    const hashed = Array.isArray(some) ? some : columns
    return typeof shard === 'string' && hashed.includes(column) ? [shard] : []
  })
  return [...new Set(shards)]
}

/** Drops the shard columns of a table that no index uses any more, as CockroachDB does. */
export function dropUnusedShards(table: string): SqlText {
  return sql`PERFORM crdb_internal.cerci_drop_unused_shards(${table})`
}

const defaultBuckets = 'sql.defaults.default_hash_sharded_index_bucket_count'
const MAX_BUCKETS = 2048

function bucketCount(legacy: number | undefined, parameters: readonly Parameter[], rewrite: Rewrite): number {
  const parameter = parameters.find(({ name }) => name === 'bucket_count')?.value
  if (parameter && legacy !== undefined) {
    throw invalid('"bucket_count" storage parameter and "BUCKET_COUNT" cannot be set at the same time')
  }
  const given = parameter ? rewrite.source(parameter) : legacy?.toString()
  const buckets = Number(given ?? usualBuckets(rewrite))
  if (!Number.isInteger(buckets) || buckets < 2 || buckets > MAX_BUCKETS) {
    throw invalid(`hash sharded index bucket count must be in range [2, ${MAX_BUCKETS}], got ${given}`)
  }
  return buckets
}

function usualBuckets(rewrite: Rewrite): string {
  rewrite.usesCluster = true
  const { settings } = rewrite.context.cluster
  return settings.get(defaultBuckets) ?? clusterSettings.find(({ name }) => name === defaultBuckets)?.default ?? '16'
}

function shardColumns(key: readonly string[], parameters: readonly Parameter[], rewrite: Rewrite): readonly string[] {
  const given = parameters.find(({ name }) => name === 'shard_columns')?.value
  if (!given) return key
  const tokens = Array.from({ length: given.end - given.start }, (_, at) => rewrite.token(given.start + at))
  const names = tokens.filter(({ kind }) => kind === 'word' || kind === 'quoted').map(({ value }) => value)
  if (names.length === 0 || names.some((name, at) => name !== key[at])) {
    throw invalid(
      `shard_columns must be a prefix of the index key columns (${key.join(', ')}), got (${names.join(', ')})`,
    )
  }
  return names
}

function invalid(message: string): SqlError {
  return new SqlError(sqlState.invalid_parameter_value, message)
}
