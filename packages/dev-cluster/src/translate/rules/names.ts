import { type Name, printName, type TableRef } from '@cerci/sql'
import { overlayRelation } from '../../catalog/overlay-relations.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { printActivity } from '../activity/print-activity.js'
import { printClusterRelation } from '../cluster/cluster-relation.js'
import { clusterRelations } from '../cluster/cluster-relations.js'
import { printRangeRelation } from '../ranges/range-relations.js'
import { printQualified, type Rewrite } from '../rewrite/rewrite.js'
import { checkIndexHint } from './index-hint.js'
import { rewriteTableOrdinality } from './ordinality.js'

/** Rewrites what PostgreSQL does not know of a table reference: the index hint, the database, and relations of the overlay and of the gateway. */
export function rewriteTableRef(ref: TableRef, rewrite: Rewrite): void {
  if (ref.hint) {
    checkIndexHint(ref, ref.hint, rewrite)
    rewrite.draft.remove(ref.hint)
  }
  rewriteTableName(ref, rewrite)
  rewriteTableOrdinality(ref, rewrite)
}

function rewriteTableName(ref: TableRef, rewrite: Rewrite): void {
  if (ref.name.parts.length === 1 && rewrite.commonTables.has(ref.name.parts[0] ?? '')) return
  const replacement = systemRelation(ref.name, rewrite)
  if (replacement === undefined) {
    rewriteRelation(ref.name, rewrite)
    return
  }
  const alias = ref.alias ? '' : ` AS ${printName(ref.name.parts.at(-1) ?? '')}`
  rewrite.draft.replace(ref.name, replacement + alias)
}

/** What stands for a catalog relation that PostgreSQL has otherwise or not at all. */
function systemRelation(name: Name, rewrite: Rewrite): string | undefined {
  const parts =
    name.parts.length === 3 && name.parts[0] === rewrite.context.session.database ? name.parts.slice(1) : name.parts
  const [first = '', second] = parts
  if (parts.length > 2) return undefined
  const overlay = second === undefined ? overlayRelation(undefined, first) : overlayRelation(first, second)
  if (overlay !== undefined && (second !== undefined || !rewrite.table(name))) return `crdb_internal."${overlay}"`
  const activity = first === 'crdb_internal' ? printActivity(second ?? '', rewrite) : undefined
  if (activity !== undefined) return `(${activity})`
  const ranges = first === 'crdb_internal' ? printRangeRelation(second ?? '', rewrite) : undefined
  if (ranges !== undefined) return `(${ranges})`
  const relation = first === 'crdb_internal' ? clusterRelations.get(second ?? '') : undefined
  if (!relation) return undefined
  rewrite.usesCluster = true
  return `(${printClusterRelation(relation, rewrite.context)})`
}

/** Rewrites the name of a table, view or sequence that is already there. */
export function rewriteRelation(name: Name, rewrite: Rewrite): void {
  const parts = relationParts(name, rewrite)
  if (parts.join('.') !== name.parts.join('.')) rewrite.draft.replace(name, printQualified(parts))
}

/**
 * The name without its database. CockroachDB reads `a.b` as schema a, else as database a with schema public.
 * Throws 0A000 for another database.
 */
export function relationParts(name: Name, rewrite: Rewrite): readonly string[] {
  const { catalog, session } = rewrite.context
  const [first = '', second = '', third] = name.parts
  if (name.parts.length === 1) return name.parts
  if (third === undefined) {
    if (catalog.schemas.has(first)) return name.parts
    if (first === session.database) return ['public', second]
    if (catalog.databases.includes(first) && !first.startsWith('pg_')) throw crossDatabase(name)
    return name.parts
  }
  if (first === session.database) return [second, third]
  if (catalog.databases.includes(first)) throw crossDatabase(name)
  throw new SqlError(sqlState.undefined_table, `relation "${name.parts.join('.')}" does not exist`)
}

export function crossDatabase(name: Name): SqlError {
  return new SqlError(
    sqlState.feature_not_supported,
    `unimplemented: cross-database reference to ${name.parts.map(printName).join('.')}`,
    {
      hint: `The dev cluster of Cerci reaches one database in a session: connect to "${name.parts[0]}", or USE it first.`,
    },
  )
}
