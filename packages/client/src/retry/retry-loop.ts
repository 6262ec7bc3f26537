import { setTimeout as sleep } from 'node:timers/promises'
import { AmbiguousCommitError } from '../errors/transaction-errors.js'
import type { Observers } from '../query/observer.js'
import { classify, type Failure, isRetryable } from './classify.js'
import { RetryBudget, type RetryLimits } from './retry-budget.js'

/** How `retryTransaction` behaves. */
export interface RetryOptions extends RetryLimits {
  /** Ends the pauses between attempts, and forbids the next one. */
  readonly signal?: AbortSignal | undefined
  /** Told before every new attempt. */
  readonly onRetry?:
    | ((event: {
        readonly failure: Failure
        readonly error: unknown
        readonly attempt: number
        readonly delayMs: number
      }) => void)
    | undefined
}

/**
 * Runs a whole transaction until it succeeds, for code that begins and commits transactions by other means: an ORM, or a client of one's own.
 * `attempt` must contain everything from BEGIN to COMMIT, and roll back when it throws. Errors are recognised however an ORM wraps them.
 *
 * @throws AmbiguousCommitError, RetriesExhaustedError, TransactionDeadlineError, or what `attempt` threw when that cannot be retried.
 * @example
 * await retryTransaction(() => knex.transaction(async trx => {
 *   await trx('accounts').where({ id: from }).decrement('balance', 10)
 *   await trx('accounts').where({ id: to }).increment('balance', 10)
 * }))
 */
export async function retryTransaction<T>(
  attempt: (attempt: number) => Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  const budget = new RetryBudget(options)
  for (;;) {
    try {
      return await attempt(budget.attempt)
    } catch (error) {
      const failure = classify(error)
      if (failure.kind === 'ambiguous' && !(error instanceof AmbiguousCommitError))
        throw new AmbiguousCommitError('COMMIT', error)
      if (!isRetryable(failure.kind)) throw error
      const failed = budget.attempt
      const delayMs = budget.next(failure, error)
      options.onRetry?.({ failure, error, attempt: failed, delayMs })
      await pause(delayMs, options.signal)
    }
  }
}

/** Waits; an aborted signal ends it with the signal's reason. */
export async function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  if (delayMs <= 0) return
  try {
    await sleep(delayMs, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/** Tells observers of a retry, in the words of the telemetry. */
export function observeRetry(
  observers: Observers,
  kind: 'query' | 'transaction',
  failure: Failure,
  error: unknown,
  attempt: number,
  delayMs: number,
): void {
  if (!observers.active) return
  const reason = failure.kind === 'connection' || failure.kind === 'plan-changed' ? failure.kind : 'serialization'
  observers.retry({ kind, reason, code: failure.code, attempt, delayMs, error })
}
