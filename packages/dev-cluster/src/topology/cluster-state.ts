import type { LatencyMatrix } from '../latency/latency-matrix.js'

/** Where a node stands. A partitioned node is live but unreachable for clients. */
export type NodeState = 'live' | 'draining' | 'down'

/** Whether a node belongs to the cluster; a decommissioned one never comes back. */
export type Membership = 'active' | 'decommissioning' | 'decommissioned'

/** One node, as SQL, the admin API and the library show it. */
export interface NodeInfo {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly httpPort: number
  readonly region: string
  readonly zone: string
  readonly state: NodeState
  readonly membership: Membership
  /** Whether clients cannot reach it. */
  readonly partitioned: boolean
  readonly startedAt: Date
  /** When `state` changed last. */
  readonly changedAt: Date
}

/** The one truth about the cluster: an immutable picture, replaced at every change. */
export interface ClusterState {
  readonly clusterId: string
  /** Every node there is or was, by id. */
  readonly nodes: readonly NodeInfo[]
  /** Regions cut off from the others, and since when, in milliseconds since the Unix epoch. */
  readonly isolatedRegions: ReadonlyMap<string, number>
  /** What the network between regions costs; undefined when it costs nothing. */
  readonly latency: LatencyMatrix | undefined
  /** Whether statements are followed to the ranges they touch: the network costs something, or not everything can be reached. */
  readonly watched: boolean
  /** Cluster settings by name, as SHOW CLUSTER SETTING prints them. */
  readonly settings: ReadonlyMap<string, string>
  /** The parameters of connection URLs: how clients are to encrypt and authenticate. */
  readonly urlQuery: string
  /** What was configured of the cluster's own zones, by target as SHOW prints it: `RANGE default`. */
  readonly zones: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** Bumped on every change. */
  readonly version: number
}

/** The nodes that belong to the cluster. */
export function memberNodes({ nodes }: Pick<ClusterState, 'nodes'>): readonly NodeInfo[] {
  return nodes.filter(({ membership }) => membership !== 'decommissioned')
}
