import type { Locality } from '../../cluster/locality.js'
import { rankOf } from '../../cluster/locality.js'
import type { PooledClient } from '../connection/pooled-client.js'
import { Endpoint } from './endpoint.js'
import { PoolNode } from './pool-node.js'

/** The addresses and nodes of one pool, and the choice among them. */
export class Topology {
  readonly endpoints: Map<string, Endpoint> = new Map()
  readonly #localities: readonly Locality[]
  readonly #byId = new Map<number, PoolNode>()
  readonly #anonymous = new Map<Endpoint, PoolNode>()
  /** All nodes, as the choice among them walks them. */
  #nodes: PoolNode[] = []
  #turn = 0

  constructor(localities: readonly Locality[]) {
    this.#localities = localities
  }

  get nodes(): readonly PoolNode[] {
    return this.#nodes
  }

  /** The node that stands for an address until, or unless, the node behind it introduces itself. */
  anonymousNode(endpoint: Endpoint): PoolNode {
    let node = this.#anonymous.get(endpoint)
    if (node === undefined) {
      node = this.#ranked(new PoolNode(undefined, endpoint.locality))
      this.#anonymous.set(endpoint, node)
      this.#nodes = [...this.#nodes, node]
    }
    return node
  }

  /** A connection through the endpoint has reached this node. */
  introduced(endpoint: Endpoint, id: number, locality: Locality | undefined): PoolNode {
    let node = this.#byId.get(id)
    if (node === undefined) {
      node = new PoolNode(id, locality)
      this.#byId.set(id, node)
      this.#nodes = [...this.#nodes, node]
    }
    node.locality = locality ?? endpoint.locality
    this.#ranked(node)
    endpoint.nodes.add(node)
    return node
  }

  /** Drops an address that has no connections, and the nodes that no other leads to. Every choice walks the nodes, so they must not add up. */
  forget(endpoint: Endpoint): void {
    this.endpoints.delete(endpoint.key)
    const gone = new Set(this.nodesOf(endpoint))
    for (const other of this.endpoints.values()) for (const node of other.nodes) gone.delete(node)
    this.#anonymous.delete(endpoint)
    for (const { id } of gone) if (id !== undefined) this.#byId.delete(id)
    this.#nodes = this.#nodes.filter(node => !gone.has(node))
  }

  /** An idle connection: of the nearest nodes that have one, the least busy; the starting point rotates, so that equals share. */
  takeIdle(): PooledClient | undefined {
    const nodes = this.#nodes
    const start = ++this.#turn
    let best: PoolNode | undefined
    for (let step = 0; step < nodes.length; step++) {
      const node = nodes[(start + step) % nodes.length]
      if (node !== undefined && node.idle.length > 0 && (best === undefined || isBetter(node, best))) best = node
    }
    return best?.idle.pop()
  }

  /** Where to open the next connection: an address that works, near, with the fewest connections. Undefined when none may be tried now. */
  chooseEndpoint(now: number): Endpoint | undefined {
    const start = ++this.#turn
    const open = [...this.endpoints.values()].filter(endpoint => endpoint.mayConnect(now))
    let best: { endpoint: Endpoint; cost: number } | undefined
    for (let step = 0; step < open.length; step++) {
      const endpoint = open[(start + step) % open.length]
      if (endpoint === undefined) continue
      const cost = this.#openingCost(endpoint)
      if (best === undefined || cost < best.cost) best = { endpoint, cost }
    }
    return best?.endpoint
  }

  /** The least distance among addresses that work. */
  nearestRank(): number {
    let nearest = Number.POSITIVE_INFINITY
    for (const endpoint of this.endpoints.values()) {
      if (endpoint.state === 'up' && !endpoint.removed) nearest = Math.min(nearest, endpoint.rank(this.#localities))
    }
    return nearest
  }

  rankOf(endpoint: Endpoint): number {
    return endpoint.rank(this.#localities)
  }

  /** Nodes that only this address is known to lead to. */
  nodesOf(endpoint: Endpoint): PoolNode[] {
    const anonymous = this.#anonymous.get(endpoint)
    return anonymous === undefined ? [...endpoint.nodes] : [anonymous, ...endpoint.nodes]
  }

  /** A node that does not work comes after all that do, a far one after all near ones; then connections count. */
  #openingCost(endpoint: Endpoint): number {
    const works = endpoint.state === 'up' ? 0 : 1e12
    return works + endpoint.rank(this.#localities) * 1e6 + endpoint.connections + endpoint.connecting
  }

  #ranked(node: PoolNode): PoolNode {
    node.rank = node.locality === undefined ? 0 : rankOf(this.#localities, node.locality)
    return node
  }
}

function isBetter(node: PoolNode, than: PoolNode): boolean {
  return node.rank === than.rank ? node.busy + node.handicap < than.busy + than.handicap : node.rank < than.rank
}
