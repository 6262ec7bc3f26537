import { type Locality, tierOf } from '../../cluster/locality.js'
import type { PooledClient } from '../connection/pooled-client.js'

/** A node that connections have reached, and its part of the pool. */
export class PoolNode {
  /** CockroachDB's id; undefined where the server does not say. */
  readonly id: number | undefined
  locality: Locality | undefined
  /** Of the server, such as `v26.2.0`; undefined where it does not say. */
  version: string | undefined
  readonly idle: PooledClient[] = []
  busy = 0
  connections = 0
  draining = false
  /** Distance from this process; 0 is nearest. */
  rank = 0
  /** Busy connections that a slow node is counted to have more than it has. */
  handicap = 0
  /** Smoothed milliseconds of lone statements. */
  latencyMs: number | undefined
  /** Statements and transactions served. */
  served = 0

  constructor(id: number | undefined, locality: Locality | undefined) {
    this.id = id
    this.locality = locality
  }

  get region(): string | undefined {
    return this.locality === undefined ? undefined : tierOf(this.locality, 'region')
  }

  /** Weighs one in eight, so that a single slow statement does not tell. */
  sampleLatency(ms: number): void {
    this.latencyMs = this.latencyMs === undefined ? ms : this.latencyMs + (ms - this.latencyMs) / 8
  }
}
