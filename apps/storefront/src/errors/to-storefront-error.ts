import { CerciError, type CerciErrorCode, ConnectionLostError } from 'cerci'
import type { ProblemCode } from './problem-table.js'
import { StorefrontError } from './storefront-error.js'

/** What a client may know of any error: its own mistakes exactly, the database's state roughly, and nothing of the inside. */
export function toStorefrontError(error: unknown): StorefrontError {
  if (error instanceof StorefrontError) return error
  if (error instanceof CerciError) return new StorefrontError(problemOf(error), { cause: error })
  return new StorefrontError(isOutOfRange(error) ? 'limit-exceeded' : 'internal-error', { cause: error })
}

/** A sum that its column cannot hold: numeric_value_out_of_range. https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '22003'
}

function problemOf(error: CerciError): ProblemCode {
  if (error instanceof ConnectionLostError && error.outcome === 'unknown') return 'outcome-unknown'
  return problems[error.code] ?? 'internal-error'
}

/** What is not here is a mistake of ours. */
const problems: Partial<Record<CerciErrorCode, ProblemCode>> = {
  CERCI_AMBIGUOUS_COMMIT: 'outcome-unknown',
  CERCI_CONNECTION: 'database-unavailable',
  CERCI_CONNECTION_LOST: 'database-unavailable',
  CERCI_NODE_DRAINING: 'database-unavailable',
  CERCI_POOL_TIMEOUT: 'database-unavailable',
  CERCI_POOL_CLOSED: 'database-unavailable',
  CERCI_QUERY_TIMEOUT: 'outcome-unknown',
  CERCI_RETRIES_EXHAUSTED: 'database-unavailable',
  CERCI_TRANSACTION_DEADLINE: 'database-unavailable',
  CERCI_RESTART_FAILED: 'database-unavailable',
  CERCI_LOCK_NOT_AVAILABLE: 'database-unavailable',
  CERCI_RANGE_UNAVAILABLE: 'database-unavailable',
  CERCI_COALESCE_FULL: 'database-unavailable',
}
