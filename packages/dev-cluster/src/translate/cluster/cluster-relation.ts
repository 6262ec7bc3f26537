import { printString } from '@cerci/sql'
import type { TranslateContext } from '../translate-context.js'

/** A value of an inline relation. */
export type ClusterValue = string | number | boolean | Date | readonly string[] | null

/** A relation that only the gateway can fill: it is put into the query as VALUES. */
export interface ClusterRelation {
  /** Columns in order: name and PostgreSQL type. */
  readonly columns: readonly (readonly [name: string, type: string])[]
  readonly rows: (context: TranslateContext) => readonly (readonly ClusterValue[])[]
}

/** The relation as a SELECT that PostgreSQL runs by itself, also when it has no rows. */
export function printClusterRelation(relation: ClusterRelation, context: TranslateContext): string {
  const names = relation.columns.map(([name]) => `"${name}"`).join(', ')
  const typed = relation.columns.map(([name, type]) => `"${name}"::${type} AS "${name}"`).join(', ')
  const rows = relation.rows(context)
  const empty = relation.columns.map(() => 'NULL').join(', ')
  const values = rows.length === 0 ? `(${empty})` : rows.map(row => `(${row.map(printValue).join(', ')})`).join(', ')
  return `SELECT ${typed} FROM (VALUES ${values}) AS cluster(${names})${rows.length === 0 ? ' WHERE false' : ''}`
}

function printValue(value: ClusterValue): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return printString(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof Date) return printString(value.toISOString())
  return value.length === 0 ? `'{}'` : `ARRAY[${value.map(printString).join(', ')}]`
}
