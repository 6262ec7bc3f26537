import type { Delete, Update } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'

/** What `sql_safe_updates` refuses; the interactive shell sets it. https://www.cockroachlabs.com/docs/v26.2/session-variables */
export function unsafe(what: string): SqlError {
  return new SqlError(sqlState.warning, `rejected (sql_safe_updates = true): ${what}`)
}

/** @throws {SqlError} for a write that is safe no more: one of all rows */
export function checkSafeWrite(node: Update | Delete, rewrite: Rewrite): void {
  if (node.where !== undefined || node.limit !== undefined) return
  if (rewrite.variable('sql_safe_updates') === 'on') throw unsafe(`${node.kind.toUpperCase()} without WHERE clause`)
}
