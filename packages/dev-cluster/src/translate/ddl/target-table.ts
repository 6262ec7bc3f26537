import { type Name, printString } from '@cerci/sql'
import type { TableInfo } from '../../catalog/snapshot.js'
import { printQualified, type Rewrite } from '../rewrite/rewrite.js'
import { relationParts } from '../rules/names.js'

/** The table that a DDL statement makes or changes. */
export interface TargetTable {
  /** As SQL, without the database. */
  readonly sql: string
  readonly name: string
  readonly schema: string | undefined
  /** Absent for a table that is being made, or that is not there. */
  readonly info?: TableInfo
}

export function targetTable(name: Name, rewrite: Rewrite): TargetTable {
  const parts = relationParts(name, rewrite)
  const info = rewrite.table(name)
  return {
    sql: printQualified(parts),
    name: parts.at(-1) ?? '',
    schema: parts.length > 1 ? parts.at(-2) : info?.schema,
    ...(info && { info }),
  }
}

/** `'public.t'::regclass`, which fails when there is no such relation. */
export function regclass(qualified: string): string {
  return `${printString(qualified)}::pg_catalog.regclass`
}

/** A name in the table's schema, where its indexes are. */
export function besideTable(table: TargetTable, name: string): string {
  return printQualified(table.schema === undefined ? [name] : [table.schema, name])
}

/** A condition that holds when a relation of that name is in the schema where an unqualified one would be made. */
export function relationExists(name: string, schema: string | undefined): string {
  const namespace = schema === undefined ? 'pg_catalog.current_schema()' : printString(schema)
  return `EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${namespace} AND c.relname = ${printString(name)})`
}
