import type { DevClusterError } from '../dev-cluster-error.js'
import type { FaultInjector } from '../faults/fault-injector.js'
import type { ClusterCertificates } from '../security/cluster-certificates.js'
import type { NodeTransport } from '../topology/cluster-node.js'
import type { PlannedNode } from '../topology/plan-nodes.js'
import type { Topology } from '../topology/topology.js'

/** What runs the cluster: the embedded PostgreSQL behind a gateway, a `cockroach` binary, or CockroachDB's image for Docker. */
export type EngineName = 'embedded' | 'cockroach' | 'docker'

/** What stands behind the nodes of a cluster. */
export interface ClusterBacking {
  /** Carries out what is done to nodes. */
  readonly transport: NodeTransport
  readonly faults: FaultInjector
  /** Settles when it has ended: with undefined after `stop()`, with an error when it ended by itself. */
  readonly ended: Promise<DevClusterError | undefined>
  /**
   * Makes a database.
   *
   * @param template the database to copy; an empty one without
   */
  createDatabase(template: string | undefined): Promise<string>
  /** @throws {DevClusterError} `CERCI_DATABASE_UNKNOWN` */
  dropDatabase(name: string): void
  stop(): Promise<void>
}

export interface BackingOptions {
  readonly store?: string
  readonly historyWindowMs?: number | 'none'
  readonly faultSeed?: string
  readonly image?: string
  readonly onProgress?: (step: string) => void
  readonly onLog?: (line: string) => void
}

/** What a backing is started with. */
export interface BackingParts {
  readonly options: BackingOptions
  readonly plan: readonly PlannedNode[]
  readonly topology: Topology
  readonly certificates: ClusterCertificates | undefined
}
