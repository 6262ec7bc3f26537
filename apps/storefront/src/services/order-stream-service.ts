import type { Cluster } from 'cerci'
import { nextStatuses, type OrderKey, type OrderState } from '../entities/order.js'
import { StorefrontError } from '../errors/storefront-error.js'
import type { Doorbell } from '../events/doorbell.js'
import { findStates } from '../repositories/order-status-repository.js'
import { OrderWatch } from './order-watch.js'

export interface OrderStreamOptions {
  readonly cluster: Cluster
  readonly doorbell: Doorbell
  /** Ends all streams. */
  readonly stopping: AbortSignal
  /** Streams at once. @default 1000 */
  readonly maxStreams?: number
  /** Streams of one user's orders at once: nobody may take all there are. @default 20 */
  readonly maxStreamsPerUser?: number
  /** Milliseconds after which a stream ends and has to be asked for anew: no longer than an access token is valid. @default 300000 */
  readonly maxDurationMs?: number
}

/** Looks without news between two signs of life. */
const quietLooks = 20

/** Counts as one of its user's until it is ended. */
export interface OrderStream {
  readonly states: AsyncGenerator<OrderState | 'still-there'>
  /** To be called when nobody reads it any more, also when nobody ever has. */
  readonly end: () => void
}

/** Follows orders. */
export class OrderStreamService {
  readonly #cluster: Cluster
  readonly #watch: OrderWatch
  readonly #maxStreams: number
  readonly #maxStreamsPerUser: number
  readonly #maxDurationMs: number
  readonly #streams = new Set<OrderKey>()

  constructor(options: OrderStreamOptions) {
    this.#cluster = options.cluster
    this.#watch = new OrderWatch(options)
    this.#maxStreams = options.maxStreams ?? 1000
    this.#maxStreamsPerUser = options.maxStreamsPerUser ?? 20
    this.#maxDurationMs = options.maxDurationMs ?? 300_000
  }

  /**
   * The states of an order after a version, until it cannot change any more or the service stops. A state that was passed between two looks is left out.
   * Throws `order-not-found`, `overloaded`.
   */
  async follow(order: OrderKey, afterVersion: number): Promise<OrderStream> {
    const [first] = await findStates(this.#cluster, [order])
    if (first === undefined) throw new StorefrontError('order-not-found')
    const own = [...this.#streams].filter(({ userId }) => userId === order.userId).length
    if (own >= this.#maxStreamsPerUser || this.#streams.size >= this.#maxStreams)
      throw new StorefrontError('overloaded')
    const stream = { ...order }
    this.#streams.add(stream)
    return {
      states: this.#states(order, { status: first.status, version: first.version }, afterVersion),
      end: () => void this.#streams.delete(stream),
    }
  }

  async *#states(order: OrderKey, first: OrderState, afterVersion: number): AsyncGenerator<OrderState | 'still-there'> {
    const endsAt = performance.now() + this.#maxDurationMs
    let seen = afterVersion
    let state: OrderState | undefined = first
    for (let looks = 1; state !== undefined && performance.now() < endsAt; looks += 1) {
      if (state.version > seen) {
        seen = state.version
        yield state
      } else if (looks % quietLooks === 0) {
        yield 'still-there'
      }
      if (nextStatuses[state.status].length === 0) return
      state = await this.#watch.next(order)
    }
  }
}
