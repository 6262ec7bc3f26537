import { type CreateTable, type PartitionBy, printName, type TableElement } from '@cerci/sql'
import { createdLocality } from '../regions/locality.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { joinSql, type SqlText, sql } from '../rewrite/sql-text.js'
import type { Outcome } from '../statements/outcome.js'
import { unimplemented } from '../unimplemented.js'
import { columnKey, columnSql, isNeverNull, setColumn } from './column-sql.js'
import { columnUniqueWithoutIndex, constraintSharding, constraintSql } from './constraint-sql.js'
import { createTableAs } from './create-table-as.js'
import { asOneStatement, unlessExists } from './do-block.js'
import { createFamilies } from './families.js'
import { recordShardColumn, type Sharding, shardColumn, shardingOf } from './hash-sharding.js'
import { newIndexName } from './index-names.js'
import { constraintColumns, createIndexSql, fitsConstraint, indexProperties, setRelation } from './index-sql.js'
import { ObjectNames } from './object-names.js'
import { recordPartitions } from './partition-by.js'
import { storageParameters } from './storage-parameters.js'
import { relationExists, type TargetTable, targetTable } from './target-table.js'

/** What a table's elements come to. */
interface TableParts {
  readonly definitions: SqlText[]
  readonly after: SqlText[]
  /** The columns that there are, or will be, under the names of shards. */
  readonly shards: Set<string>
}

/** Source: https://www.cockroachlabs.com/docs/v26.2/create-table */
export function translateCreateTable(node: CreateTable, rewrite: Rewrite): Outcome {
  if (node.temporary) requireTemporaryTables(rewrite)
  const table: TargetTable = { ...targetTable(node.name, rewrite) }
  if (node.as) return createTableAs(node, node.as, table, rewrite)
  const statements = createStatements(node, table, rewrite)
  const tag = 'CREATE TABLE'
  if (!node.ifNotExists || statements.length === 1) return { kind: 'ddl', tag, sql: asOneStatement(statements) }
  const exists = relationExists(table.name, table.schema)
  return {
    kind: 'ddl',
    tag,
    sql: unlessExists(exists, `relation "${table.name}" already exists, skipping`, statements),
  }
}

function requireTemporaryTables(rewrite: Rewrite): void {
  if (rewrite.variable('experimental_enable_temp_tables') !== 'on') {
    throw unimplemented(
      'temporary tables are only supported experimentally',
      "You can enable temporary tables by running `SET experimental_enable_temp_tables = 'on'`.",
    )
  }
}

function createStatements(node: CreateTable, table: TargetTable, rewrite: Rewrite): readonly SqlText[] {
  const { info: _, ...fresh } = table
  const columns = node.elements.filter(element => element.kind === 'column')
  const names = new ObjectNames(
    fresh,
    columns.map(column => column.name),
  )
  for (const element of node.elements) {
    if (element.kind !== 'like' && element.kind !== 'column' && element.name !== undefined) names.reserve(element.name)
  }
  const keyed = new Set(node.elements.flatMap(primaryKeyColumns))
  const neverNull = (name: string): boolean =>
    keyed.has(name) || columns.some(column => column.name === name && isNeverNull(column))
  const parts: TableParts = { definitions: [], after: [], shards: new Set(columns.map(({ name }) => name)) }
  for (const element of node.elements) addElement(element, fresh, names, neverNull, parts, rewrite)
  if (!node.elements.some(definesPrimaryKey))
    addRowid(
      columns.map(column => column.name),
      fresh,
      parts,
      rewrite,
    )
  const locality = createdLocality(node.locality, columns, fresh, rewrite)
  if (locality?.column) parts.definitions.push(locality.column)
  parts.after.push(...(locality?.records ?? []))
  const head = `CREATE ${node.temporary ? 'TEMPORARY ' : ''}TABLE ${ifNotExists(node, parts, table)}${table.sql}`
  const properties = tableProperties(node, rewrite)
  return [
    sql`${head} (${joinSql(parts.definitions, ', ')})`,
    ...parts.after,
    ...(properties ? [setRelation(table.sql, properties)] : []),
    ...createFamilies(node.elements, table),
    ...(node.partitionBy ? [recordTablePartitions(node, node.partitionBy, table, rewrite)] : []),
  ]
}

function recordTablePartitions(node: CreateTable, by: PartitionBy, table: TargetTable, rewrite: Rewrite): SqlText {
  const named = node.elements.flatMap(primaryKeyColumns)
  const key = node.elements.find(element => element.kind === 'constraint' && element.definition.type === 'primary-key')
  const index = (key?.kind === 'constraint' ? key.name : undefined) ?? `${table.name}_pkey`
  const on = { of: 'table', index, columns: named.length > 0 ? named : [rowidName([])] } as const
  return recordPartitions(table.sql, by, on, rewrite)
}

/** A lone statement keeps its IF NOT EXISTS; several get a condition around them. */
function ifNotExists(node: CreateTable, parts: TableParts, table: TargetTable): string {
  const lone =
    parts.after.length === 0 &&
    node.parameters.length === 0 &&
    !node.partitionBy &&
    createFamilies(node.elements, table).length === 0
  return node.ifNotExists && lone ? 'IF NOT EXISTS ' : ''
}

function addElement(
  element: TableElement,
  table: TargetTable,
  names: ObjectNames,
  neverNull: (column: string) => boolean,
  parts: TableParts,
  rewrite: Rewrite,
): void {
  switch (element.kind) {
    case 'column': {
      const { definition, records } = columnSql(element, table, names, rewrite)
      const key = columnKey(element)
      addShard(key && shardingOf(key, rewrite), table, parts)
      parts.definitions.push(definition)
      parts.after.push(...records)
      for (const constraint of columnUniqueWithoutIndex(element)) {
        addElement(constraint, table, names, neverNull, parts, rewrite)
      }
      break
    }
    case 'constraint': {
      const { definition, after } = constraintSql(element, table, names, neverNull, rewrite)
      addShard(constraintSharding(element, rewrite), table, parts)
      if (definition) parts.definitions.push(definition)
      parts.after.push(...after)
      break
    }
    case 'index': {
      addShard(shardingOf(element, rewrite), table, parts)
      const name = newIndexName(element.name ?? names.index(element.columns, element.unique), table, rewrite)
      if (element.unique && element.method === 'btree' && fitsConstraint(element)) {
        parts.definitions.push(sql`CONSTRAINT ${printName(name)} UNIQUE ${constraintColumns(element)}`)
        parts.after.push(...indexProperties(element, name, table, rewrite))
      } else {
        parts.after.push(...createIndexSql({ ...element, name, ifNotExists: false }, table, neverNull, rewrite))
      }
      break
    }
    case 'like':
      parts.definitions.push(sql`LIKE ${rewrite.draft.text(element.table)} ${rewrite.source(element.options)}`)
      break
    case 'family':
      break
  }
}

/** A shard column stands where the index is that it is for, and once: a definition that SHOW CREATE TABLE has printed has it already. */
function addShard(sharding: Sharding | undefined, table: TargetTable, parts: TableParts): void {
  if (!sharding || parts.shards.has(sharding.column)) return
  parts.shards.add(sharding.column)
  parts.definitions.push(shardColumn(sharding))
  parts.after.push(recordShardColumn(sharding, table.sql))
}

/** Every table has a primary key; without one of its own, on a hidden column. */
function addRowid(columns: readonly string[], table: TargetTable, parts: TableParts, rewrite: Rewrite): void {
  const rowid = rowidName(columns)
  parts.definitions.push(
    sql`${rowid} int8 NOT NULL DEFAULT unique_rowid()`,
    sql`CONSTRAINT ${printName(newIndexName(`${table.name}_pkey`, table, rewrite))} PRIMARY KEY (${rowid})`,
  )
  parts.after.unshift(setColumn(table.sql, rowid, { hidden: true }))
}

export function rowidName(columns: readonly string[]): string {
  let name = 'rowid'
  for (let number = 1; columns.includes(name); number++) name = `rowid_${number}`
  return name
}

function definesPrimaryKey(element: TableElement): boolean {
  if (element.kind === 'like') return true
  return primaryKeyColumns(element).length > 0
}

function primaryKeyColumns(element: TableElement): readonly string[] {
  if (element.kind === 'column') {
    return element.constraints.some(({ type }) => type === 'primary-key') ? [element.name] : []
  }
  if (element.kind !== 'constraint' || element.definition.type !== 'primary-key') return []
  return element.definition.columns.map(column => column.name ?? '')
}

/** Parameters, which PostgreSQL has no use for, are recorded for SHOW CREATE TABLE. */
function tableProperties(node: CreateTable, rewrite: Rewrite): Readonly<Record<string, unknown>> | undefined {
  const storage = storageParameters(node.parameters, rewrite)
  return node.parameters.length > 0 ? { storage } : undefined
}
