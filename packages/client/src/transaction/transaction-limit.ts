import { QueryAbortedError } from '../errors/query-errors.js'
import { TransactionDeadlineError } from '../errors/transaction-errors.js'
import { cancelGraceMs, commitGraceMs } from '../pool/connection/limited-query.js'
import type { PooledClient } from '../pool/connection/pooled-client.js'
import { maxTimerMs } from '../query/limits.js'
import type { RetryBudget } from '../retry/retry-budget.js'
import type { TransactionState } from './transaction-scope.js'

/** The deadline and the signal of one transaction. When one of them strikes, the statement under way is cancelled on the server. */
export class TransactionLimit {
  /** For waiting: aborted when the limit strikes. */
  readonly signal: AbortSignal
  readonly #budget: RetryBudget
  readonly #outer: AbortSignal | undefined
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout | undefined
  readonly #struck: Promise<never>
  #state: TransactionState | undefined
  #committing: PooledClient | undefined
  #cut: NodeJS.Timeout | undefined
  #cancelling: Promise<void> | undefined

  constructor(budget: RetryBudget, outer: AbortSignal | undefined) {
    this.#budget = budget
    this.#outer = outer
    this.signal = this.#controller.signal
    this.#struck = new Promise((_, reject) =>
      this.signal.addEventListener('abort', () => reject(this.toError(undefined)), { once: true }),
    )
    this.#struck.catch(() => {})
    if (budget.deadlineMs !== Number.POSITIVE_INFINITY)
      this.#timer = setTimeout(() => this.#strike(), Math.min(budget.deadlineMs, maxTimerMs))
    if (outer?.aborted === true) this.#strike()
    else outer?.addEventListener('abort', this.#strike, { once: true })
  }

  /** What struck; undefined while nothing has. */
  get reason(): 'deadline' | 'signal' | undefined {
    if (!this.signal.aborted) return undefined
    return this.#outer?.aborted === true ? 'signal' : 'deadline'
  }

  toError(cause: unknown): Error {
    if (this.reason === 'signal') return new QueryAbortedError(this.#outer?.reason, 'aborted')
    return new TransactionDeadlineError(this.#budget.deadlineMs, this.#budget.attempt, cause)
  }

  /** Ends this attempt's statements when the limit strikes. */
  watch(state: TransactionState): () => void {
    this.#state = state
    return () => {
      this.#state = undefined
      this.#committing = undefined
    }
  }

  /** From here on a strike does not cancel: whether COMMIT succeeds is worth waiting for, but not forever. */
  committing(client: PooledClient): void {
    this.#committing = client
  }

  /** The promise, or the strike, whichever comes first. */
  async race<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {})
    return await Promise.race([promise, this.#struck])
  }

  /** Settles when the cancel request, if there was one, is done with: a late one could hit the next statement of the connection. */
  async cancelled(): Promise<void> {
    await this.#cancelling
  }

  end(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#cut)
    this.#outer?.removeEventListener('abort', this.#strike)
  }

  readonly #strike = (): void => {
    if (this.signal.aborted) return
    this.#controller.abort()
    const error = this.toError(undefined)
    const client = this.#committing ?? this.#state?.client
    if (client === undefined) return
    this.#cut = setTimeout(() => client.destroy(error), this.#committing === undefined ? cancelGraceMs : commitGraceMs)
    if (this.#committing !== undefined) return
    this.#state?.end(error)
    if (client.running !== undefined) this.#cancelling = client.cancel().catch(() => {})
  }
}
