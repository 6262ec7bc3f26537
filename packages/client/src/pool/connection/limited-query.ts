import { ConnectionLostError } from '../../errors/connection-errors.js'
import { isServerError } from '../../errors/from-server.js'
import { QueryAbortedError, QueryTimeoutError, type StopOutcome } from '../../errors/query-errors.js'
import { SqlState } from '../../errors/sqlstate.js'
import { maxTimerMs } from '../../query/limits.js'
import type { RunningStatement } from '../../query/running-statement.js'
import type { PooledClient } from './pooled-client.js'

/** What may stop a statement. */
export interface Limits {
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number
  /** What its signal means, where that is not just the caller's. */
  readonly stopped?: Stopped
}

/** A statement, or a batch of them, that can be stopped. */
interface Stoppable extends Pick<RunningStatement, 'sent' | 'statement'> {
  /** Keeps it from being sent: it will fail with this error. */
  refuse(error: unknown): unknown
}

type Done<Result> = (error: unknown, result: Result | undefined) => void

/** Makes the error of a statement that was stopped, from what is known of it and what it ended with. */
export type Stopped = (outcome: StopOutcome, cause: unknown) => QueryTimeoutError | QueryAbortedError

/**
 * Runs a statement that may be stopped by its time limit or signal. It is cancelled on the server, and the server's answer is waited for,
 * because it tells whether the statement was stopped or had just succeeded. A server that does not answer loses the connection.
 * A COMMIT is not cancelled, because no answer to that tells what became of it; it only gets a little longer.
 *
 * @param start runs it without limits
 */
export function runLimited<Result>(
  client: PooledClient,
  { signal, timeoutMs, stopped: aborted = outcome => new QueryAbortedError(signal?.reason, outcome) }: Limits,
  done: Done<Result>,
  start: (done: Done<Result>) => Stoppable,
): void {
  if (signal?.aborted === true) return done(aborted('not-executed', undefined), undefined)
  let stopped: Stopped | undefined
  let cancelling: Promise<void> = Promise.resolve()
  const ended: Done<Result> = (error, result) => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    if (stopped === undefined) return done(error, result)
    const outcome = stopOutcome(error)
    void settleAfter(cancelling, done, outcome === undefined ? error : stopped(outcome, error), result)
  }
  const query = start(ended)
  const stop = (error: Stopped): void => {
    if (stopped !== undefined) return
    stopped = error
    cancelling = stopQuery(client, query, error)
  }
  const onAbort = (): void => stop(aborted)
  const timer = armTimer(timeoutMs, () => stop((outcome, cause) => new QueryTimeoutError(timeoutMs, outcome, cause)))
  signal?.addEventListener('abort', onAbort, { once: true })
}

/** A late cancel request could hit the connection's next statement, so it is waited for. */
async function settleAfter<Result>(
  cancelling: Promise<void>,
  done: Done<Result>,
  ...outcome: Parameters<Done<Result>>
): Promise<void> {
  await cancelling
  done(...outcome)
}

function armTimer(ms: number, strike: () => void): NodeJS.Timeout | undefined {
  return ms > maxTimerMs ? undefined : setTimeout(strike, ms)
}

/** Milliseconds for the server to react to a cancel request before the connection is cut. */
export const cancelGraceMs = 1_000
/** Milliseconds that a COMMIT which is under way when its time is up still gets. */
export const commitGraceMs = 2_000

/** A statement that still waits for its turn on the connection is just not sent. Settles when the cancel request is done with. */
async function stopQuery(client: PooledClient, query: Stoppable, stopped: Stopped): Promise<void> {
  if (!query.sent) {
    query.refuse(stopped('not-executed', undefined))
    return
  }
  const isCommit = query.statement.kind === 'commit'
  const silent = new Error(isCommit ? 'COMMIT was not answered' : 'The cancel request was not answered')
  const cut = setTimeout(() => client.destroy(silent), isCommit ? commitGraceMs : cancelGraceMs)
  const answered = new Promise<void>(resolve => client.whenReady(resolve))
  if (!isCommit) await client.cancel().catch(() => {})
  await answered
  clearTimeout(cut)
}

/** What is known of a statement that was stopped and ended with this error; undefined when it ended on its own account. */
function stopOutcome(error: unknown): StopOutcome | undefined {
  if (error instanceof ConnectionLostError) return error.outcome
  return isServerError(error) && error.code === SqlState.queryCanceled ? 'cancelled' : undefined
}
