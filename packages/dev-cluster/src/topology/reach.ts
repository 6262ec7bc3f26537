import type { ClusterState, NodeInfo } from './cluster-state.js'

/** Whether a node runs. One that clients cannot reach does: the other nodes can. */
export function isUp({ state }: NodeInfo): boolean {
  return state === 'live' || state === 'draining'
}

/** Whether two nodes can hear each other: a region cut off is alone with itself. */
export function reaches(from: NodeInfo, to: NodeInfo, { isolatedRegions }: ClusterState): boolean {
  if (from.region === to.region) return true
  return !isolatedRegions.has(from.region) && !isolatedRegions.has(to.region)
}

/** Since when the rest of the cluster has been without a node, in milliseconds since the Unix epoch; undefined when it is there. */
export function lostSince(node: NodeInfo, { isolatedRegions }: ClusterState): number | undefined {
  const down = isUp(node) ? undefined : node.changedAt.getTime()
  const isolated = isolatedRegions.get(node.region)
  if (down === undefined || isolated === undefined) return down ?? isolated
  return Math.min(down, isolated)
}

/** Whether everything can be reached from everywhere. */
export function isWhole({ nodes, isolatedRegions }: ClusterState): boolean {
  return isolatedRegions.size === 0 && nodes.every(node => node.membership !== 'active' || isUp(node))
}
