import { CerciError } from '../errors/cerci-error.js'
import { PoolClosedError } from '../errors/connection-errors.js'
import { type CerciErrorCode, errorTable } from '../errors/error-table.js'
import { fromServer } from '../errors/from-server.js'
import { classify } from '../retry/classify.js'
import { errorChain } from '../retry/error-chain.js'

/** What an HTTP client is told of an error. */
export interface ErrorResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Nothing of the statement, its values or the nodes. `retryable`: the same request may be sent again without doing anything twice. */
  readonly body: { readonly code: string; readonly message: string; readonly retryable: boolean }
}

/**
 * The response for an error of the database, however it is wrapped, ORMs' errors included; undefined for errors that have nothing to do with it.
 *
 * @example
 * import { CerciError, errorResponse } from 'cerci'
 *
 * const response = errorResponse(new Error('ORM failed', { cause: Object.assign(new Error('duplicate key'), { code: '23505', severity: 'ERROR' }) }))
 * response?.status // 409
 * response?.body.code // 'CERCI_UNIQUE_VIOLATION'
 * errorResponse(new TypeError('a bug')) // undefined
 */
export function errorResponse(error: unknown): ErrorResponse | undefined {
  const code = codeOf(error)
  const rule = code && RULES[code]
  if (!code || !rule) return undefined
  const retryable = rule.retryAfterSeconds !== undefined && !wasCancelled(error)
  return {
    status: rule.status,
    headers: retryable ? { 'retry-after': String(rule.retryAfterSeconds) } : {},
    body: { code, message: errorTable[code].meaning, retryable },
  }
}

function codeOf(error: unknown): CerciErrorCode | undefined {
  for (const link of errorChain(error)) {
    const known = fromServer(link)
    if (known instanceof CerciError) return known.code
  }
  const { kind } = classify(error)
  if (kind === 'serialization' || kind === 'commit-deadline') return 'CERCI_RETRIES_EXHAUSTED'
  if (kind === 'ambiguous') return 'CERCI_AMBIGUOUS_COMMIT'
  return undefined
}

/** The pool was closed while it ran: of the statements before, nobody here knows. */
function wasCancelled(error: unknown): boolean {
  return errorChain(error).some(link => link instanceof PoolClosedError && link.outcome === 'cancelled')
}

interface Rule {
  readonly status: number
  /** Present when nothing has happened and trying again may help. */
  readonly retryAfterSeconds?: number
}

const busy: Rule = { status: 503, retryAfterSeconds: 1 }
const unprocessable: Rule = { status: 422 }
const conflict: Rule = { status: 409 }
const badRequest: Rule = { status: 400 }

/**
 * Codes that an HTTP client can do something about. The others are the application's own mistakes: they are left to its error handler.
 * An ambiguous commit has no Retry-After: the request may have done its work.
 */
const RULES: Readonly<Partial<Record<CerciErrorCode, Rule>>> = {
  CERCI_UNIQUE_VIOLATION: conflict,
  CERCI_FOREIGN_KEY_VIOLATION: conflict,
  CERCI_VERSION_CONFLICT: conflict,
  CERCI_CHECK_VIOLATION: unprocessable,
  CERCI_NOT_NULL_VIOLATION: unprocessable,
  CERCI_BAD_VALUE: unprocessable,
  CERCI_CURSOR_INVALID: badRequest,
  CERCI_CURSOR_FOREIGN: badRequest,
  CERCI_CONNECTION: busy,
  CERCI_POOL_TIMEOUT: busy,
  CERCI_POOL_CLOSED: busy,
  CERCI_COALESCE_FULL: busy,
  CERCI_RETRIES_EXHAUSTED: busy,
  CERCI_TRANSACTION_DEADLINE: busy,
  CERCI_LOCK_NOT_AVAILABLE: busy,
  CERCI_RANGE_UNAVAILABLE: busy,
  CERCI_QUERY_TIMEOUT: { status: 504 },
  CERCI_AMBIGUOUS_COMMIT: { status: 503 },
  CERCI_CONNECTION_LOST: { status: 503 },
  CERCI_NODE_DRAINING: { status: 503 },
}
