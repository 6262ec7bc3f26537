import { type Assignment, printName } from '@cerci/sql'
import type { TableInfo } from '../../catalog/snapshot.js'

/**
 * Assignments for the columns with an ON UPDATE expression that the statement does not assign itself, each starting with a
 * comma. Source: https://www.cockroachlabs.com/docs/v26.2/create-table#on-update-expressions
 */
export function onUpdateAssignments(table: TableInfo | undefined, assigned: ReadonlySet<string>): string {
  return (table?.columns ?? [])
    .filter(column => column.onUpdate !== null && !assigned.has(column.name))
    .map(column => `, ${printName(column.name)} = ${column.onUpdate}`)
    .join('')
}

export function assignedColumns(assignments: readonly Assignment[]): ReadonlySet<string> {
  return new Set(assignments.flatMap(assignment => assignment.columns.map(column => column.name)))
}
