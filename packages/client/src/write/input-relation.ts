import { quoteIdentifier } from '../statement/identifier.js'
import type { Column } from './columns.js'

/**
 * A SELECT over array parameters, one per column and in their order, that gives one row per element.
 * https://www.cockroachlabs.com/docs/v26.2/functions-and-operators#set-generating-functions
 */
export function inputRelation(columns: readonly Column[]): string {
  return `SELECT ${outputColumns(columns)} FROM ${unnest(columns)} AS input (${columnList(columns)})`
}

/** The columns in a SELECT list, with the casts of those that travel as text. */
export function outputColumns(columns: readonly Column[]): string {
  const outputs = columns.map(({ name, type }) => {
    const column = quoteIdentifier(name)
    return type.cast === undefined ? column : `${column}::${type.cast} AS ${column}`
  })
  return outputs.join(', ')
}

/** `unnest($1::int8[], $2::text[])` */
export function unnest(columns: readonly Column[]): string {
  return `unnest(${columns.map(({ type }, index) => `$${index + 1}::${type.array}`).join(', ')})`
}

export function columnList(columns: readonly Column[]): string {
  return columns.map(({ name }) => quoteIdentifier(name)).join(', ')
}

/** ` RETURNING …`, or nothing. `table` qualifies the columns where the statement reads a second relation. */
export function returningClause(columns: readonly string[] | undefined, table?: string): string {
  if (!columns || columns.length === 0) return ''
  const prefix = table === undefined ? '' : `${table}.`
  return ` RETURNING ${columns.map(column => prefix + quoteIdentifier(column)).join(', ')}`
}
