import { SqlState } from '../errors/sqlstate.js'
import { classify } from './classify.js'
import { sqlStateOf } from './sql-state-of.js'

/**
 * Whether the server refused a statement because of the rows in it, so that the other rows might be accepted: data exceptions (22),
 * constraint violations (23), rows that meet twice (21), WITH CHECK OPTION (44), program limits (54), errors raised by functions (P0).
 * An error that says that the work was, or may have been, committed is none, whatever has caused it.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function isRowError(error: unknown): boolean {
  if (classify(error).kind !== 'final') return false
  const state = sqlStateOf(error)
  return state !== undefined && ROW_CLASSES.has(state.slice(0, 2))
}

const ROW_CLASSES: ReadonlySet<string> = new Set(['21', '22', '23', '44', '54', 'P0'])

/**
 * Whether the refusal is about the row itself and nothing else in the database, so that an earlier run of the same statement was refused as well.
 * A duplicate key is not: it may be the earlier run's own row.
 */
export function isOwnRefusal(error: unknown): boolean {
  if (classify(error).kind !== 'final') return false
  const state = sqlStateOf(error)
  return state !== undefined && (state.startsWith('22') || OWN_CONSTRAINTS.has(state))
}

const OWN_CONSTRAINTS: ReadonlySet<string> = new Set([SqlState.notNullViolation, SqlState.checkViolation])
