import { DevClusterError } from '../dev-cluster-error.js'
import type { ClusterState, NodeInfo } from './cluster-state.js'

/** Replicas of what has no zone configuration of its own. */
const DEFAULT_REPLICAS = 3

/**
 * Refuses to decommission a node whose replicas would have nowhere to go, where CockroachDB's pre-check does, and where the
 * decommissioning would hang without it.
 *
 * @param regionsInUse every region that a database has
 * @throws {DevClusterError} `CERCI_DECOMMISSION_BLOCKED`
 * @see https://www.cockroachlabs.com/docs/v26.2/node-shutdown#decommissioning
 */
export function checkDecommission(node: NodeInfo, { nodes }: ClusterState, regionsInUse: ReadonlySet<string>): void {
  const others = nodes.filter(({ id, membership }) => membership === 'active' && id !== node.id)
  if (others.length < DEFAULT_REPLICAS) {
    const reason = `${others.length} nodes would remain, and a range has ${DEFAULT_REPLICAS} replicas`
    throw new DevClusterError('CERCI_DECOMMISSION_BLOCKED', { id: node.id, reason })
  }
  if (regionsInUse.has(node.region) && !others.some(({ region }) => region === node.region)) {
    const reason = `it is the last one in region ${node.region}, which databases use`
    throw new DevClusterError('CERCI_DECOMMISSION_BLOCKED', { id: node.id, reason })
  }
}
