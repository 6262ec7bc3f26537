import type { ClusterState, NodeInfo } from '../topology/cluster-state.js'
import { isAvailable, type RangeState } from './range-state.js'

/**
 * Until when the replicas know what was written that a gateway can still reach, in milliseconds since the Unix epoch; undefined while they hear
 * of every write. Without a leaseholder no time is closed any more: replicas serve stale reads of what was closed before, and nothing newer.
 *
 * @param lagMs how far closed times are behind: `kv.closed_timestamp.target_duration`
 * @see https://www.cockroachlabs.com/docs/v26.2/architecture/transaction-layer#closed-timestamps
 * @see https://www.cockroachlabs.com/docs/v26.2/follower-reads#when-to-use-bounded-staleness-reads
 */
export function closedUntilMs(
  range: RangeState,
  gateway: NodeInfo,
  cluster: ClusterState,
  lagMs: number,
): number | undefined {
  if (isAvailable(range, gateway, cluster)) return undefined
  const lost = range.leaseholder === undefined ? range.lostAt : cutOffSince(gateway, range.leaseholder, cluster)
  // Of GLOBAL tables, times are closed before they come.
  return lost === undefined ? undefined : lost - (range.rules.globalReads ? 0 : lagMs)
}

function cutOffSince(from: NodeInfo, to: NodeInfo, { isolatedRegions }: ClusterState): number | undefined {
  const since = [from, to].flatMap(({ region }) => isolatedRegions.get(region) ?? [])
  return since.length === 0 ? undefined : Math.min(...since)
}
