import { type Locality, rankOf } from '../../cluster/locality.js'
import type { Address } from '../../cluster/options.js'
import { type Backoff, backoffDelayMs } from '../../retry/backoff.js'
import type { PoolNode } from './pool-node.js'

export type EndpointState = 'up' | 'draining' | 'down'

/** An address that connections are opened to: one node's, or a load balancer's in front of several. */
export class Endpoint {
  /** As configured: what messages show and what TLS checks. */
  readonly name: string
  /** Where to connect, before `mapAddress`. */
  readonly address: Address
  readonly locality: Locality | undefined
  /** Why the name has no address; it only stands for the name until it has. */
  readonly unresolved: unknown
  state: EndpointState = 'up'
  connecting = 0
  connections = 0
  /** Connection attempts that failed in a row. */
  failures = 0
  lastError: unknown
  /** Since when its state is what it is; undefined while it is up. */
  since: Date | undefined
  /** `performance.now()` before which no connection is tried, while not up. */
  retryAt = 0
  /** Nodes that connections through this address have reached. */
  readonly nodes: Set<PoolNode> = new Set()
  /** False once the server has refused to say which node it is. */
  introduces = true
  /** No longer in DNS. */
  removed = false

  constructor(name: string, address: Address, locality: Locality | undefined, unresolved?: unknown) {
    this.name = name
    this.address = address
    this.locality = locality
    this.unresolved = unresolved
  }

  get key(): string {
    return endpointKey(this.name, this.address)
  }

  /** Several nodes answer behind this address. */
  get isBalancer(): boolean {
    return this.nodes.size > 1
  }

  /** `db.example:26257`, with the address behind it where a name has several. */
  get label(): string {
    const host = this.name === this.address.host ? this.name : `${this.name} (${this.address.host})`
    return `${host}:${this.address.port}`
  }

  /** Distance of what it leads to; unknown ones count as near, so that they get to introduce themselves. */
  rank(preferences: readonly Locality[]): number {
    if (this.isBalancer) return 0
    const [node] = this.nodes
    const locality = node?.locality ?? this.locality
    return locality === undefined ? 0 : rankOf(preferences, locality)
  }

  mayConnect(now: number): boolean {
    return !this.removed && (this.state === 'up' || (now >= this.retryAt && this.connecting === 0))
  }

  fail(state: 'draining' | 'down', error: unknown, now: number, backoff: Backoff): void {
    this.failures++
    if (state !== this.state) this.since = new Date()
    this.state = state
    this.lastError = error
    this.retryAt = now + backoff.baseMs / 4 + backoffDelayMs(this.failures, backoff)
  }

  recover(): void {
    this.state = 'up'
    this.failures = 0
    this.retryAt = 0
    this.lastError = undefined
    this.since = undefined
  }
}

function endpointKey(name: string, address: Address): string {
  return `${name}|${address.host}|${address.port}`
}
