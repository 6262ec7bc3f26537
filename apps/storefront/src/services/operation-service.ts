import type { Cluster } from 'cerci'
import type { Registry } from 'prom-client'
import { ping } from '../repositories/database-repository.js'

/** A node as this process sees it. */
export interface NodeHealth {
  /** `host:port`. */
  readonly address: string
  /** Absent until a connection to the node has told it. */
  readonly region?: string
  /** Milliseconds until it answered; null when it did not. */
  readonly answerMs: number | null
  readonly connections: number
}

export interface Health {
  /** `degraded`: some nodes do not answer, which no request notices. */
  readonly status: 'ok' | 'degraded' | 'unavailable'
  readonly database: { readonly reachable: boolean; readonly latencyMs: number | null }
  readonly pool: { readonly max: number; readonly total: number; readonly idle: number; readonly waiting: number }
  readonly nodes: readonly NodeHealth[]
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

  /** Asks the database for an answer to a query, and every node for a sign of life, each with a deadline. Never throws. */
  async health(): Promise<Health> {
    const startedAt = performance.now()
    const asking = ping(this.#cluster).then(reachable => ({
      reachable,
      latencyMs: reachable ? since(startedAt) : null,
    }))
    const [database, { status, nodes, pool }] = await Promise.all([asking, this.#cluster.health({ timeoutMs: 1000 })])
    const usable = database.reachable && !this.stopping.aborted
    return {
      status: usable ? (status === 'up' ? 'ok' : 'degraded') : 'unavailable',
      database,
      pool,
      nodes: nodes.map(node => ({
        // What the operator wrote in the URL, not the address it leads to.
        address: `${node.host.includes(':') ? `[${node.host}]` : node.host}:${node.port}`,
        ...(node.region === undefined ? {} : { region: node.region }),
        answerMs: node.answerMs === undefined ? null : round(node.answerMs),
        connections: node.connections,
      })),
    }
  }

  /** Whether requests should be sent here: the database answers, and the service is not stopping. Never throws. */
  async ready(): Promise<boolean> {
    return !this.stopping.aborted && (await ping(this.#cluster))
  }

  /** All metrics in Prometheus' text format. */
  metrics(): Promise<string> {
    return this.#registry.metrics()
  }
}

function since(startedAt: number): number {
  return round(performance.now() - startedAt)
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}
