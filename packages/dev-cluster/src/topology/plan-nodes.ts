import { DevClusterError } from '../dev-cluster-error.js'

/** A node before it listens. */
export interface PlannedNode {
  readonly id: number
  readonly region: string
  readonly zone: string
}

export interface NodePlanOptions {
  /** How many nodes. @default 3, or as many as there are regions */
  readonly nodes?: number
  /** Regions that the nodes are dealt to in turn. @default us-east-1, us-west-1, eu-west-1 */
  readonly regions?: readonly string[]
}

const DEFAULT_REGIONS: readonly string[] = ['us-east-1', 'us-west-1', 'eu-west-1']
export const MAX_NODES = 32
export const ZONES: readonly string[] = ['a', 'b', 'c']

/**
 * Ids from 1; regions in turn; within a region, zones a, b, c in turn, so that with nine nodes each of three regions has three zones.
 *
 * @throws {DevClusterError} `CERCI_NODES_INVALID`, `CERCI_REGIONS_INVALID`
 */
export function planNodes(options: NodePlanOptions = {}): PlannedNode[] {
  const regions = checkedRegions(options.regions ?? DEFAULT_REGIONS)
  const count = options.nodes ?? Math.max(3, regions.length)
  if (!Number.isInteger(count) || count < 1 || count > MAX_NODES) {
    throw new DevClusterError('CERCI_NODES_INVALID', { nodes: count, max: MAX_NODES })
  }
  if (options.regions && count < regions.length) {
    throw new DevClusterError('CERCI_REGIONS_INVALID', {
      reason: `${regions.length} regions need as many nodes, and there are ${count}`,
    })
  }
  return Array.from({ length: count }, (_, at) => ({
    id: at + 1,
    region: regions[at % regions.length] ?? '',
    zone: ZONES[Math.floor(at / regions.length) % ZONES.length] ?? '',
  }))
}

/** What may be a region's or a zone's name. */
export function isRegionName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_.-]*$/i.test(name)
}

function checkedRegions(regions: readonly string[]): readonly string[] {
  const reason = faultOf(regions)
  if (reason) throw new DevClusterError('CERCI_REGIONS_INVALID', { reason })
  return regions
}

function faultOf(regions: readonly string[]): string | undefined {
  if (!Array.isArray(regions)) return 'they must be a list of names'
  if (regions.length === 0) return 'there must be at least one'
  const odd = regions.find(region => !isRegionName(region))
  if (odd !== undefined) return `'${odd}' is no name of a region (letters, digits, '-', '_', '.')`
  const double = regions.find((region, at) => regions.indexOf(region) !== at)
  return double === undefined ? undefined : `'${double}' is named twice`
}
