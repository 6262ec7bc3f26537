import { isServedNearby, nearestReplica } from '../../latency/nearest-replica.js'
import { rangeState } from '../../placement/range-state.js'
import type { ReplicationRules } from '../../placement/replication-rules.js'
import type { NodeInfo } from '../../topology/cluster-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { LocatedAccess } from './table-accesses.js'

/** How the rows of a table are found, and which region and node serve those of each region (`""` where rows have none). */
export interface ServingNodes {
  readonly search: string
  readonly serving: Readonly<Record<string, readonly [region: string, node: number]>>
}

/** Who serves the tables that a statement touches, by table, for EXPLAIN ANALYZE. */
export function servingNodes(rewrite: Rewrite): Readonly<Record<string, ServingNodes>> {
  rewrite.usesCluster = true
  const nodeId = Number(rewrite.variable('node_id'))
  const gateway = rewrite.context.cluster.nodes.find(({ id }) => id === nodeId)
  if (gateway === undefined) return {}
  const served = rewrite.accesses.map(access => ({ access, nodes: servingNodesOf(access, gateway, rewrite) }))
  // What is read through another index alone is shown as the table's.
  const tables = served.filter(({ access }) => access.reads !== 'no')
  return Object.fromEntries([
    ...tables.map(({ access: { info }, nodes }) => [`${info.schema}.${info.name}`, nodes]),
    ...served.map(({ access: { table }, nodes }) => [table, nodes]),
  ])
}

function servingNodesOf(access: LocatedAccess, gateway: NodeInfo, rewrite: Rewrite): ServingNodes {
  const { home } = access
  const ranges: Iterable<readonly [string, ReplicationRules]> = home.kind === 'whole' ? [['', home.rules]] : home.rules
  const serving = Array.from(ranges).flatMap(([region, rules]) => {
    const range = rangeState(rules, rewrite.context.cluster)
    const isNearby = isServedNearby(access, rules, rewrite.asOf !== undefined)
    const node = isNearby ? nearestReplica(range, gateway, rewrite.context.cluster) : range.leaseholder
    return node === undefined ? [] : [[region, [node.region, node.id] as const] as const]
  })
  return {
    search: home.kind === 'whole' || home.search === 'untold' ? 'all' : home.search,
    serving: Object.fromEntries(serving),
  }
}
