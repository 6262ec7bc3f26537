import { DevClusterError } from '../dev-cluster-error.js'
import type { NodeInfo } from './cluster-state.js'
import { isRegionName, type PlannedNode, ZONES } from './plan-nodes.js'

export interface AddNodeOptions {
  /** @default the region with the fewest nodes, or a new one when it is named */
  readonly region?: string
  /** @default the zone of the region that has the fewest nodes, of a, b and c */
  readonly zone?: string
  /** SQL port. 0: any free port. @default 0 */
  readonly port?: number
}

/**
 * A node that joins a running cluster: the next id, and a place.
 *
 * @throws {DevClusterError} `CERCI_NODE_INVALID`
 */
export function planNode(options: AddNodeOptions, nodes: readonly NodeInfo[], mostNodes: number): PlannedNode {
  const members = nodes.filter(({ membership }) => membership === 'active')
  if (members.length >= mostNodes) refuse(`there are ${mostNodes} nodes, the most that there may be`)
  const region = options.region ?? emptiest([...new Set(members.map(node => node.region))], members, 'region')
  if (!isRegionName(region)) refuse(`'${region}' is no name of a region`)
  const inRegion = members.filter(node => node.region === region)
  const zone = options.zone ?? emptiest(ZONES, inRegion, 'zone')
  if (!isRegionName(zone)) refuse(`'${zone}' is no name of a zone`)
  return { id: Math.max(0, ...nodes.map(({ id }) => id)) + 1, region, zone }
}

function emptiest(names: readonly string[], nodes: readonly NodeInfo[], tier: 'region' | 'zone'): string {
  const count = (name: string): number => nodes.filter(node => node[tier] === name).length
  return names.reduce((best, name) => (count(name) < count(best) ? name : best), names[0] ?? '')
}

function refuse(reason: string): never {
  throw new DevClusterError('CERCI_NODE_INVALID', { reason })
}
