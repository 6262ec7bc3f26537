import { OptionError } from '../errors/option-error.js'
import { RetriesExhaustedError, TransactionDeadlineError } from '../errors/transaction-errors.js'
import { type Backoff, backoffDelayMs, transactionBackoff } from './backoff.js'
import type { Failure, FailureKind } from './classify.js'

/** How often and how long something is run again. */
export interface RetryLimits {
  /** @default 25 */
  readonly maxAttempts?: number | 'unlimited' | undefined
  /** @default 30000 */
  readonly deadlineMs?: number | 'unlimited' | undefined
  /**
   * `false`: it is run once only. An object: the pauses between attempts, which are random between 0 and a bound that doubles from `baseMs` to `capMs`.
   * @default { baseMs: 4, capMs: 1000 }
   */
  readonly retry?: false | Partial<Backoff> | undefined
}

/** Counts the attempts and the time of one transaction or lone statement, and says when to run it again. */
export class RetryBudget {
  readonly maxAttempts: number
  readonly deadlineMs: number
  readonly startedAt: number = performance.now()
  /** The attempt under way, from 1. */
  attempt = 1
  readonly #backoff: Backoff
  readonly #failures: Partial<Record<FailureKind, number>> = {}

  constructor(limits: RetryLimits) {
    this.maxAttempts = limits.retry === false ? 1 : positive(limits.maxAttempts ?? 25, 'maxAttempts')
    this.#backoff = backoffOf(limits.retry)
    this.deadlineMs = positive(limits.deadlineMs ?? 30_000, 'deadlineMs')
  }

  get remainingMs(): number {
    return this.deadlineMs - (performance.now() - this.startedAt)
  }

  /**
   * Milliseconds to wait before the next attempt, which is thereby counted.
   *
   * @throws RetriesExhaustedError or TransactionDeadlineError when there is none.
   */
  next(failure: Failure, error: unknown): number {
    const failures = (this.#failures[failure.kind] ?? 0) + 1
    this.#failures[failure.kind] = failures
    if (this.attempt >= this.maxAttempts || (failure.kind === 'commit-deadline' && failures >= maxCommitDeadlines)) {
      throw new RetriesExhaustedError(this.attempt, error)
    }
    const delayMs = delayOf(failure.kind, failures, this.#backoff)
    if (delayMs >= this.remainingMs) throw new TransactionDeadlineError(this.deadlineMs, this.attempt, error)
    this.attempt++
    return delayMs
  }
}

/** A transaction that was too slow for its commit deadline will be so again; more than this is wasted work. */
const maxCommitDeadlines = 3

/** Another node, or a plan made anew, may succeed at once; only conflicts and repeated losses need patience. */
function delayOf(kind: FailureKind, failures: number, backoff: Backoff): number {
  if (kind === 'plan-changed') return 0
  if (kind === 'connection') return failures === 1 ? 0 : backoffDelayMs(failures - 1, backoff)
  return backoffDelayMs(failures, backoff)
}

function backoffOf(retry: RetryLimits['retry']): Backoff {
  if (retry === false || retry === undefined) return transactionBackoff
  const { baseMs = transactionBackoff.baseMs, capMs = transactionBackoff.capMs } = retry
  for (const [name, ms] of Object.entries({ baseMs, capMs })) {
    if (!(ms >= 0)) throw new OptionError('retry', `${name} must be a number of milliseconds, 0 or more`)
  }
  return { baseMs, capMs }
}

function positive(value: number | 'unlimited', name: string): number {
  if (value === 'unlimited') return Number.POSITIVE_INFINITY
  if (typeof value !== 'number' || !(value > 0))
    throw new OptionError(name, 'it must be a number above 0, or "unlimited"')
  return value
}
