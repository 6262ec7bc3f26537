import {
  type ColumnConstraint,
  type ColumnDefinition,
  type Expression,
  type KeyDefinition,
  printName,
  printString,
} from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { plainText, type SqlText, sql } from '../rewrite/sql-text.js'
import { typeBranches } from '../rules/typed-branches.js'
import { postgresType, serialTypes } from '../rules/types.js'
import { shardingOf, shardingProperties } from './hash-sharding.js'
import { newIndexName } from './index-names.js'
import { setRelation } from './index-sql.js'
import type { ObjectNames } from './object-names.js'
import { besideTable, regclass, type TargetTable } from './target-table.js'

/** A column as PostgreSQL defines it, and what is to be recorded of it beside. */
export interface ColumnSql {
  readonly definition: SqlText
  readonly records: readonly SqlText[]
}

export function columnSql(
  column: ColumnDefinition,
  table: TargetTable,
  names: ObjectNames,
  rewrite: Rewrite,
): ColumnSql {
  const collation = column.collation ? ` COLLATE ${rewrite.draft.plain(column.collation)}` : ''
  const constraints = column.constraints.map(constraint =>
    columnConstraint(constraint, column.name, table, names, rewrite),
  )
  return {
    definition: sql`${printName(column.name)} ${columnType(column, rewrite)}${collation}${nullability(column)}${defaultOf(column, rewrite)}${constraints.flat()}`,
    records: [...columnRecords(column, table, rewrite), ...keyRecords(column, table, rewrite)],
  }
}

/** The primary key that a column is, as a key of its own; undefined when it is none. */
export function columnKey({ name, start, end, constraints }: ColumnDefinition): ColumnKey | undefined {
  const key = constraints.find(constraint => constraint.type === 'primary-key')
  if (key === undefined) return undefined
  const columns = [{ kind: 'index-column', name, start, end } as const]
  return { name: key.name, columns, ...(key.hash && { hash: key.hash }), parameters: key.parameters }
}

type ColumnKey = Pick<KeyDefinition, 'columns' | 'hash' | 'parameters'> & { readonly name: string | undefined }

/** What is recorded of the index of a primary key. */
function keyRecords(column: ColumnDefinition, table: TargetTable, rewrite: Rewrite): readonly SqlText[] {
  const key = columnKey(column)
  const sharding = key && shardingOf(key, rewrite)
  if (!sharding) return []
  const name = newIndexName(key.name ?? `${table.name}_pkey`, table, rewrite)
  return [setRelation(besideTable(table, name), shardingProperties(sharding))]
}

export function isSerial(column: ColumnDefinition): boolean {
  return column.type !== undefined && !column.type.quoted && serialTypes.has(column.type.name)
}

/** Whether the column cannot be NULL: by NOT NULL, as part of a primary key, as SERIAL or identity. */
export function isNeverNull(column: ColumnDefinition): boolean {
  return (
    column.nullable === false ||
    isSerial(column) ||
    column.identity !== undefined ||
    column.constraints.some(constraint => constraint.type === 'primary-key')
  )
}

const sequenceTypes: ReadonlyMap<string, string> = new Map([
  ['serial2', 'smallserial'],
  ['smallserial', 'smallserial'],
  ['serial4', 'serial'],
])

function columnType(column: ColumnDefinition, rewrite: Rewrite): SqlText | string {
  const { type } = column
  if (!type) return 'text'
  if (!isSerial(column)) return rewrite.draft.text(type)
  if (isSequential(rewrite)) return sequenceTypes.get(type.name) ?? 'bigserial'
  return 'int8'
}

function isSequential(rewrite: Rewrite): boolean {
  return rewrite.variable('serial_normalization').startsWith('sql_sequence')
}

function nullability(column: ColumnDefinition): string {
  if (column.nullable === true) return ' NULL'
  return column.nullable === false || isSerial(column) ? ' NOT NULL' : ''
}

function defaultOf(column: ColumnDefinition, rewrite: Rewrite): SqlText | string {
  const { draft } = rewrite
  const value = column.computed?.expression ?? column.default
  if (value && column.type && !isSerial(column)) typeBranches(value, draft.plain(column.type), rewrite)
  if (column.computed) return sql` GENERATED ALWAYS AS (${draft.text(column.computed.expression)}) STORED`
  if (column.identity) {
    const options = column.identity.options ? ` ${draft.plain(column.identity.options)}` : ''
    return ` GENERATED ${column.identity.always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${options}`
  }
  if (column.default) return sql` DEFAULT ${draft.text(column.default)}`
  if (!isSerial(column) || isSequential(rewrite)) return ''
  const unordered = rewrite.variable('serial_normalization') === 'unordered_rowid'
  return unordered ? ' DEFAULT unordered_unique_rowid()' : ' DEFAULT unique_rowid()'
}

function columnConstraint(
  constraint: ColumnConstraint,
  column: string,
  table: TargetTable,
  names: ObjectNames,
  rewrite: Rewrite,
): SqlText {
  const name = constraint.name === undefined ? '' : ` CONSTRAINT ${printName(constraint.name)}`
  switch (constraint.type) {
    case 'primary-key':
      return sql`${keyName(constraint.name, `${table.name}_pkey`, table, rewrite)} PRIMARY KEY`
    case 'unique':
      if (constraint.withoutIndex) return sql``
      return sql`${keyName(constraint.name, `${table.name}_${column}_key`, table, rewrite)} UNIQUE`
    case 'check':
      return checkSql(constraint.name, constraint.expression, names, rewrite)
    case 'references':
  }
  const columns = constraint.columns.length === 0 ? '' : ` (${constraint.columns.map(printName).join(', ')})`
  return sql`${name} REFERENCES ${rewrite.draft.text(constraint.table)}${columns} ${constraint.actions}`
}

/** ` CONSTRAINT name`, unless PostgreSQL gives that name by itself. */
function keyName(given: string | undefined, usual: string, table: TargetTable, rewrite: Rewrite): string {
  const name = newIndexName(given ?? usual, table, rewrite)
  return name === usual ? '' : ` CONSTRAINT ${printName(name)}`
}

/** ` CONSTRAINT check_a CHECK (…)`. */
export function checkSql(
  name: string | undefined,
  expression: Expression,
  names: ObjectNames,
  rewrite: Rewrite,
): SqlText {
  return sql` CONSTRAINT ${printName(name ?? names.check(expression, rewrite))} CHECK (${rewrite.draft.text(expression)})`
}

/** Facts that PostgreSQL's catalog cannot hold: NOT VISIBLE, ON UPDATE, VIRTUAL, and a type that prints otherwise than it is stored. */
function columnRecords(column: ColumnDefinition, table: TargetTable, rewrite: Rewrite): readonly SqlText[] {
  const type = recordedType(column, rewrite)
  const onUpdate = column.onUpdate && plainText(rewrite.draft.text(column.onUpdate))
  const virtual = column.computed?.stored === false ? true : undefined
  if (!column.notVisible && type === undefined && onUpdate === undefined && virtual === undefined) return []
  return [setColumn(table.sql, column.name, { ...(column.notVisible && { hidden: true }), type, onUpdate, virtual })]
}

/** The type to print, when PostgreSQL's own does not tell: STRING(n) is stored as varchar(n). */
export function recordedType(column: Pick<ColumnDefinition, 'type'>, rewrite: Rewrite): string | undefined {
  const { type } = column
  if (!type || type.quoted || type.name !== 'string' || type.modifiers.length === 0) return undefined
  return postgresType(type, rewrite) && `STRING(${type.modifiers.join(',')})${type.array ? '[]' : ''}`
}

export interface ColumnFacts {
  readonly hidden?: boolean
  readonly type?: string | undefined
  readonly onUpdate?: string | undefined
  /** A computed column that CockroachDB would not store. */
  readonly virtual?: boolean | undefined
}

/** Records facts of a column; one that is not given stays as it is. */
export function setColumn(table: string, column: string, facts: ColumnFacts): SqlText {
  const hidden = facts.hidden === undefined ? 'NULL' : String(facts.hidden)
  const type = facts.type === undefined ? 'NULL' : printString(facts.type)
  const onUpdate = facts.onUpdate === undefined ? 'NULL' : printString(facts.onUpdate)
  const virtual = facts.virtual === undefined ? 'NULL' : String(facts.virtual)
  return sql`PERFORM crdb_internal.cerci_set_column(${regclass(table)}, ${printString(column)}, ${hidden}, ${type}, ${onUpdate}, ${virtual})`
}
