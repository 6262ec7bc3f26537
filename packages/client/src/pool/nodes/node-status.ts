import type { Connections } from '../connections.js'
import type { EndpointState } from './endpoint.js'

/** One node's part of a pool. Behind a load balancer several nodes share an address. */
export interface NodeStatus {
  /** Names the address; several nodes share it behind a load balancer. */
  readonly key: string
  readonly host: string
  readonly port: number
  /** Undefined until a connection has reached the node, and on servers that do not say. */
  readonly nodeId: number | undefined
  readonly region: string | undefined
  /** CockroachDB's, such as `v26.2.0`. During a rolling upgrade nodes differ. */
  readonly version: string | undefined
  readonly state: EndpointState
  readonly connections: number
  readonly idle: number
  readonly busy: number
  /** Statements and transactions served by the connections so far. */
  readonly served: number
  /** Smoothed time of lone statements. */
  readonly latencyMs: number | undefined
  /** Why the node is not up. */
  readonly error: unknown
}

export function nodeStatuses({ topology }: Connections): NodeStatus[] {
  return [...topology.endpoints.values()].flatMap(endpoint => {
    const nodes = topology.nodesOf(endpoint)
    const named = nodes.filter(node => node.id !== undefined)
    const shown = named.length > 0 ? named : nodes.length > 0 ? nodes : [undefined]
    return shown.map(node => ({
      key: endpoint.key,
      host: endpoint.name,
      port: endpoint.address.port,
      nodeId: node?.id,
      region: node?.region,
      version: node?.version,
      state: node?.draining === true && endpoint.state === 'up' ? 'draining' : endpoint.state,
      connections: node?.connections ?? 0,
      idle: node?.idle.length ?? 0,
      busy: node?.busy ?? 0,
      served: node?.served ?? 0,
      latencyMs: node?.latencyMs,
      error: endpoint.lastError,
    }))
  })
}
