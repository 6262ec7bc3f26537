import type { Cluster } from 'cerci'
import type { Registry } from 'prom-client'
import { ping } from '../repositories/database-repository.js'

export interface Health {
  readonly status: 'ok' | 'unavailable'
  readonly database: { readonly reachable: boolean; readonly latencyMs?: number }
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number }
}

export interface OperationServiceOptions {
  readonly cluster: Cluster
  readonly registry: Registry
  /** Requests that may wait for a connection. */
  readonly maxQueued: number
}

/** What the people who run the service ask it. */
export class OperationService {
  readonly #cluster: Cluster
  readonly #registry: Registry
  readonly #maxQueued: number
  readonly #stopping = new AbortController()

  constructor({ cluster, registry, maxQueued }: OperationServiceOptions) {
    this.#cluster = cluster
    this.#registry = registry
    this.#maxQueued = maxQueued
  }

  /** From now on the service is not ready, so that load balancers send their requests elsewhere; streams end. */
  stop(): void {
    this.#stopping.abort()
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal
  }

  /** Whether so many requests wait for a connection that one more had better be refused at once. */
  get overloaded(): boolean {
    return this.#cluster.pool.waitingCount >= this.#maxQueued
  }

  /** Asks the database, with a deadline of its own. Never throws. */
  async health(): Promise<Health> {
    const startedAt = performance.now()
    const reachable = await ping(this.#cluster)
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#cluster.pool
    const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10
    return {
      status: reachable && !this.stopping.aborted ? 'ok' : 'unavailable',
      database: reachable ? { reachable, latencyMs } : { reachable },
      pool: { total, idle, waiting },
    }
  }

  /** All metrics in Prometheus' text format. */
  metrics(): Promise<string> {
    return this.#registry.metrics()
  }
}
