import { type RangeState, reachableReplicas } from '../placement/range-state.js'
import type { ReplicationRules } from '../placement/replication-rules.js'
import type { TableAccess } from '../placement/table-access.js'
import type { ClusterState, NodeInfo } from '../topology/cluster-state.js'
import { roundTripMs } from './latency-matrix.js'

/** The replica that a gateway can read from in the shortest time; undefined when it reaches none. Without latencies its own region is nearest. */
export function nearestReplica(range: RangeState, gateway: NodeInfo, cluster: ClusterState): NodeInfo | undefined {
  const { latency } = cluster
  const distance = (node: NodeInfo): number => {
    if (latency !== undefined) return roundTripMs(latency, gateway, node)
    return node.id === gateway.id ? 0 : node.region === gateway.region ? 1 : 2
  }
  return reachableReplicas(range, gateway, cluster).toSorted((a, b) => distance(a) - distance(b))[0]
}

/** Whether any replica will do. `stale`: the statement reads a past that every replica has. */
export function isServedNearby(
  { reads }: Pick<TableAccess, 'reads'>,
  rules: ReplicationRules,
  stale: boolean,
): boolean {
  return reads === 'read' && (stale || rules.globalReads)
}
