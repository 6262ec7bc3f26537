import { DevClusterError } from '../dev-cluster-error.js'

/** What the network costs, in milliseconds there and back. */
export interface LatencyMatrix {
  /** `wan`, or the file it was read from. */
  readonly name: string
  /** Between two different regions, in either order. */
  readonly betweenRegions: ReadonlyMap<string, ReadonlyMap<string, number>>
  /** Between two different nodes of a region. */
  readonly withinRegionMs: number
}

/** A node as far as the network goes. */
export interface NetworkPlace {
  readonly id: number
  readonly region: string
}

/** There and back between two nodes; 0 from a node to itself. */
export function roundTripMs(matrix: LatencyMatrix, from: NetworkPlace, to: NetworkPlace): number {
  if (from.id === to.id) return 0
  if (from.region === to.region) return matrix.withinRegionMs
  return betweenRegions(matrix, from.region, to.region) ?? 0
}

/**
 * Refuses a matrix that does not know what the network between two of the nodes' regions costs.
 *
 * @throws {DevClusterError} `CERCI_LATENCY_INVALID`
 */
export function checkMatrix(matrix: LatencyMatrix, nodes: readonly { readonly region: string }[]): void {
  const regions = [...new Set(nodes.map(({ region }) => region))]
  for (const [at, region] of regions.entries()) {
    for (const other of regions.slice(at + 1)) {
      if (betweenRegions(matrix, region, other) !== undefined) continue
      const known = [...matrix.betweenRegions.keys()].toSorted().join(', ')
      const reason = `'${matrix.name}' does not say how far ${region} is from ${other}. It knows ${known}; use those, or give a file`
      throw new DevClusterError('CERCI_LATENCY_INVALID', { reason })
    }
  }
}

/** A matrix from pairs, each of which holds both ways. */
export function createMatrix(
  name: string,
  pairs: Iterable<readonly [region: string, other: string, ms: number]>,
  withinRegionMs: number,
): LatencyMatrix {
  const matrix = new Map<string, Map<string, number>>()
  const put = (from: string, to: string, ms: number): void => {
    const row = matrix.get(from) ?? new Map<string, number>()
    matrix.set(from, row.set(to, ms))
  }
  for (const [region, other, ms] of pairs) {
    put(region, other, ms)
    put(other, region, ms)
  }
  return { name, betweenRegions: matrix, withinRegionMs }
}

function betweenRegions(matrix: LatencyMatrix, from: string, to: string): number | undefined {
  return matrix.betweenRegions.get(from)?.get(to)
}
