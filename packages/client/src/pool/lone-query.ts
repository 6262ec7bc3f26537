import { AsyncResource } from 'node:async_hooks'
import { OptionError } from '../errors/option-error.js'
import { isStopped, QueryAbortedError, QueryTimeoutError } from '../errors/query-errors.js'
import { AmbiguousCommitError } from '../errors/transaction-errors.js'
import type { QueryRequest } from '../query/query-request.js'
import type { QueryDone } from '../query/running-query.js'
import type { KnownStatement } from '../query/statement-cache.js'
import type { StatementResult } from '../query/statement-result.js'
import { classify, isRetryable } from '../retry/classify.js'
import { RetryBudget } from '../retry/retry-budget.js'
import { observeRetry } from '../retry/retry-loop.js'
import type { PooledClient } from './connection/pooled-client.js'
import type { Connections } from './connections.js'
import { inDoubt } from './in-doubt.js'
import { nodeAddress } from './nodes/node-address.js'
import { asError, callBackWith } from './settle.js'
import type { Share } from './sharing.js'
import type { Waiter } from './waiters.js'

/**
 * One statement outside of transactions: takes a connection, runs it, gives the connection back, and runs it again where that is safe:
 * after 40001; when it was not executed; when it is a read, or declared idempotent, and its connection was lost.
 */
export class LoneQuery {
  readonly #connections: Connections
  readonly #request: QueryRequest
  readonly #done: QueryDone
  readonly #known: KnownStatement
  /** Set when a share of a connection is enough. */
  readonly #share: Share | undefined
  /** `performance.now()` at which the caller's time is up. */
  readonly #deadline: number
  /** The caller's async context, kept only while somebody observes: sockets call back in contexts of their own. */
  readonly #scope: AsyncResource | undefined
  #budget: RetryBudget | undefined
  /** Why nobody knows whether an earlier run of an idempotent write had its effect. What fails later does not change that. */
  #doubt: unknown

  constructor(connections: Connections, request: QueryRequest, done: QueryDone) {
    this.#connections = connections
    this.#request = request
    this.#done = done
    this.#known = connections.context.statements.get(request.text)
    this.#share = connections.sharing.shareOf(request, this.#known)
    this.#scope = connections.observers.active ? new AsyncResource('CerciQuery') : undefined
    const timeoutMs = request.timeoutMs ?? connections.settings.queryTimeoutMs
    this.#deadline = timeoutMs === Number.POSITIVE_INFINITY ? timeoutMs : performance.now() + timeoutMs
  }

  get attempts(): number {
    return this.#budget?.attempt ?? 1
  }

  run(): void {
    this.#connections.beginUnit()
    if (this.#known.statement.kind === 'begin') this.#fail(new OptionError('text', noBegin))
    else this.#start()
  }

  #start(): void {
    const client =
      this.#connections.tryTake() ??
      (this.#share === undefined ? undefined : this.#connections.sharing.join(this.#share))
    if (client === undefined) this.#wait()
    else this.#runOn(client)
  }

  #runOn(client: PooledClient): void {
    const ahead = client.shared.length
    const sampledAt = client.node.served % samplingInterval === 0 ? performance.now() : undefined
    let moved = false
    const done: QueryDone = (error, result) => {
      if (this.#share === undefined) this.#connections.release(client)
      else this.#connections.finish(client)
      if (moved) return
      if (error !== undefined) return this.#inScope(() => this.#decide(client, error))
      if (sampledAt !== undefined) client.node.sampleLatency((performance.now() - sampledAt) / (ahead + 1))
      this.#connections.endUnit()
      this.#done(undefined, result)
    }
    if (this.#share === undefined) return this.#runAlone(client, done)
    const onStall = (): void => {
      moved = true
      this.#inScope(() => this.#start())
    }
    client.runShared(this.#request, this.#known, done, this.#share.movable ? onStall : undefined)
  }

  /** The server's ReadyForQuery follows its error at once; with it the connection is free before the caller goes on. */
  #runAlone(client: PooledClient, done: QueryDone): void {
    client.run(
      this.#limited(),
      (error, result) => {
        if (error === undefined) done(undefined, result)
        else client.whenReady(() => done(error, undefined))
      },
      this.#known,
    )
  }

  /** The request with what is left of its time. */
  #limited(): QueryRequest {
    if (this.#deadline === Number.POSITIVE_INFINITY) return this.#request
    return { ...this.#request, timeoutMs: Math.max(1, this.#deadline - performance.now()) }
  }

  #wait(): void {
    const { settings, waiters } = this.#connections
    const { signal } = this.#request
    if (signal?.aborted === true) return this.#fail(new QueryAbortedError(signal.reason, 'not-executed'))
    const now = performance.now()
    const ownTimeout = this.#deadline < now + settings.acquireTimeoutMs
    const waiter: Waiter = {
      give: settled(client => this.#inScope(() => this.#runOn(client))),
      fail: settled(error =>
        this.#fail(
          ownTimeout && isTimeout(error)
            ? new QueryTimeoutError(this.#request.timeoutMs ?? settings.queryTimeoutMs, 'not-executed', error)
            : error,
        ),
      ),
      deadline: Math.min(this.#deadline, now + settings.acquireTimeoutMs),
      since: now,
      settled: false,
      share: this.#share,
    }
    const onAbort = (): void => {
      waiters.leave(waiter)
      this.#fail(new QueryAbortedError(signal?.reason, 'not-executed'))
    }
    function settled<T>(then: (value: T) => void): (value: T) => void {
      if (signal === undefined) return then
      return value => {
        signal.removeEventListener('abort', onAbort)
        then(value)
      }
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#connections.wait(waiter)
  }

  #decide(client: PooledClient, error: unknown): void {
    const verdict = this.#judge(client, error)
    if ('error' in verdict) this.#fail(verdict.error)
    else if (verdict.delayMs <= 0) this.#start()
    else setTimeout(() => this.#start(), verdict.delayMs)
  }

  #fail(error: unknown): void {
    this.#connections.endUnit()
    this.#done(this.#doubt === undefined ? error : inDoubt('The statement', this.#doubt, error), undefined)
  }

  #inScope(body: () => void): void {
    if (this.#scope === undefined) body()
    else this.#scope.runInAsyncScope(body)
  }

  #judge(client: PooledClient, error: unknown): Verdict {
    const { observers, settings } = this.#connections
    const failure = classify(error)
    const { idempotent } = this.#request
    const { statement } = this.#known
    const safe = idempotent || statement.kind === 'read'
    if (failure.kind === 'ambiguous' && !safe) {
      if (observers.active) observers.ambiguous({ kind: 'query', node: nodeAddress(client), error })
      return { error: new AmbiguousCommitError('The statement', error) }
    }
    if (failure.kind === 'ambiguous' && statement.kind !== 'read') this.#doubt ??= error
    const again = isRetryable(failure.kind)
      ? idempotent || !statement.several || failure.kind === 'connection'
      : failure.kind === 'ambiguous'
    if (!again || isStopped(error) || performance.now() >= this.#deadline) return { error }
    this.#budget ??= new RetryBudget(settings.transaction)
    const failed = this.#budget.attempt
    try {
      const delayMs = this.#budget.next(failure, error)
      observeRetry(observers, 'query', failure, error, failed, delayMs)
      return { delayMs }
    } catch (exhausted) {
      return { error: exhausted }
    }
  }
}

/** Give up with this error, or run again after this pause. */
type Verdict = { readonly error: unknown } | { readonly delayMs: number }

/** Runs a lone statement as a unit of work that observers see. */
export function runObserved(connections: Connections, request: QueryRequest, done: QueryDone): void {
  let query: LoneQuery | undefined
  const work = (): Promise<StatementResult | StatementResult[] | undefined> =>
    new Promise((resolve, reject) => {
      query = new LoneQuery(connections, request, (error, result) =>
        error === undefined ? resolve(result) : reject(asError(error)),
      )
      query.run()
    })
  const start = { kind: 'query', text: request.text, database: connections.settings.database } as const
  void callBackWith(
    connections.observers.unit(start, () => query?.attempts ?? 1, work),
    done,
  )
}

const noBegin =
  'the statements after a BEGIN would run on other connections, and outside of it; use transaction(), batch(), or a client of pool.connect()'

/** One in this many statements of a node is timed. */
const samplingInterval = 8

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'CERCI_POOL_TIMEOUT'
}
