import { isServerError } from '../errors/from-server.js'
import { QueryAbortedError, QueryTimeoutError } from '../errors/query-errors.js'
import { SqlState } from '../errors/sqlstate.js'
import type { QueryRequest } from '../query/query-request.js'
import type { QueryDone, RunningQuery } from '../query/running-query.js'
import type { KnownStatement } from '../query/statement-cache.js'
import type { PooledClient } from './pooled-client.js'

/**
 * Runs a statement that may be stopped by its time limit or signal. It is cancelled on the server, and the server's answer is waited for,
 * because it tells whether the statement was stopped or had just succeeded. A server that does not answer loses the connection.
 */
export function runLimited(
  client: PooledClient,
  request: QueryRequest,
  timeoutMs: number,
  done: QueryDone,
  known?: KnownStatement,
): void {
  const { signal } = request
  if (signal?.aborted === true) return done(new QueryAbortedError(signal.reason), undefined)
  let stopped: QueryTimeoutError | QueryAbortedError | undefined
  let cancelling: Promise<void> = Promise.resolve()
  const ended: QueryDone = (error, result) => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    if (stopped === undefined) return done(error, result)
    void settleAfter(cancelling, done, wasStopped(error) ? withCause(stopped, error) : error, result)
  }
  const query = client.start(request, ended, known)
  const stop = (error: QueryTimeoutError | QueryAbortedError): void => {
    if (stopped !== undefined) return
    stopped = error
    cancelling = stopQuery(client, query, error)
  }
  const onAbort = (): void => stop(new QueryAbortedError(signal?.reason))
  const timer = armTimer(timeoutMs, () => stop(new QueryTimeoutError(timeoutMs)))
  signal?.addEventListener('abort', onAbort, { once: true })
}

/** A late cancel request could hit the connection's next statement, so it is waited for. */
async function settleAfter(
  cancelling: Promise<void>,
  done: QueryDone,
  ...outcome: Parameters<QueryDone>
): Promise<void> {
  await cancelling
  done(...outcome)
}

function armTimer(ms: number, strike: () => void): NodeJS.Timeout | undefined {
  return ms > maxTimerMs ? undefined : setTimeout(strike, ms)
}

/** Node's timers end at 2^31 - 1 ms; a limit beyond those 24 days is none. */
const maxTimerMs = 2_147_483_647

/** Milliseconds for the server to react to a cancel request before the connection is cut. */
export const cancelGraceMs = 1_000

/** A statement that still waits for its turn on the connection is just not sent. Settles when the cancel request is done with. */
async function stopQuery(client: PooledClient, query: RunningQuery, error: Error): Promise<void> {
  if (!query.sent) {
    query.refuse(error)
    return
  }
  const cut = setTimeout(() => client.destroy(error), cancelGraceMs)
  const answered = new Promise<void>(resolve => client.whenReady(resolve))
  await client.cancel().catch(() => {})
  await answered
  clearTimeout(cut)
}

function wasStopped(error: unknown): boolean {
  return error !== undefined && (!isServerError(error) || error.code === SqlState.queryCanceled)
}

/** A new error with the server's answer as its cause; an abort keeps the reason of its signal. */
function withCause(stopped: QueryTimeoutError | QueryAbortedError, cause: unknown): Error {
  return stopped instanceof QueryTimeoutError ? new QueryTimeoutError(stopped.timeoutMs, cause) : stopped
}
