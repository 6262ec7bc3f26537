import { type Assignment, printName } from '@cerci/sql'
import type { TableInfo } from '../../catalog/snapshot.js'
import type { Rewrite } from '../rewrite/rewrite.js'

/**
 * Assignments for the columns with an ON UPDATE expression that the statement does not assign itself, each starting with a
 * comma. Source: https://www.cockroachlabs.com/docs/v26.2/create-table#on-update-expressions
 */
export function onUpdateAssignments(
  table: TableInfo | undefined,
  assigned: ReadonlySet<string>,
  rewrite: Rewrite,
): string {
  const rehomes = rewrite.variable('on_update_rehome_row_enabled') === 'on'
  return (table?.columns ?? [])
    .filter(({ name, onUpdate }) => onUpdate !== null && !assigned.has(name) && (rehomes || !isRehoming(onUpdate)))
    .map(column => `, ${printName(column.name)} = ${column.onUpdate}`)
    .join('')
}

/** `rehome_row()`, which a session may turn off. */
function isRehoming(expression: string): boolean {
  return expression.startsWith('rehome_row()')
}

export function assignedColumns(assignments: readonly Assignment[]): ReadonlySet<string> {
  return new Set(assignments.flatMap(assignment => assignment.columns.map(column => column.name)))
}
