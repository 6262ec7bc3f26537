import { ConnectionError } from '../../errors/connection-errors.js'
import { isServerError } from '../../errors/from-server.js'
import { SqlState } from '../../errors/sqlstate.js'
import { nodeBackoff } from '../../retry/backoff.js'
import type { PooledClient } from '../connection/pooled-client.js'
import type { Connections } from '../connections.js'
import type { Endpoint, EndpointState } from './endpoint.js'

/** What befalls the nodes of a pool, and what follows from it for their connections. */
export class NodeStates {
  readonly #connections: Connections

  constructor(connections: Connections) {
    this.#connections = connections
  }

  /** Why a node is not up, of the one that was noticed last. */
  get lastError(): unknown {
    return [...this.#connections.topology.endpoints.values()].findLast(endpoint => endpoint.lastError !== undefined)
      ?.lastError
  }

  /** The node is about to leave: its idle connections go, its busy ones when they are done, new ones go elsewhere. */
  drain(endpoint: Endpoint, error: unknown): void {
    this.#set(endpoint, 'draining', error)
    if (endpoint.isBalancer) return
    for (const client of this.#connections.clients)
      if (client.endpoint === endpoint) this.#connections.retire(client, 'draining')
  }

  /** No connection can be opened; those that are open may still work. */
  down(endpoint: Endpoint, error: unknown): void {
    this.#set(endpoint, 'down', error)
  }

  /** The node does not answer: whatever runs there is cut. */
  lose(endpoint: Endpoint, error: unknown): void {
    this.#set(endpoint, 'down', error)
    for (const client of this.#connections.clients) if (client.endpoint === endpoint) client.destroy(error)
  }

  up(endpoint: Endpoint): void {
    if (endpoint.state !== 'up') this.#set(endpoint, 'up', undefined)
  }

  /**
   * A connection has ended. Told to go by its server (57P01), it announces a drain. It may have been terminated alone, though,
   * so the address may be tried again at once, if no other works.
   */
  noticeEnd(client: PooledClient): void {
    const { endpoint, node, fatal } = client
    if (!isServerError(fatal) || fatal.code !== SqlState.adminShutdown) return
    node.draining = true
    for (const other of this.#connections.clients) if (other.node === node) this.#connections.retire(other, 'draining')
    if (endpoint.state !== 'up' || endpoint.isBalancer) return
    this.drain(endpoint, fatal)
    endpoint.retryAt = 0
  }

  /** No address could be reached. */
  unreachable(): ConnectionError {
    const nodes = [...this.#connections.topology.endpoints.values()].map(endpoint => ({
      address: endpoint.label,
      error: endpoint.lastError,
      since: endpoint.since,
    }))
    const reasons = nodes.map(
      ({ address, error }) => `${address}: ${error instanceof Error ? error.message : 'not tried'}`,
    )
    const byDefault = this.#connections.settings.hostsByDefault ? ' (no host was given, so it was this one)' : ''
    return new ConnectionError(`No node could be reached. ${reasons.join('; ')}${byDefault}.`, nodes, this.lastError)
  }

  #set(endpoint: Endpoint, state: EndpointState, error: unknown): void {
    const before = endpoint.state
    if (state === 'up') endpoint.recover()
    else endpoint.fail(state, error, performance.now(), nodeBackoff)
    const { observers, topology } = this.#connections
    if (before === state || !observers.active) return
    const node = topology.nodesOf(endpoint).find(({ id }) => id !== undefined)
    observers.failover({
      node: { host: endpoint.name, port: endpoint.address.port, id: node?.id, region: node?.region },
      state,
      error,
    })
  }
}
