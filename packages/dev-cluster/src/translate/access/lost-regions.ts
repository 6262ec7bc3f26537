import { isAvailable, rangeState } from '../../placement/range-state.js'
import type { TableAccess } from '../../placement/table-access.js'
import { unavailableMessage } from '../../placement/unavailable-error.js'
import { isWhole } from '../../topology/reach.js'
import type { Rewrite } from '../rewrite/rewrite.js'

/**
 * The regions or partitions whose rows a statement cannot touch from its gateway, and what CockroachDB says of them; undefined when there are none. Rows
 * that are searched for in all regions once the gateway's own has not got them cannot be found in any other while one of those is lost.
 */
export function lostRegions(
  { home, table }: TableAccess,
  rewrite: Rewrite,
): Readonly<Record<string, string>> | undefined {
  const { cluster } = rewrite.context
  if (home.kind === 'whole' || isWhole(cluster)) return undefined
  const nodeId = Number(rewrite.variable('node_id'))
  const gateway = cluster.nodes.find(({ id }) => id === nodeId)
  if (gateway === undefined) return undefined
  const lost = [...home.rules].flatMap(([region, rules]) => {
    const range = rangeState(rules, cluster)
    return isAvailable(range, gateway, cluster)
      ? []
      : [[region, unavailableMessage(table, range, gateway, cluster)] as const]
  })
  const [first] = lost
  if (first === undefined) return undefined
  if (home.kind !== 'rows' || home.search !== 'few') return Object.fromEntries(lost)
  const others = [...home.rules.keys()].filter(region => region !== gateway.region)
  return Object.fromEntries([...others.map(region => [region, first[1]] as const), ...lost])
}
