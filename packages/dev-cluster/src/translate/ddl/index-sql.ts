import { type IndexColumn, type IndexMethod, type KeyDefinition, printName, printString } from '@cerci/sql'
import type { ColumnInfo } from '../../catalog/snapshot.js'
import { clientIndexName } from '../../errors/client-index-name.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { joinSql, type SqlText, sql } from '../rewrite/sql-text.js'
import { unimplemented } from '../unimplemented.js'
import { shardingOf, shardingParameters, shardingProperties } from './hash-sharding.js'
import { recordPartitions } from './partition-by.js'
import { besideTable, regclass, type TargetTable } from './target-table.js'

/** A key that is an index. */
type Key = Omit<KeyDefinition, 'withoutIndex'>

/** Whether PostgreSQL can hold the key as a constraint, which has no directions, expressions or condition. */
export function fitsConstraint(key: Key): boolean {
  return (
    !key.where &&
    key.columns.every(column => column.name !== undefined && column.direction !== 'desc' && !column.operatorClass)
  )
}

/** `(a, b) INCLUDE (c)` of a constraint. */
export function constraintColumns(key: Key): string {
  refuseUnsupported(key)
  return `(${key.columns.map(column => printName(column.name ?? '')).join(', ')})${including(key)}`
}

export interface IndexToCreate extends Key {
  readonly name: string
  readonly unique: boolean
  readonly method: IndexMethod
  readonly ifNotExists: boolean
}

/** CREATE INDEX, and what is to be recorded of the index. */
export function createIndexSql(
  index: IndexToCreate,
  table: TargetTable,
  neverNull: (column: string) => boolean,
  rewrite: Rewrite,
): readonly SqlText[] {
  refuseUnsupported(index)
  if (index.hash && index.method !== 'btree') {
    throw new SqlError(sqlState.invalid_sql_statement_name, `${index.method} indexes don't support hash sharding`)
  }
  const columns = joinSql(
    index.columns.map(column => indexColumn(column, index.method, neverNull, rewrite)),
    ', ',
  )
  const unique = index.unique ? 'UNIQUE ' : ''
  const ifNotExists = index.ifNotExists ? 'IF NOT EXISTS ' : ''
  const where = index.where ? sql` WHERE ${rewrite.draft.text(index.where)}` : ''
  const head = `CREATE ${unique}INDEX ${ifNotExists}${printName(index.name)} ON ${table.sql}${usingMethod(index.method)}`
  return [
    sql`${head} (${columns})${including(index)}${storage(index.method)}${where}`,
    ...indexProperties(index, index.name, table, rewrite),
  ]
}

/** What CockroachDB knows of an index beyond PostgreSQL, recorded for SHOW. */
export function indexProperties(key: Key, name: string, table: TargetTable, rewrite: Rewrite): readonly SqlText[] {
  const qualified = besideTable(table, name)
  const properties = {
    ...shardingProperties(shardingOf(key, rewrite)),
    ...(key.visibility < 1 && { visibility: key.visibility }),
  }
  const on = {
    of: 'index',
    index: clientIndexName(name),
    columns: key.columns.map(column => column.name ?? ''),
  } as const
  return [
    ...(Object.keys(properties).length === 0 ? [] : [setRelation(qualified, properties)]),
    ...(key.partitionBy ? [recordPartitions(qualified, key.partitionBy, on, rewrite)] : []),
  ]
}

export function setRelation(qualified: string, properties: Readonly<Record<string, unknown>>): SqlText {
  return sql`PERFORM crdb_internal.cerci_set_relation(${regclass(qualified)}, ${printString(JSON.stringify(properties))})`
}

function refuseUnsupported(key: Key): void {
  const foreign = key.parameters.find(({ name }) => !shardingParameters.has(name) && name !== 'fillfactor')
  if (foreign) throw unimplemented(`the index parameter ${foreign.name}`)
}

function including(key: Key): string {
  const keys = new Set(key.columns.map(column => column.name))
  const stored = key.storing.filter(column => !keys.has(column))
  return stored.length === 0 ? '' : ` INCLUDE (${stored.map(printName).join(', ')})`
}

function usingMethod(method: IndexMethod): string {
  switch (method) {
    case 'btree':
      return ''
    case 'inverted':
      return ' USING gin'
    case 'gist':
      return ' USING gist'
    case 'hash':
    case 'brin':
    case 'vector':
  }
  throw unimplemented(`${method.toUpperCase()} indexes`)
}

/**
 * CockroachDB's inverted indexes are written with their rows. PostgreSQL would gather new entries in a list that every reader goes through and locks
 * as a whole, and whose length keeps the planner away from the index. https://www.postgresql.org/docs/current/gin.html#GIN-FAST-UPDATE
 */
function storage(method: IndexMethod): string {
  return method === 'inverted' ? ' WITH (fastupdate = off)' : ''
}

/** NULL comes first in CockroachDB's indexes. A column that is never NULL gets PostgreSQL's default, which is another order only for NULL. */
function indexColumn(
  column: IndexColumn,
  method: IndexMethod,
  neverNull: (column: string) => boolean,
  rewrite: Rewrite,
): SqlText {
  const key = column.name === undefined ? expressionKey(column, rewrite) : sql`${printName(column.name)}`
  const operatorClass = column.operatorClass === undefined ? '' : ` ${printName(column.operatorClass)}`
  if (method !== 'btree') return sql`${key}${operatorClass}`
  const direction = column.direction === 'desc' ? ' DESC' : ''
  const nulls =
    column.name !== undefined && neverNull(column.name) ? '' : direction === '' ? ' NULLS FIRST' : ' NULLS LAST'
  return sql`${key}${operatorClass}${direction}${nulls}`
}

function expressionKey(column: IndexColumn, rewrite: Rewrite): SqlText {
  const { expression } = column
  if (!expression) return sql``
  const isParenthesized = rewrite.token(expression.start).text === '('
  const text = rewrite.draft.text(expression)
  return isParenthesized ? text : sql`(${text})`
}

export function neverNullIn(columns: readonly ColumnInfo[]): (column: string) => boolean {
  return name => columns.some(column => column.name === name && column.notNull)
}
