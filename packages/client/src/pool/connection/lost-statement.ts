import {
  ConnectionLostError,
  NodeDrainingError,
  PoolClosedError,
  type StatementOutcome,
} from '../../errors/connection-errors.js'
import { isServerError, type ServerError } from '../../errors/from-server.js'
import { SqlState } from '../../errors/sqlstate.js'
import type { RunningStatement } from '../../query/running-statement.js'

/** Whether the server ends the session after this error; by code, since it is not documented what severity CockroachDB gives it. */
export function endsSession(error: ServerError): boolean {
  return error.code.startsWith('57P0') || error.severity === 'FATAL' || error.severity === 'PANIC'
}

/**
 * The error of a statement whose connection ended, with what is known of the statement.
 *
 * @param first the first statement that was lost with the connection. The ROLLBACK that many send after a lost COMMIT undoes nothing, and
 *   hides the COMMIT's error from the caller; so it says what that one said.
 */
export function lostStatement(
  query: RunningStatement,
  cause: unknown,
  first?: ConnectionLostError,
): ConnectionLostError {
  const code = isServerError(cause) ? cause.code : undefined
  const outcome =
    first?.outcome === 'unknown' && query.statement.kind === 'rollback' ? 'unknown' : outcomeOf(query, code)
  const why = first ?? cause
  return code !== undefined && shutdownCodes.has(code)
    ? new NodeDrainingError(outcome, why)
    : new ConnectionLostError(outcome, why)
}

/**
 * A server answers messages in order, and binds a statement before it executes it. So a shutdown notice that comes instead of
 * BindComplete proves that the statement was not executed. A connection that just breaks proves nothing: then only a statement that is
 * inside a transaction and does not end it, or that has no effect, is known to have changed nothing.
 */
function outcomeOf(query: RunningStatement, code: string | undefined): StatementOutcome {
  if (!query.sent || (code === SqlState.adminShutdown && query.extended && !query.bound)) return 'not-executed'
  const { kind } = query.statement
  if (query.transactionStatus === 'E') return 'aborted'
  if (query.transactionStatus === 'T') return kind === 'commit' || kind === 'other' ? 'unknown' : 'aborted'
  return kind === 'write' || kind === 'other' ? 'unknown' : 'aborted'
}

/**
 * A COMMIT that was cancelled, by a time limit of the session or by a late cancel request. CockroachDB gives every failure of a cancelled statement this
 * code, that of a commit it lost track of as well.
 */
export function isCancelledCommit(query: RunningStatement, error: ServerError): boolean {
  return query.statement.kind === 'commit' && query.transactionStatus === 'T' && error.code === SqlState.queryCanceled
}

/** What the caller of a statement is told that the server refused while the pool was being closed, when it was cancelled for that. */
export function closedUnder(error: ServerError, refused: unknown): unknown {
  if (error.code !== SqlState.queryCanceled) return refused
  return new PoolClosedError('The pool was closed while the statement ran, and the server cancelled it.', error)
}

const shutdownCodes: ReadonlySet<string> = new Set([
  SqlState.adminShutdown,
  SqlState.crashShutdown,
  SqlState.cannotConnectNow,
])
