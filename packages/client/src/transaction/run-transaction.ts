import { withDefaults } from '../cluster/with-defaults.js'
import { ConnectionLostError } from '../errors/connection-errors.js'
import { fromServer } from '../errors/from-server.js'
import { checkOptions } from '../errors/known-options.js'
import { OptionError, oneOf } from '../errors/option-error.js'
import {
  AmbiguousCommitError,
  RestartFailedError,
  TransactionAbortedError,
  TransactionSplitError,
} from '../errors/transaction-errors.js'
import type { CerciPool } from '../pool/cerci-pool.js'
import type { PooledClient } from '../pool/connection/pooled-client.js'
import { nodeAddress } from '../pool/nodes/node-address.js'
import { asError } from '../pool/settle.js'
import { readSignal } from '../query/limits.js'
import type { Observers } from '../query/observer.js'
import type { Queryable } from '../query/queryable.js'
import { classify, type Failure, isRetryable } from '../retry/classify.js'
import { RetryBudget } from '../retry/retry-budget.js'
import { observeRetry, pause } from '../retry/retry-loop.js'
import { beginStatement, onlyReads } from './begin-statement.js'
import { commit } from './commit.js'
import type { Transaction, TransactionOptions } from './transaction.js'
import { checkTransactionCall, transactionOptions } from './transaction-call.js'
import { TransactionLimit } from './transaction-limit.js'
import { TransactionScope, TransactionState } from './transaction-scope.js'

/** What a transaction runs on. */
export interface TransactionHost extends Queryable {
  readonly pool: CerciPool
  readonly observers: Observers
}

/**
 * Runs a transaction until it is committed: the whole function again after every failure that surely had no effect.
 * The connection is kept from attempt to attempt, unless it is lost.
 */
export async function runTransaction<T>(
  host: TransactionHost,
  fn: (tx: Transaction) => Promise<T>,
  given: TransactionOptions | undefined,
): Promise<T> {
  checkTransactionCall(fn, given)
  checkOptions(given, transactionOptions)
  const { settings } = host.pool.connections
  const options = withDefaults(settings.transaction, given ?? {})
  if (options.verify !== undefined && typeof options.verify !== 'function')
    throw new OptionError('verify', 'it must be a function')
  if (options.protocol !== undefined) oneOf(options.protocol, 'protocol', ['transaction', 'cockroach_restart'])
  const run = new TransactionRun(host, fn, options)
  const work = (): Promise<T> => host.pool.runUnit(() => run.run())
  if (!host.observers.active) return await work()
  const start = { kind: 'transaction', text: undefined, database: settings.database } as const
  return await host.observers.unit(start, () => run.attempts, work)
}

/** How an attempt ended. `ambiguous` has the value that is the result if it was committed after all. */
type Outcome<T> =
  | { readonly kind: 'committed'; readonly value: T }
  | { readonly kind: 'ambiguous'; readonly value: T; readonly error: unknown }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly error: unknown }

class TransactionRun<T> {
  readonly #host: TransactionHost
  readonly #fn: (tx: Transaction) => Promise<T>
  readonly #options: TransactionOptions
  readonly #begin: string
  readonly #budget: RetryBudget
  readonly #limit: TransactionLimit
  #client: PooledClient | undefined
  /** What made the last attempt fail, for the error that ends the attempts. */
  #lastFailure: unknown
  /** Under the retry savepoint: the transaction is still open, and only goes back to its start. */
  #resumed = false

  constructor(host: TransactionHost, fn: (tx: Transaction) => Promise<T>, options: TransactionOptions) {
    this.#host = host
    this.#fn = fn
    this.#options = options
    this.#begin = beginStatement(options)
    this.#budget = new RetryBudget(options)
    this.#limit = new TransactionLimit(this.#budget, readSignal(options.signal))
  }

  get attempts(): number {
    return this.#budget.attempt
  }

  async run(): Promise<T> {
    try {
      for (;;) {
        const outcome = await this.#attempt()
        if (outcome.kind === 'committed') return outcome.value
        if (outcome.kind === 'ambiguous') {
          if (await this.#isCommitted(outcome.error)) return outcome.value
          await this.#again({ kind: 'connection', code: undefined }, outcome.error)
        } else await this.#again(outcome.failure, outcome.error)
      }
    } finally {
      this.#limit.end()
      this.#client?.release()
    }
  }

  /** Waits for the next attempt, or throws why there is none. */
  async #again(failure: Failure, error: unknown): Promise<void> {
    if (failure.kind === 'committed') throw error // even when the deadline has passed meanwhile
    if (this.#limit.reason !== undefined) throw this.#limit.toError(this.#lastFailure)
    if (!isRetryable(failure.kind)) throw error
    this.#lastFailure = error
    const failed = this.#budget.attempt
    const delayMs = this.#budget.next(failure, error)
    observeRetry(this.#host.observers, 'transaction', failure, error, failed, delayMs)
    try {
      await pause(delayMs, this.#limit.signal)
    } catch {
      throw this.#limit.toError(error)
    }
  }

  async #attempt(): Promise<Outcome<T>> {
    const client = await this.#connect()
    const state = new TransactionState(client, this.#budget.attempt)
    const unwatch = this.#limit.watch(state)
    try {
      await this.#open(client)
      const value = await this.#limit.race(this.#call(new TransactionScope(state)))
      await this.#limit.race(state.settle())
      state.end()
      const problem = problemOf(state)
      if (problem !== undefined) throw problem
      return await this.#commit(client, value)
    } catch (error) {
      state.end()
      return { kind: 'failed', ...(await this.#undo(state, error)) }
    } finally {
      unwatch()
      await this.#limit.cancelled()
    }
  }

  /** A function that is not asynchronous will do, too. */
  async #call(tx: Transaction): Promise<T> {
    return await this.#fn(tx)
  }

  async #connect(): Promise<PooledClient> {
    if (this.#client !== undefined) return this.#client
    try {
      this.#client = await this.#host.pool.acquire({ signal: this.#limit.signal, begun: true })
    } catch (error) {
      if (this.#limit.reason !== undefined) throw this.#limit.toError(this.#lastFailure)
      throw error
    }
    return this.#client
  }

  async #open(client: PooledClient): Promise<void> {
    if (this.#resumed) return
    await client.query(this.#begin)
    if (this.#options.protocol === 'cockroach_restart') await client.query('SAVEPOINT cockroach_restart')
  }

  async #commit(client: PooledClient, value: T): Promise<Outcome<T>> {
    this.#limit.committing(client)
    const result = await commit(client, this.#options.protocol ?? 'transaction')
    if (result.kind === 'committed') return { kind: 'committed', value }
    if (onlyReads(this.#options)) throw new ConnectionLostError('aborted', result.error)
    return { kind: 'ambiguous', value, error: result.error }
  }

  /** Rolls back, and finds out what the failure means: it may have been swallowed, or wrapped beyond recognition, by the function. */
  async #undo(state: TransactionState, error: unknown): Promise<{ failure: Failure; error: unknown }> {
    const { client } = state
    await this.#limit.cancelled()
    const thrown = meaningOf(error)
    const first = state.failure === undefined ? thrown : meaningOf(state.failure)
    const failure = isRetryable(thrown.kind) || !isRetryable(first.kind) ? thrown : first
    if (state.split) {
      client.forgetTransaction()
      this.#leave(client, undefined)
      return {
        failure: { kind: 'committed', code: undefined },
        error: error instanceof TransactionSplitError ? error : new TransactionSplitError(error),
      }
    }
    if (!client.isUsable) this.#leave(client, client.fatal)
    else if (this.#canResume(failure)) await this.#resume(client, error)
    else await this.#rollBack(client)
    return { failure, error: fromServer(error) }
  }

  #canResume(failure: Failure): boolean {
    return (
      this.#options.protocol === 'cockroach_restart' &&
      failure.kind === 'serialization' &&
      this.#limit.reason === undefined &&
      this.#client?.getTransactionStatus() !== 'I'
    )
  }

  async #resume(client: PooledClient, conflict: unknown): Promise<void> {
    try {
      await client.query('ROLLBACK TO SAVEPOINT cockroach_restart')
      this.#resumed = true
    } catch (error) {
      const lost = !client.isUsable
      this.#leave(client, error)
      // With the connection the transaction is gone as well; the next attempt begins on another one.
      if (!lost) throw new RestartFailedError(error, conflict)
    }
  }

  async #rollBack(client: PooledClient): Promise<void> {
    this.#resumed = false
    const ready = new Promise<void>(resolve => client.whenReady(resolve))
    const cut = setTimeout(
      () => client.destroy(new Error(`ROLLBACK was not answered within ${rollbackTimeoutMs} ms`)),
      rollbackTimeoutMs,
    )
    try {
      await ready
      if (client.getTransactionStatus() !== 'I') await client.query('ROLLBACK')
    } catch (error) {
      client.destroy(error)
    } finally {
      clearTimeout(cut)
    }
    if (!client.isUsable) this.#leave(client, client.fatal)
  }

  async #isCommitted(error: unknown): Promise<boolean> {
    const { observers } = this.#host
    if (observers.active)
      observers.ambiguous({
        kind: 'transaction',
        node: this.#client === undefined ? undefined : nodeAddress(this.#client),
        error,
      })
    if (this.#client !== undefined) this.#leave(this.#client, error)
    if (this.#options.verify === undefined) throw new AmbiguousCommitError('COMMIT', error)
    try {
      return await this.#options.verify(this.#host)
    } catch (verifyError) {
      throw new AmbiguousCommitError('COMMIT', error, verifyError)
    }
  }

  #leave(client: PooledClient, error: unknown): void {
    this.#resumed = false
    this.#client = undefined
    client.release(error === undefined ? undefined : asError(error))
  }
}

/** Milliseconds for statements that were sent to end, and the ROLLBACK after them. */
const rollbackTimeoutMs = 5_000

/** Why a transaction whose function succeeded cannot be committed. */
function problemOf(state: TransactionState): Error | undefined {
  if (state.split) return new TransactionSplitError()
  if (state.client.getTransactionStatus() === 'E') return new TransactionAbortedError(state.failure)
  return undefined
}

/** A result that a server calls ambiguous before COMMIT was sent is not: the transaction is rolled back. */
function meaningOf(error: unknown): Failure {
  const failure = classify(error)
  return failure.kind === 'ambiguous' && failure.code !== undefined && isServerCode(failure.code)
    ? { kind: 'connection', code: failure.code }
    : failure
}

function isServerCode(code: string): boolean {
  return code.length === 5
}
