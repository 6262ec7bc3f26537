import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'
import type { ClusterState, NodeInfo } from '../topology/cluster-state.js'
import { isUp, reaches } from '../topology/reach.js'
import { type RangeState, reachableReplicas } from './range-state.js'

/**
 * What CockroachDB answers about a range that has lost the majority of its replicas, once the circuit breaker of a replica has tripped.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/architecture/replication-layer#per-replica-circuit-breakers
 */
export function unavailableError(table: string, range: RangeState, gateway: NodeInfo, cluster: ClusterState): SqlError {
  return new SqlError(sqlState.range_unavailable, unavailableMessage(table, range, gateway, cluster))
}

export function unavailableMessage(table: string, range: RangeState, gateway: NodeInfo, cluster: ClusterState): string {
  const { voters, nonVoters } = range.placement
  const replicas = [...voters, ...nonVoters].map((node, at) => ({ node, name: `(n${node},s${node}):${at + 1}` }))
  const [nearest] = reachableReplicas(range, gateway, cluster)
  const answering = replicas.find(({ node }) => node === nearest?.id) ?? replicas[0]
  const down = replicas.filter(({ node }) => {
    const info = cluster.nodes.find(({ id }) => id === node)
    return voters.includes(node) && info !== undefined && !(isUp(info) && reaches(nearest ?? gateway, info, cluster))
  })
  return `replica unavailable: ${answering?.name ?? ''} unable to serve request to ${table} [${replicas.map(({ name }) => name).join(', ')}]: lost quorum (down: ${down.map(({ name }) => name).join(',')})`
}
