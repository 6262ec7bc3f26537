import { SqlState } from '../errors/sqlstate.js'

const stalePlan: unique symbol = Symbol('stale plan')

/** Marks a server's error as one that came only because a prepared statement was stale, which it is no longer. */
export function markStalePlan(error: object): void {
  Object.defineProperty(error, stalePlan, { value: true })
}

export function isStalePlan(error: object): boolean {
  return stalePlan in error
}

/** `cached plan must not change result type` has only the general code; a real 0A000 comes again when the statement is prepared anew. */
export const stalePlanCodes: ReadonlySet<string> = new Set([
  SqlState.featureNotSupported,
  SqlState.invalidStatementName,
])
