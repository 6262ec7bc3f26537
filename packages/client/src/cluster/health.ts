import type { CerciPool } from '../pool/cerci-pool.js'
import { probeEndpoint } from '../pool/connecting/probe-endpoint.js'
import type { NodeStatus } from '../pool/nodes/node-status.js'
import { maxTimerMs } from '../query/limits.js'

/** One node, and what it answered just now. */
export interface NodeHealth extends NodeStatus {
  /** Milliseconds until the node answered; undefined when it did not. */
  readonly answerMs: number | undefined
}

/** The cluster as this process sees it. */
export interface ClusterHealth {
  /** `up`: all nodes answer. `degraded`: some do. `down`: none does. */
  readonly status: 'up' | 'degraded' | 'down'
  readonly nodes: readonly NodeHealth[]
  /** Regions of the nodes that are known, in alphabetical order. */
  readonly regions: readonly string[]
  readonly pool: {
    readonly max: number
    readonly total: number
    readonly idle: number
    readonly waiting: number
  }
}

/** Asks every address for a sign of life, beside the pool's connections, so that a full pool answers too. */
export async function clusterHealth(pool: CerciPool, timeoutMs: number): Promise<ClusterHealth> {
  const { topology, settings } = pool.connections
  await pool.connections.resolver.pending
  const answers = new Map(
    await Promise.all(
      [...topology.endpoints.values()].map(async (endpoint): Promise<[string, number | undefined]> => {
        const began = performance.now()
        const error = await probeEndpoint(endpoint, settings, Math.min(timeoutMs, maxTimerMs))
        return [endpoint.key, error === undefined ? performance.now() - began : undefined]
      }),
    ),
  )
  const nodes = pool.nodes.map(node => ({ ...node, answerMs: answers.get(node.key) }))
  const answering = nodes.filter(node => node.answerMs !== undefined).length
  return {
    status: answering === 0 ? 'down' : answering === nodes.length ? 'up' : 'degraded',
    nodes,
    regions: [...new Set(nodes.map(node => node.region).filter(region => region !== undefined))].toSorted(),
    pool: { max: settings.max, total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount },
  }
}
