import { type AlterTableAction, printName } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { type SqlText, sql } from '../rewrite/sql-text.js'
import { descendingKeys } from './constraint-sql.js'
import { addShardColumn, dropUnusedShards, shardingOf, shardingProperties } from './hash-sharding.js'
import { newIndexName } from './index-names.js'
import { setRelation } from './index-sql.js'
import { besideTable, regclass, type TargetTable } from './target-table.js'

/**
 * ALTER PRIMARY KEY: the old key stays unique, unless it is the hidden one that the table got for want of its own, or has the new one's columns.
 * Source: https://www.cockroachlabs.com/docs/v26.2/alter-table#alter-primary-key
 */
export function alterPrimaryKey(
  action: AlterTableAction & { readonly action: 'alter-primary-key' },
  table: TargetTable,
  rewrite: Rewrite,
): {
  readonly before: readonly SqlText[]
  readonly alterations: readonly SqlText[]
  readonly after: readonly SqlText[]
} {
  const { info } = table
  const columns = action.columns.map(column => column.name ?? '')
  const nullable = info?.columns.find(({ name, notNull }) => !notNull && columns.includes(name))
  if (nullable) {
    throw new SqlError(
      sqlState.invalid_schema_definition,
      `cannot use nullable column "${nullable.name}" in primary key`,
    )
  }
  const old = info?.indexes.find(index => index.primary)
  const name = old?.name ?? newIndexName(`${table.name}_pkey`, table, rewrite)
  const add = sql`ADD CONSTRAINT ${printName(name)} PRIMARY KEY (${printNames(columns)})`
  const sharding = shardingOf(action, rewrite)
  const before = addShardColumn(sharding, table)
  const properties = shardingProperties(sharding)
  const after = [
    ...descendingKeys(action.columns, besideTable(table, name)),
    ...(sharding ? [setRelation(besideTable(table, name), properties)] : []),
  ]
  if (!old) return { before, alterations: [add], after }
  if (hiddenKey(table) !== undefined) return { before, alterations: [...replaceHiddenPrimaryKey(table), add], after }
  const drop = sql`DROP CONSTRAINT ${printName(old.name)}`
  const { shard, hash_buckets, shard_columns } = old.properties
  const unused = shard === undefined ? [] : [dropUnusedShards(regclass(table.sql))]
  if (old.columns.join() === columns.join()) return { before, alterations: [drop, add], after: [...after, ...unused] }
  const keptName = newIndexName(`${table.name}_${old.columns.join('_')}_key`, table, rewrite)
  const kept = `ADD CONSTRAINT ${printName(keptName)} UNIQUE (${printNames(old.columns)})`
  const resharded =
    shard === undefined ? [] : [setRelation(besideTable(table, keptName), { shard, hash_buckets, shard_columns })]
  return { before, alterations: [drop, add, sql`${kept}`], after: [...after, ...resharded] }
}

function printNames(columns: readonly string[]): string {
  return columns.map(printName).join(', ')
}

/** Drops the hidden primary key, so that the table can get one of its own. */
export function replaceHiddenPrimaryKey(table: TargetTable): readonly SqlText[] {
  const rowid = hiddenKey(table)
  const old = table.info?.indexes.find(index => index.primary)
  if (rowid === undefined || !old) return []
  return [sql`DROP CONSTRAINT ${printName(old.name)}`, sql`DROP COLUMN ${printName(rowid)}`]
}

function hiddenKey({ info }: TargetTable): string | undefined {
  const [column, second] = info?.primaryKey ?? []
  const isHidden = info?.columns.some(({ name, hidden }) => name === column && hidden)
  return column !== undefined && second === undefined && isHidden && column.startsWith('rowid') ? column : undefined
}
