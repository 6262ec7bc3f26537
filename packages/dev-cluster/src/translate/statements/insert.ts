import { type Conflict, type Insert, printName } from '@cerci/sql'
import type { ColumnInfo, TableInfo } from '../../catalog/snapshot.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { tellInsertedRegions } from '../access/touch-rows.js'
import { storedIndexName } from '../ddl/index-names.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { rewriteRelation } from '../rules/names.js'
import { typeAssignments, typeRows } from '../rules/typed-branches.js'
import { assignedColumns, onUpdateAssignments } from './on-update.js'
import type { Outcome } from './outcome.js'
import { rewriteReturning } from './returning.js'

/** INSERT and UPSERT. Source: https://www.cockroachlabs.com/docs/v26.2/upsert */
export function translateInsert(insert: Insert, rewrite: Rewrite): Outcome {
  const table = rewrite.table(insert.table)
  const name = insert.alias?.name ?? insert.table.parts.at(-1)
  rewriteRelation(insert.table, rewrite)
  if (insert.conflict) rewriteConstraintName(insert.conflict, table, rewrite)
  if (table) {
    listVisibleColumns(insert, table, rewrite)
    typeValues(insert, table, rewrite)
    if (insert.conflict?.action === 'update') {
      const assigned = assignedColumns(insert.conflict.assignments)
      const last = insert.conflict.assignments.at(-1)
      const onUpdate = onUpdateAssignments(table, assigned, rewrite)
      if (last && onUpdate !== '') rewrite.draft.after(last, onUpdate)
    }
  }
  tellInsertedRegions(insert, rewrite)
  if (insert.upsert) upsert(insert, table, rewrite)
  const source = { name, nullable: false, renamed: false, ...(table && { table }) }
  rewriteReturning(insert.returning, [source], rewrite)
  return { kind: 'write' }
}

function typeValues(insert: Insert, table: TableInfo, rewrite: Rewrite): void {
  if (insert.conflict) typeAssignments(insert.conflict.assignments, table, rewrite)
  if (insert.source?.body.kind !== 'values') return
  const listed = insert.columns?.map(({ name }) => table.columns.find(column => column.name === name))
  typeRows(insert.source.body.rows, listed ?? table.columns.filter(column => !column.hidden), rewrite)
}

/** ON CONFLICT ON CONSTRAINT names a key of the table. */
function rewriteConstraintName(conflict: Conflict, table: TableInfo | undefined, rewrite: Rewrite): void {
  if (conflict.constraint === undefined) return
  const stored = storedIndexName(conflict.constraint, table)
  // ON CONFLICT ON CONSTRAINT name: the name is the fifth word.
  const name = { start: conflict.start + 4, end: conflict.start + 5 }
  if (stored !== conflict.constraint) rewrite.draft.replace(name, printName(stored))
}

/** Without a column list values go to the visible columns only, of which they may be fewer. */
function listVisibleColumns(insert: Insert, table: TableInfo, rewrite: Rewrite): void {
  if (insert.columns || !insert.source || !table.columns.some(column => column.hidden)) return
  const visible = table.columns.filter(column => !column.hidden)
  const count = sourceWidth(insert) ?? visible.length
  if (count > visible.length) {
    throw new SqlError(
      sqlState.syntax_error,
      `INSERT has more expressions than target columns, ${count} expressions for ${visible.length} targets`,
    )
  }
  rewrite.draft.before(insert.sourceRange, `(${printColumns(visible.slice(0, count))}) `)
}

/** How many columns the source has, if it says so itself. */
function sourceWidth(insert: Insert): number | undefined {
  const body = insert.source?.body
  if (body?.kind === 'values') return body.rows[0]?.length
  if (body?.kind !== 'select' || body.targets.some(target => target.star)) return undefined
  return body.targets.length
}

/** A conflict on the primary key overwrites the columns that the statement gives: all of them when it has no column list. */
function upsert(insert: Insert, table: TableInfo | undefined, rewrite: Rewrite): void {
  const keyword = { start: upsertKeyword(insert, rewrite), end: upsertKeyword(insert, rewrite) + 1 }
  rewrite.draft.replace(keyword, 'INSERT')
  if (!table || table.primaryKey.length === 0) return
  const listed = insert.columns?.map(column => column.name)
  const written = table.columns.filter(
    column => !column.generated && !column.hidden && (!listed || listed.includes(column.name)),
  )
  const hiddenListed = table.columns.filter(column => column.hidden && listed?.includes(column.name))
  const all = [...written, ...hiddenListed]
  const values = all.filter(column => !table.primaryKey.includes(column.name))
  const assigned = values.length > 0 ? values : table.columns.filter(column => table.primaryKey.includes(column.name))
  const assignments = assigned
    .map(column => `${printName(column.name)} = excluded.${printName(column.name)}`)
    .join(', ')
  const target = table.primaryKey.map(printName).join(', ')
  const onUpdate = onUpdateAssignments(table, new Set(all.map(column => column.name)), rewrite)
  rewrite.draft.after(insert.sourceRange, ` ON CONFLICT (${target}) DO UPDATE SET ${assignments}${onUpdate}`)
}

function upsertKeyword(insert: Insert, rewrite: Rewrite): number {
  let index = insert.with?.end ?? insert.start
  while (rewrite.token(index).value !== 'upsert') index++
  return index
}

function printColumns(columns: readonly ColumnInfo[]): string {
  return columns.map(column => printName(column.name)).join(', ')
}
