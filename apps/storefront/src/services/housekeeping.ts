import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster, Queryable } from 'cerci'
import type { Logger } from 'pino'
import { deleteOldRefusedOrders } from '../repositories/order-repository.js'
import { deleteExpiredUses } from '../repositories/rate-limit-repository.js'
import { deleteExpiredTokens } from '../repositories/refresh-token-repository.js'
import { deleteOldRefusedTransfers } from '../repositories/transfer-repository.js'

/** Rows in one statement. */
const batchSize = 1000
const intervalMs = 600_000

/** Removes what is worth nothing any more. Processes that do it at the same time only share the work. */
export class Housekeeping {
  readonly #cluster: Cluster
  readonly #logger: Logger
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined

  constructor(cluster: Cluster, logger: Logger) {
    this.#cluster = cluster
    this.#logger = logger
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  /** Returns how many rows it has removed. */
  async tidy(): Promise<number> {
    let total = 0
    for (const deleteSome of [
      deleteExpiredUses,
      deleteExpiredTokens,
      deleteOldRefusedOrders,
      deleteOldRefusedTransfers,
    ])
      total += await this.#deleteAll(deleteSome)
    return total
  }

  async #deleteAll(deleteSome: (db: Queryable, limit: number) => Promise<number>): Promise<number> {
    for (let total = 0; ; ) {
      const count = await deleteSome(this.#cluster, batchSize)
      total += count
      if (count < batchSize || this.#stopping.signal.aborted) return total
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await delay(intervalMs, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      await this.tidy().catch((err: unknown) => this.#logger.warn({ err }, 'housekeeping failed; trying again later'))
    }
  }
}
