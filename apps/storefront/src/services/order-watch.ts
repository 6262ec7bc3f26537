import type { Cluster } from 'cerci'
import type { OrderKey, OrderState } from '../entities/order.js'
import type { Doorbell } from '../events/doorbell.js'
import { findStates } from '../repositories/order-status-repository.js'

export interface OrderWatchOptions {
  readonly cluster: Cluster
  readonly doorbell: Doorbell
  /** Ends the looking. */
  readonly stopping: AbortSignal
  /** Milliseconds between two looks. @default 500 */
  readonly intervalMs?: number
}

type Follower = (state: OrderState | undefined) => void

/** Looks at all orders that anybody follows with one statement, however many there are, and only while there are any. */
export class OrderWatch {
  readonly #cluster: Cluster
  readonly #doorbell: Doorbell
  readonly #stopping: AbortSignal
  readonly #intervalMs: number
  readonly #followers = new Map<Follower, OrderKey>()
  #looking = false

  constructor({ cluster, doorbell, stopping, intervalMs = 500 }: OrderWatchOptions) {
    this.#cluster = cluster
    this.#doorbell = doorbell
    this.#stopping = stopping
    this.#intervalMs = intervalMs
  }

  /** Resolves with the order's state at the next look; undefined when it is gone, or the service stops. */
  next(order: OrderKey): Promise<OrderState | undefined> {
    return new Promise(resolve => {
      this.#followers.set(resolve, order)
      if (!this.#looking) void this.#look()
    })
  }

  async #look(): Promise<void> {
    this.#looking = true
    while (this.#followers.size > 0) {
      await this.#doorbell.wait(this.#intervalMs, this.#stopping)
      const followers = [...this.#followers]
      const states = this.#stopping.aborted ? new Map<string, OrderState>() : await this.#states(followers)
      if (states === undefined) continue
      for (const [resolve, { orderId }] of followers) {
        this.#followers.delete(resolve)
        resolve(states.get(orderId))
      }
    }
    this.#looking = false
  }

  /** Undefined when the database did not answer: the next look may. */
  async #states(followers: readonly (readonly [Follower, OrderKey])[]): Promise<Map<string, OrderState> | undefined> {
    try {
      const states = await findStates(
        this.#cluster,
        followers.map(([, order]) => order),
      )
      return new Map(states.map(({ orderId, ...state }) => [orderId, state]))
    } catch {
      return undefined
    }
  }
}
