import type { Cluster } from 'cerci'
import type { Registry } from 'prom-client'
import { ping } from '../repositories/database-repository.js'

export interface Health {
  readonly status: 'ok' | 'unavailable'
  readonly database: { readonly reachable: boolean; readonly latencyMs?: number }
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number }
}

/** What the people who run the service ask it. */
export class OperationService {
  readonly #cluster: Cluster
  readonly #registry: Registry
  #stopping = false

  constructor(cluster: Cluster, registry: Registry) {
    this.#cluster = cluster
    this.#registry = registry
  }

  /** From now on the service is not ready, so that load balancers send their requests elsewhere. */
  stop(): void {
    this.#stopping = true
  }

  /** Asks the database, with a deadline of its own. Never throws. */
  async health(): Promise<Health> {
    const startedAt = performance.now()
    const reachable = await ping(this.#cluster)
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#cluster.pool
    const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10
    return {
      status: reachable && !this.#stopping ? 'ok' : 'unavailable',
      database: reachable ? { reachable, latencyMs } : { reachable },
      pool: { total, idle, waiting },
    }
  }

  /** All metrics in Prometheus' text format. */
  metrics(): Promise<string> {
    return this.#registry.metrics()
  }
}
