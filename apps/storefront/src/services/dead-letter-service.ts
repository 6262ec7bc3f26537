import type { Cluster } from 'cerci'
import type { Doorbell } from '../events/doorbell.js'
import { countDeadLetters, reviveEvents } from '../repositories/event-repository.js'

/** Milliseconds that whoever collects metrics is kept waiting at most. */
const countTimeoutMs = 1000

export interface Redelivery {
  /** Events that will be delivered again. */
  readonly returned: number
  /** Whether there are more; the same request again goes on. */
  readonly more: boolean
}

/** Events that no receiver took. */
export class DeadLetterService {
  readonly #cluster: Cluster
  readonly #doorbell: Doorbell

  constructor(cluster: Cluster, doorbell: Doorbell) {
    this.#cluster = cluster
    this.#doorbell = doorbell
  }

  /** Puts at most `limit` of them back into the outbox, longest dead first. They come after what was delivered of their keys meanwhile. */
  async redeliver(limit: number): Promise<Redelivery> {
    const returned = await reviveEvents(this.#cluster, limit)
    if (returned > 0) this.#doorbell.ring()
    return { returned, more: returned === limit }
  }

  count(): Promise<number> {
    return countDeadLetters(this.#cluster, countTimeoutMs)
  }
}
