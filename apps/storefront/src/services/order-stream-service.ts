import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from 'cerci'
import { nextStatuses, type OrderKey, type OrderStatus } from '../entities/order.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { findStatus } from '../repositories/order-status-repository.js'

export interface OrderStreamOptions {
  readonly cluster: Cluster
  /** Ends all streams. */
  readonly stopping: AbortSignal
  /** @default 500 */
  readonly intervalMs?: number
  /** @default 1000 */
  readonly maxStreams?: number
}

export interface OrderState {
  readonly status: OrderStatus
  readonly version: number
}

/** Follows orders. CockroachDB has no NOTIFY, so each stream looks for a new version now and then: one row by its key. */
export class OrderStreamService {
  readonly #cluster: Cluster
  readonly #stopping: AbortSignal
  readonly #intervalMs: number
  readonly #maxStreams: number
  #streams = 0

  constructor({ cluster, stopping, intervalMs = 500, maxStreams = 1000 }: OrderStreamOptions) {
    this.#cluster = cluster
    this.#stopping = stopping
    this.#intervalMs = intervalMs
    this.#maxStreams = maxStreams
  }

  /**
   * The states of an order after a version, until it cannot change any more or the service stops. A state that was passed between two looks is left out.
   * Throws `order-not-found`, `overloaded`.
   */
  async follow(order: OrderKey, afterVersion: number): Promise<AsyncGenerator<OrderState | 'still-there'>> {
    const first = await findStatus(this.#cluster, order)
    if (first === undefined) throw new StorefrontError('order-not-found')
    if (this.#streams >= this.#maxStreams) throw new StorefrontError('overloaded')
    return this.#states(order, first, afterVersion)
  }

  async *#states(order: OrderKey, first: OrderState, afterVersion: number): AsyncGenerator<OrderState | 'still-there'> {
    this.#streams += 1
    try {
      let seen = afterVersion
      let state: OrderState | undefined = first
      for (let looks = 1; state !== undefined; looks += 1) {
        if (state.version > seen) {
          seen = state.version
          yield state
        } else if (looks % 20 === 0) {
          yield 'still-there'
        }
        if (nextStatuses[state.status].length === 0) return
        await delay(this.#intervalMs, undefined, { signal: this.#stopping }).catch(() => {})
        if (this.#stopping.aborted) return
        state = await findStatus(this.#cluster, order)
      }
    } finally {
      this.#streams -= 1
    }
  }
}
