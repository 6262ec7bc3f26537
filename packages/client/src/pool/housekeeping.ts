import { probeEndpoint } from './connecting/probe-endpoint.js'
import type { PooledClient } from './connection/pooled-client.js'
import type { Connections } from './connections.js'
import type { Endpoint } from './nodes/endpoint.js'

/**
 * What a pool does by itself, twice a second: replaces old connections, closes idle ones, keeps `min`, brings nodes back, evens out
 * connections over nodes, and notices nodes that have fallen silent. Its timer never holds the process.
 */
export class Housekeeping {
  readonly #connections: Connections
  readonly #received = new WeakMap<PooledClient, number>()
  readonly #probing = new Set<Endpoint>()
  #timer: NodeJS.Timeout | undefined
  #balancedAt = 0

  constructor(connections: Connections) {
    this.#connections = connections
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), tickMs).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Lets go of what exceeds `max`: attempts that had stalled and succeeded after all, and those that bring nodes back. */
  fit(): void {
    const { clients, settings } = this.#connections
    for (let surplus = clients.size - settings.max; surplus > 0; surplus--) {
      const fullest = this.#fullest(client => client.retire === undefined)
      if (fullest === undefined) return
      this.#connections.retire(fullest, 'rebalance')
    }
  }

  #tick(): void {
    const { waiters } = this.#connections
    if (this.#connections.isClosing) return
    this.#retireOld()
    this.#watchSilence()
    this.#bringBack()
    this.#judgeLatency()
    this.#connections.resolver.refreshIfDue(performance.now())
    this.#keepMinimum()
    this.#balance()
    if (waiters.size > 0) this.#connections.opening.grow()
  }

  #retireOld(): void {
    const { clients, settings, topology } = this.#connections
    const now = Date.now()
    const nearest = topology.nearestRank()
    for (const client of clients) {
      if (now > client.expiresAt) this.#connections.retire(client, 'lifetime')
      else if (client.endpoint.removed) this.#connections.retire(client, 'removed')
      else if (client.node.rank > nearest && !client.endpoint.isBalancer) this.#connections.retire(client, 'distance')
      else if (
        clients.size > settings.min &&
        client.node.idle.includes(client) &&
        now - client.idleSince > settings.idleTimeoutMs
      )
        this.#connections.retire(client, 'lifetime')
    }
  }

  /** A busy connection that has received nothing for long may wait for a slow statement, or for a node that is gone: ask the node. */
  #watchSilence(): void {
    const { clients, settings } = this.#connections
    const now = Date.now()
    for (const client of clients) {
      const received = client.bytesReceived
      if (client.running === undefined || this.#received.get(client) !== received) client.silentSince = undefined
      this.#received.set(client, received)
      if (client.running === undefined) continue
      client.silentSince ??= now
      if (now - client.silentSince >= settings.probeSilentAfterMs) {
        client.silentSince = now
        void this.#probe(client.endpoint)
      }
    }
  }

  async #probe(endpoint: Endpoint): Promise<void> {
    if (this.#probing.has(endpoint) || endpoint.isBalancer) return
    this.#probing.add(endpoint)
    const error = await probeEndpoint(endpoint, this.#connections.settings, this.#connections.settings.connectTimeoutMs)
    this.#probing.delete(endpoint)
    if (error !== undefined) this.#connections.states.lose(endpoint, error)
  }

  /** A node that is down is tried with a real connection when its pause is over; `fit` then takes one from the fullest node. */
  #bringBack(): void {
    const { topology } = this.#connections
    const now = performance.now()
    for (const endpoint of topology.endpoints.values()) {
      if (endpoint.state !== 'up' && endpoint.mayConnect(now)) void this.#connections.opening.open(endpoint)
    }
  }

  #keepMinimum(): void {
    const { settings, topology } = this.#connections
    for (let missing = settings.min - this.#connections.total; missing > 0; missing--) {
      const endpoint = topology.chooseEndpoint(performance.now())
      if (endpoint === undefined || endpoint.state !== 'up') return
      void this.#connections.opening.open(endpoint)
    }
  }

  /** One connection moves at a time: opened where there are fewest first, then `fit` or this closes one where there are most. */
  #balance(): void {
    const { topology, clients } = this.#connections
    if (this.#connections.connecting > 0) return
    const nearest = topology.nearestRank()
    const near = [...topology.endpoints.values()].filter(
      endpoint => endpoint.state === 'up' && !endpoint.removed && topology.rankOf(endpoint) === nearest,
    )
    const few = near.reduce<Endpoint | undefined>(
      (best, endpoint) => (best === undefined || endpoint.connections < best.connections ? endpoint : best),
      undefined,
    )
    const many = near.reduce<Endpoint | undefined>(
      (best, endpoint) => (best === undefined || endpoint.connections > best.connections ? endpoint : best),
      undefined,
    )
    if (few !== undefined && many !== undefined && many.connections - few.connections >= 2) {
      const surplus = [...clients].find(client => client.endpoint === many && client.retire === undefined)
      void this.#connections.opening.open(few)
      if (surplus !== undefined) this.#connections.retire(surplus, 'rebalance')
    } else this.#balanceBehindBalancer(near)
  }

  /** A load balancer decides where a new connection goes, so one is given up now and then where there are most. */
  #balanceBehindBalancer(near: readonly Endpoint[]): void {
    const now = Date.now()
    for (const endpoint of near) {
      if (!endpoint.isBalancer || now - this.#balancedAt < balancerPauseMs) continue
      const nodes = [...endpoint.nodes].filter(node => !node.draining)
      const counts = nodes.map(node => node.connections)
      if (Math.max(...counts) - Math.min(...counts) < 2) continue
      const fullest = this.#fullest(client => client.endpoint === endpoint && client.retire === undefined)
      if (fullest === undefined) continue
      this.#balancedAt = now
      void this.#connections.opening.open(endpoint)
      this.#connections.retire(fullest, 'rebalance')
    }
  }

  /** A node that takes several times as long as the fastest counts as busier than it is; it drifts back, so that it is tried again. */
  #judgeLatency(): void {
    const measured = this.#connections.topology.nodes.filter(
      node => node.latencyMs !== undefined && node.connections > 0,
    )
    const fastest = Math.min(...measured.map(node => node.latencyMs ?? Number.POSITIVE_INFINITY))
    for (const node of measured) {
      const latency = node.latencyMs ?? fastest
      node.handicap =
        latency > fastest * 2 && latency > fastest + 1
          ? Math.min(Math.floor(Math.log2(latency / fastest)), maxHandicap)
          : 0
      node.latencyMs = latency + (fastest - latency) * driftPerTick
    }
  }

  /** A connection of the node that has most, an idle one if possible. */
  #fullest(eligible: (client: PooledClient) => boolean): PooledClient | undefined {
    let best: PooledClient | undefined
    for (const client of this.#connections.clients) {
      if (!eligible(client)) continue
      if (best === undefined || isFuller(client, best)) best = client
    }
    return best
  }
}

function isFuller(client: PooledClient, than: PooledClient): boolean {
  if (client.node.rank !== than.node.rank) return client.node.rank > than.node.rank
  if (client.node.connections !== than.node.connections) return client.node.connections > than.node.connections
  return client.running === undefined && than.running !== undefined
}

const tickMs = 500
/** Milliseconds between two connections given up because a load balancer spread them unevenly. */
const balancerPauseMs = 5_000
const maxHandicap = 6
/** Part of the difference to the fastest node that is forgotten every tick: half of it in 7 s. */
const driftPerTick = 0.05
