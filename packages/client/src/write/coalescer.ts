import { OptionError } from '../errors/option-error.js'
import { QueryAbortedError } from '../errors/query-errors.js'
import { inDoubt } from '../pool/in-doubt.js'
import { readSignal } from '../query/limits.js'
import { classify } from '../retry/classify.js'
import { isRowError } from '../retry/row-errors.js'
import { positiveInteger } from './bulk-options.js'
import { CoalesceFullError } from './coalesce-errors.js'
import type { Coalesced, CoalesceOptions } from './coalesce-options.js'

/** Does the work of a batch: one result per row; an `Error` is for its caller alone. */
export type RunBatch<Row, Result> = (rows: readonly Row[]) => Promise<readonly (Result | Error)[]>

interface Call<Row, Result> {
  readonly row: Row
  readonly keys: readonly unknown[]
  resolve(result: Result): void
  reject(error: unknown): void
  /** Called when the call leaves the queue: it can no longer be taken out. */
  readonly left: () => void
}

/**
 * The queue of one coalesced function. A call is in exactly one place: waiting, in a batch under way, or settled; after every batch the
 * queue is looked at again, so that the last callers never hang.
 */
export class Coalescer<Row, Result> {
  readonly #run: RunBatch<Row, Result>
  readonly #keysOf: (row: Row) => readonly unknown[]
  readonly #maxBatch: number
  readonly #maxWaitMs: number
  readonly #maxQueued: number
  readonly #maxInFlight: number
  readonly #idempotent: boolean
  readonly #pending = new Set<Promise<Result>>()
  readonly #keysInFlight = new Set<unknown>()
  #queue: Call<Row, Result>[] = []
  #inFlight = 0
  #cancelFlush: (() => void) | undefined

  constructor(run: RunBatch<Row, Result>, keysOf: (row: Row) => readonly unknown[], options: CoalesceOptions) {
    this.#run = run
    this.#keysOf = keysOf
    this.#maxBatch = positiveInteger('maxBatch', options.maxBatch ?? 500)
    this.#maxWaitMs = waitOf(options.maxWaitMs ?? 0)
    this.#maxQueued = positiveInteger('maxQueued', options.maxQueued ?? 10_000)
    this.#maxInFlight = positiveInteger('maxInFlight', options.maxInFlight ?? 1)
    this.#idempotent = options.idempotent ?? false
  }

  get queued(): number {
    return this.#queue.length
  }

  call(row: Row, given: AbortSignal | undefined): Promise<Result> {
    const signal = readSignal(given)
    if (this.#queue.length >= this.#maxQueued) return Promise.reject(new CoalesceFullError(this.#queue.length))
    if (signal?.aborted) return Promise.reject(new QueryAbortedError(signal.reason, 'not-executed'))
    const promise = new Promise<Result>((resolve, reject) => {
      const withdraw = (): void => this.#withdraw(call, signal?.reason)
      const left = (): void => signal?.removeEventListener('abort', withdraw)
      const call = { row, keys: this.#keysOf(row), resolve, reject, left }
      signal?.addEventListener('abort', withdraw)
      this.#enqueue(call)
    })
    this.#pending.add(promise)
    const forget = (): void => void this.#pending.delete(promise)
    promise.then(forget, forget)
    return promise
  }

  async drain(): Promise<void> {
    await Promise.allSettled(this.#pending)
  }

  #enqueue(call: Call<Row, Result>): void {
    this.#queue.push(call)
    if (this.#inFlight >= this.#maxInFlight) return
    if (this.#queue.length >= this.#maxBatch) this.#flush()
    else this.#cancelFlush ??= later(this.#maxWaitMs, () => this.#flush())
  }

  #withdraw(call: Call<Row, Result>, reason: unknown): void {
    this.#queue = this.#queue.filter(other => other !== call)
    call.left()
    call.reject(new QueryAbortedError(reason, 'not-executed'))
  }

  #flush(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
    while (this.#inFlight < this.#maxInFlight) {
      const batch = this.#take()
      if (batch.length === 0) return // empty, or all waits for keys under way, whose end flushes again
      this.#inFlight++
      void this.#settle(batch, undefined).then(() => this.#landed(batch))
    }
  }

  #landed(batch: readonly Call<Row, Result>[]): void {
    this.#inFlight--
    for (const key of batch.flatMap(call => call.keys)) this.#keysInFlight.delete(key)
    this.#flush()
  }

  /** Calls that share no key, oldest first. A call that is left behind blocks its keys, so that calls of one key keep their order. */
  #take(): Call<Row, Result>[] {
    const taken: Call<Row, Result>[] = []
    const left: Call<Row, Result>[] = []
    const blocked = new Set(this.#keysInFlight)
    for (const call of this.#queue) {
      if (taken.length < this.#maxBatch && !call.keys.some(key => blocked.has(key))) {
        taken.push(call)
        call.left()
        for (const key of call.keys) this.#keysInFlight.add(key)
      } else left.push(call)
      for (const key of call.keys) blocked.add(key)
    }
    this.#queue = left
    return taken
  }

  /**
   * Settles every call of the batch. Never rejects.
   *
   * @param doubt what an earlier run of these calls failed with, when nobody knows whether it had its effect
   */
  async #settle(calls: readonly Call<Row, Result>[], doubt: unknown): Promise<void> {
    const outcome = await this.#runBatch(calls, doubt)
    if ('results' in outcome) {
      for (const [index, result] of outcome.results.entries()) {
        const call = calls[index]
        if (result instanceof Error) call?.reject(result)
        else call?.resolve(result)
      }
    } else if (calls.length > 1 && isRowError(outcome.error)) {
      const half = calls.length >> 1
      await this.#settle(calls.slice(0, half), outcome.doubt)
      await this.#settle(calls.slice(half), outcome.doubt)
    } else {
      const { error, doubt: left } = outcome
      for (const call of calls) call.reject(left === undefined ? error : inDoubt('The batch', left, error))
    }
  }

  /** Runs the batch; again while it is idempotent and its commit ambiguous. */
  async #runBatch(calls: readonly Call<Row, Result>[], before: unknown): Promise<BatchOutcome<Result>> {
    let doubt = before
    for (let attempt = 1; ; attempt++) {
      try {
        return { results: await this.#run(calls.map(call => call.row)) }
      } catch (error) {
        if (!this.#idempotent || classify(error).kind !== 'ambiguous') return { error, doubt }
        doubt ??= error
        if (attempt === MAX_ATTEMPTS) return { error, doubt }
      }
    }
  }
}

type BatchOutcome<Result> =
  | { readonly results: readonly (Result | Error)[] }
  | { readonly error: unknown; readonly doubt: unknown }

/** The function that callers get. `prepare` makes what the queue holds of a call; what it throws is that call's rejection. */
export function coalesced<Row, Queued, Result>(
  coalescer: Coalescer<Queued, Result>,
  prepare: (row: Row) => Queued,
): Coalesced<Row, Result> {
  const call = async (row: Row, options?: { readonly signal?: AbortSignal | undefined }): Promise<Result> =>
    await coalescer.call(prepare(row), options?.signal)
  const drain = (): Promise<void> => coalescer.drain()
  return Object.defineProperty(Object.assign(call, { drain, queued: 0 }), 'queued', { get: () => coalescer.queued })
}

/** The keys of a call, from what the user's `by` gives: none, one, or an array. */
export function keysBy<Row>(by: ((row: Row) => unknown) | undefined): (row: Row) => readonly unknown[] {
  if (!by) return () => []
  return row => {
    const keys = by(row)
    return Array.isArray(keys) ? keys.map(keyOf) : [keyOf(keys)]
  }
}

/** Equal for what the database takes for equal: a number, and its text as node-postgres reads it. */
function keyOf(key: unknown): unknown {
  if (typeof key === 'number' || typeof key === 'bigint') return String(key)
  if ((typeof key === 'object' && key !== null) || typeof key === 'function')
    throw new OptionError(
      'by',
      'a key must be a text or a number: two objects never are the same key; give what identifies it, such as date.toISOString()',
    )
  return key
}

function waitOf(maxWaitMs: number): number {
  if (typeof maxWaitMs !== 'number' || !(maxWaitMs >= 0))
    throw new OptionError('maxWaitMs', 'it must be a number of milliseconds, 0 or more')
  return maxWaitMs
}

/** Runs of an idempotent batch whose commit stays ambiguous. */
const MAX_ATTEMPTS = 3

/** With 0 at the end of this turn of the event loop. Returns what cancels it. */
function later(delayMs: number, call: () => void): () => void {
  if (delayMs > 0) {
    const timer = setTimeout(call, delayMs)
    return () => clearTimeout(timer)
  }
  const immediate = setImmediate(call)
  return () => clearImmediate(immediate)
}
