import { CerciError } from './cerci-error.js'
import type { StatementOutcome } from './connection-errors.js'

/**
 * What is known about a statement that its caller has stopped: `cancelled` when the server said so; else as of a lost connection.
 * A cancelled write has changed nothing, with one reservation: CockroachDB gives every failure of a cancelled statement this name, be it that it lost
 * track of a commit that was under way.
 */
export type StopOutcome = StatementOutcome | 'cancelled'

/** The statement took longer than its `timeoutMs`. `cause` is what the server answered, or what the caller was waiting for. */
export class QueryTimeoutError extends CerciError {
  override readonly name = 'QueryTimeoutError'
  readonly timeoutMs: number
  readonly outcome: StopOutcome

  constructor(timeoutMs: number, outcome: StopOutcome, cause?: unknown) {
    super('CERCI_QUERY_TIMEOUT', `Not done within ${Math.ceil(timeoutMs)} ms; ${known[outcome]}.`, cause)
    this.timeoutMs = timeoutMs
    this.outcome = outcome
  }
}

/** The caller's AbortSignal fired. `cause` is the signal's reason. */
export class QueryAbortedError extends CerciError {
  override readonly name = 'QueryAbortedError'
  readonly outcome: StopOutcome

  constructor(reason: unknown, outcome: StopOutcome) {
    super('CERCI_QUERY_ABORTED', `Aborted by the signal of its caller; ${known[outcome]}.`, reason)
    this.outcome = outcome
  }
}

const known: Record<StopOutcome, string> = {
  'not-executed': 'the statement was not executed',
  cancelled: 'the server cancelled the statement',
  aborted: 'nothing was committed',
  unknown: 'the server did not confirm that it cancelled the statement, which may have taken effect',
}

/** Whether its caller has given a statement up, so that it is not run again, whatever is known of it. */
export function isStopped(error: unknown): boolean {
  return error instanceof QueryAbortedError || error instanceof QueryTimeoutError
}
