import {
  type CommentOn,
  type CreateSchema,
  type CreateSequence,
  type CreateStatistics,
  type CreateType,
  type CreateView,
  type DropObject,
  type Name,
  printName,
  printString,
  type Truncate,
} from '@cerci/sql'
import { keepRegionType } from '../regions/keep-regions.js'
import { printQualified, type Rewrite } from '../rewrite/rewrite.js'
import { sql } from '../rewrite/sql-text.js'
import { relationParts, rewriteRelation } from '../rules/names.js'
import type { Outcome } from '../statements/outcome.js'
import { unimplemented } from '../unimplemented.js'
import { asOneStatement, raiseNotice, unlessExists } from './do-block.js'
import { indexSql } from './drop-index.js'
import { storedIndexName } from './index-names.js'
import { setRelation } from './index-sql.js'
import { relationExists, targetTable } from './target-table.js'

/** CREATE TYPE, whose IF NOT EXISTS PostgreSQL lacks. */
export function translateCreateType(node: CreateType, rewrite: Rewrite): Outcome {
  const name = printQualified(relationParts(node.name, rewrite))
  const tag = 'CREATE TYPE'
  const create = sql`CREATE TYPE ${name} AS ${node.labels ? 'ENUM ' : ''}${typeBody(node, rewrite)}`
  if (!node.ifNotExists) return { kind: 'ddl', tag, sql: create }
  const exists = `pg_catalog.to_regtype(${printString(name)}) IS NOT NULL`
  const message = `type "${node.name.parts.at(-1)}" already exists, skipping`
  // Another session may make it between the look and this.
  const attempt = sql`BEGIN ${create}; EXCEPTION WHEN duplicate_object THEN ${raiseNotice(message)}; END`
  return { kind: 'ddl', tag, sql: unlessExists(exists, message, [attempt]) }
}

function typeBody(node: CreateType, rewrite: Rewrite): ReturnType<typeof sql> {
  return node.labels ? sql`(${node.labels.map(printString).join(', ')})` : rewrite.draft.text(node.definition)
}

/** CREATE VIEW; only materialized views have IF NOT EXISTS in PostgreSQL. */
export function translateCreateView(node: CreateView, rewrite: Rewrite): Outcome {
  rewriteRelation(node.name, rewrite)
  const tag = node.materialized ? 'CREATE MATERIALIZED VIEW' : 'CREATE VIEW'
  if (node.materialized || !node.ifNotExists) return { kind: 'ddl', tag }
  const { name, schema, sql: qualified } = targetTable(node.name, rewrite)
  const columns = node.columnList ? sql` ${rewrite.draft.text(node.columnList)}` : ''
  const create = sql`CREATE ${node.temporary ? 'TEMPORARY ' : ''}VIEW ${qualified}${columns} AS ${rewrite.draft.text(node.query)}`
  const message = `relation "${name}" already exists, skipping`
  return { kind: 'ddl', tag, sql: unlessExists(relationExists(name, schema), message, [create]) }
}

/** CREATE SCHEMA; a database's name in front is dropped. */
export function translateCreateSchema(node: CreateSchema, rewrite: Rewrite): Outcome {
  if (node.name) rewriteSchemaName(node.name, rewrite)
  return { kind: 'ddl', tag: 'CREATE SCHEMA' }
}

function rewriteSchemaName(name: Name, rewrite: Rewrite): void {
  if (name.parts.length > 1 && name.parts[0] === rewrite.context.session.database) {
    rewrite.draft.replace(name, printName(name.parts[1] ?? ''))
  }
}

/** CREATE SEQUENCE; how values are cached is PostgreSQL's affair, except how many. What VIRTUAL means, `nextval` is told. */
export function translateCreateSequence(node: CreateSequence, rewrite: Rewrite): Outcome {
  rewriteRelation(node.name, rewrite)
  for (const option of node.options) {
    const cached = option.name === 'per node cache' || option.name === 'per session cache'
    if (cached) rewrite.draft.replace(option, `CACHE ${option.value ?? '1'}`)
    else if (option.name === 'virtual') rewrite.draft.remove(option)
    else if (option.name === 'as' && option.value === 'int') rewrite.draft.replace(option, 'AS int8')
  }
  const tag = 'CREATE SEQUENCE'
  if (!node.options.some(({ name }) => name === 'virtual')) return { kind: 'ddl', tag }
  const { name, schema, sql: qualified } = targetTable(node.name, rewrite)
  const create = rewrite.draft.text(node)
  const record = setRelation(qualified, { virtual: true })
  if (!node.ifNotExists) return { kind: 'ddl', tag, sql: asOneStatement([create, record]) }
  const message = `relation "${name}" already exists, skipping`
  return { kind: 'ddl', tag, sql: unlessExists(relationExists(name, schema), message, [create, record]) }
}

/** DROP of what PostgreSQL has under the same name. */
export function translateDropObject(node: DropObject, rewrite: Rewrite): Outcome {
  for (const name of node.names) {
    if (node.objectType === 'schema') rewriteSchemaName(name, rewrite)
    else if (node.objectType === 'type') {
      keepRegionType(name.parts.at(-1) ?? '', rewrite)
      rewriteRelation(name, rewrite)
    } else rewriteDropped(name, rewrite)
  }
  return { kind: 'ddl', tag: `DROP ${node.objectType.toUpperCase()}` }
}

/** A name that is none of the user's relations must not fall through to the overlay's relations of that name. */
function rewriteDropped(name: Name, rewrite: Rewrite): void {
  if (name.parts.length === 1 && !rewrite.table(name) && overlayNames.has(name.parts[0] ?? '')) {
    rewrite.draft.replace(name, printQualified(['public', ...name.parts]))
  } else rewriteRelation(name, rewrite)
}

/** Relations of crdb_internal with names that an application may use for its own. */
const overlayNames: ReadonlySet<string> = new Set([
  'databases',
  'tables',
  'table_columns',
  'table_indexes',
  'index_columns',
  'session_variables',
])

export function translateTruncate(node: Truncate, rewrite: Rewrite): Outcome {
  for (const table of node.tables) rewriteRelation(table, rewrite)
  return { kind: 'ddl', tag: 'TRUNCATE' }
}

export function translateComment(node: CommentOn, rewrite: Rewrite): Outcome {
  const tag = `COMMENT ON ${node.objectType.toUpperCase()}`
  if (node.name.kind === 'index-name') rewrite.draft.replace(node.name, indexSql(node.name, rewrite))
  else if (node.objectType === 'column') rewriteColumnName(node.name, rewrite)
  else if (node.objectType === 'schema') rewriteSchemaName(node.name, rewrite)
  else if (['table', 'view', 'sequence', 'type'].includes(node.objectType)) rewriteRelation(node.name, rewrite)
  if (node.table) {
    const stored = storedIndexName(
      node.name.kind === 'name' ? (node.name.parts[0] ?? '') : '',
      rewrite.table(node.table),
    )
    if (node.objectType === 'constraint') rewrite.draft.replace(node.name, printName(stored))
    rewriteRelation(node.table, rewrite)
  }
  return { kind: 'ddl', tag }
}

/** `db.schema.table.column`. */
function rewriteColumnName(name: Name, rewrite: Rewrite): void {
  const table: Name = { ...name, parts: name.parts.slice(0, -1) }
  const parts = table.parts.length === 0 ? [] : relationParts(table, rewrite)
  if (parts.join('.') !== table.parts.join('.'))
    rewrite.draft.replace(name, printQualified([...parts, name.parts.at(-1) ?? '']))
}

/** CREATE STATISTICS collects statistics; in PostgreSQL that is ANALYZE. */
export function translateCreateStatistics(node: CreateStatistics, rewrite: Rewrite): Outcome {
  if (node.columns.length > 1) throw unimplemented('CREATE STATISTICS on several columns')
  const columns = node.columns.length === 0 ? '' : ` (${node.columns.map(printName).join(', ')})`
  return { kind: 'other', tag: 'CREATE STATISTICS', sql: `ANALYZE ${targetTable(node.table, rewrite).sql}${columns}` }
}
