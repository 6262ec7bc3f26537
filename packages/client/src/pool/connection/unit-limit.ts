import { QueryAbortedError, QueryTimeoutError, type StopOutcome } from '../../errors/query-errors.js'
import { maxTimerMs } from '../../query/limits.js'
import type { Limits, Stopped } from './limited-query.js'

/** One time limit and one signal of a caller for a unit of work that takes several connections, one after the other. */
export class UnitLimit implements Limits {
  /** Fires for either. */
  readonly signal: AbortSignal | undefined
  /** On no connection does the time begin anew. */
  readonly timeoutMs: number = Number.POSITIVE_INFINITY
  readonly stopped: Stopped

  constructor(caller: AbortSignal | undefined, timeoutMs: number) {
    const timer = timeoutMs > maxTimerMs ? undefined : AbortSignal.timeout(Math.ceil(timeoutMs))
    const signals = [caller, timer].filter(each => each !== undefined)
    this.signal = signals.length === 0 ? undefined : AbortSignal.any(signals)
    this.stopped = (outcome, cause) =>
      caller?.aborted === true
        ? new QueryAbortedError(caller.reason, outcome)
        : new QueryTimeoutError(timeoutMs, outcome, cause)
  }

  /** Throws what has stopped the unit, else what was given. */
  rethrow(error: unknown, outcome: StopOutcome): never {
    throw this.signal?.aborted === true ? this.stopped(outcome, error) : error
  }
}
