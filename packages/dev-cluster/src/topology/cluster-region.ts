import { DevClusterError } from '../dev-cluster-error.js'
import type { ClusterNode, NodeTransport } from './cluster-node.js'
import { memberNodes } from './cluster-state.js'
import type { Topology } from './topology.js'

/** A region of the dev cluster, and what can be done to all of it. */
export class ClusterRegion {
  readonly name: string
  readonly #topology: Topology
  readonly #transport: Pick<NodeTransport, 'isolate'>
  readonly #node: (id: number) => ClusterNode

  /** @throws {DevClusterError} `CERCI_REGION_UNKNOWN` */
  constructor(
    name: string,
    topology: Topology,
    node: (id: number) => ClusterNode,
    transport: Pick<NodeTransport, 'isolate'>,
  ) {
    this.#transport = transport
    this.name = name
    this.#topology = topology
    this.#node = node
    if (this.nodes.length > 0) return
    const regions = [...new Set(memberNodes(topology.state).map(({ region }) => region))].toSorted().join(', ')
    throw new DevClusterError('CERCI_REGION_UNKNOWN', { region: name, regions })
  }

  get nodes(): readonly ClusterNode[] {
    const members = memberNodes(this.#topology.state).filter(({ region }) => region === this.name)
    return members.map(({ id }) => this.#node(id))
  }

  /** Whether it is cut off from the other regions. */
  get isolated(): boolean {
    return this.#topology.state.isolatedRegions.has(this.name)
  }

  /** Every node of the region dies at once. */
  async kill(): Promise<void> {
    await Promise.all(this.nodes.map(node => node.kill()))
  }

  /** Every node of the region comes up again. */
  async start(): Promise<void> {
    await Promise.all(this.nodes.map(node => node.start()))
  }

  /**
   * The region and the other regions no longer hear each other. Clients still reach its nodes, which can serve only what has its majority
   * of replicas inside the region, and reads of the past.
   */
  partition(): void {
    this.#transport.isolate(this.name)
    this.#topology.setIsolated(this.name, true)
  }

  /** Ends the partition. */
  heal(): void {
    this.#topology.setIsolated(this.name, false)
  }
}
