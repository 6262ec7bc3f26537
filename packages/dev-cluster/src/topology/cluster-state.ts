/** Where a node stands. A partitioned node is live but unreachable for clients. */
export type NodeState = 'live' | 'draining' | 'down'

/** One node, as SQL, the admin API and the library show it. */
export interface NodeInfo {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly httpPort: number
  readonly region: string
  readonly zone: string
  readonly state: NodeState
  readonly partitioned: boolean
  readonly startedAt: Date
}

/** The one truth about the cluster: an immutable picture, replaced at every change. */
export interface ClusterState {
  readonly clusterId: string
  readonly nodes: readonly NodeInfo[]
  /** Cluster settings by name, as SHOW CLUSTER SETTING prints them. */
  readonly settings: ReadonlyMap<string, string>
  /** Bumped on every change. */
  readonly version: number
}
