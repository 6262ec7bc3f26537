import { DevClusterError } from '../dev-cluster-error.js'
import { type ClusterState, memberNodes, type NodeInfo } from './cluster-state.js'
import { explainListenError, printAddress, reachableHost } from './listen-address.js'
import type { Topology } from './topology.js'

/** What carries out for a node's connections what its handle decides. */
export interface NodeTransport {
  listen(node: Pick<NodeInfo, 'id' | 'host' | 'port' | 'region' | 'zone'>): Promise<{ port: number }>
  kill(nodeId: number): Promise<void>
  drain(nodeId: number): Promise<void>
  partition(nodeId: number): void
  heal(nodeId: number): void
  /** Cuts a region off from the others, when it is to be; told before the cluster's state changes. */
  isolate(region: string): void
  /** @throws {DevClusterError} `CERCI_DECOMMISSION_BLOCKED` when others cannot take the node's replicas */
  decommission(node: NodeInfo): Promise<void>
}

/** A node of the dev cluster, and what can be done to it. */
export class ClusterNode {
  readonly id: number
  readonly #topology: Topology
  readonly #transport: NodeTransport
  #starting: Promise<void> | undefined

  constructor(id: number, topology: Topology, transport: NodeTransport) {
    this.id = id
    this.#topology = topology
    this.#transport = transport
  }

  /** The node as it is now. */
  get info(): NodeInfo {
    return this.#topology.node(this.id)
  }

  get host(): string {
    return this.info.host
  }

  get port(): number {
    return this.info.port
  }

  get region(): string {
    return this.info.region
  }

  get zone(): string {
    return this.info.zone
  }

  /** Connects to this node only, as root, to defaultdb. */
  get url(): string {
    return clusterUrl(this.#topology.state, { nodes: [this.info] })
  }

  /** The node dies at once: its connections are reset, its port refuses new ones. Nothing happens when it is down already. */
  async kill(): Promise<void> {
    await this.#starting
    await this.#kill()
  }

  /**
   * The node shuts down as CockroachDB does: it is no longer ready, waits, lets transactions finish, closes connections with 57P01.
   * Resolves when it has no connections left. It then stays in this state until `start()` or `kill()`.
   *
   * @throws {DevClusterError} `CERCI_NODE_STATE` when it is down
   */
  async drain(): Promise<void> {
    this.#expectUp('drain')
    this.#topology.updateNode(this.id, { state: 'draining' })
    await this.#transport.drain(this.id)
  }

  /**
   * The node comes up again on the port it had. A draining node is restarted; nothing happens when it is live.
   *
   * @throws {DevClusterError} `CERCI_PORT_IN_USE`, `CERCI_LISTEN_FAILED`, `CERCI_CLUSTER_STOPPED`
   */
  async start(): Promise<void> {
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined))
    await this.#starting
  }

  /**
   * Clients can no longer reach the node: what they send is lost, and nobody answers or refuses, as when a network is cut.
   *
   * @throws {DevClusterError} `CERCI_NODE_STATE` when it is down
   */
  partition(): void {
    this.#expectUp('be partitioned')
    this.#transport.partition(this.id)
    this.#topology.updateNode(this.id, { partitioned: true })
  }

  /** Ends a partition. */
  heal(): void {
    if (!this.info.partitioned) return
    this.#topology.updateNode(this.id, { partitioned: false })
    this.#transport.heal(this.id)
  }

  /**
   * The node leaves the cluster for good, as by `cockroach node decommission` and a drain after it: its replicas go to other nodes, its
   * clients are told to leave, it stops, and its id is never used again.
   *
   * @throws {DevClusterError} `CERCI_NODE_STATE` when it is down or has left already, `CERCI_DECOMMISSION_BLOCKED` when the other nodes
   * cannot take its replicas
   * @see https://www.cockroachlabs.com/docs/v26.2/node-shutdown?filters=decommission
   */
  async decommission(): Promise<void> {
    this.#expectUp('be decommissioned')
    await this.#transport.decommission(this.info)
    this.#topology.updateNode(this.id, { membership: 'decommissioning' })
    await this.drain()
    this.#topology.updateNode(this.id, { membership: 'decommissioned' })
    await this.#kill()
  }

  async #kill(): Promise<void> {
    if (this.info.state === 'down') return
    this.#topology.updateNode(this.id, { state: 'down', partitioned: false })
    await this.#transport.kill(this.id)
  }

  async #start(): Promise<void> {
    if (this.info.membership === 'decommissioned') throw this.#wrongState('start', 'Add a new node instead.')
    if (this.info.state === 'live') return
    await this.#kill()
    const { port } = await this.#listen()
    this.#topology.updateNode(this.id, { port, state: 'live', partitioned: false, startedAt: new Date() })
  }

  async #listen(): Promise<{ port: number }> {
    const { host, port } = this.info
    try {
      return await this.#transport.listen(this.info)
    } catch (error) {
      throw explainListenError(error, { host, port, what: `SQL of node ${this.id}`, option: 'port (--port)' })
    }
  }

  #expectUp(action: string): void {
    if (this.info.membership === 'decommissioned') throw this.#wrongState(action, 'Add a new node instead.')
    if (this.info.state === 'down') throw this.#wrongState(action, 'Start it first.')
  }

  #wrongState(action: string, next: string): DevClusterError {
    const { membership, state } = this.info
    const known = membership === 'decommissioned' ? membership : state
    return new DevClusterError('CERCI_NODE_STATE', { id: this.id, state: known, action, next })
  }
}

/**
 * The URL of a cluster: it names all nodes that belong to it, or those given, and connects as root, or the user given.
 *
 * @param options.database @default 'defaultdb'
 */
export function clusterUrl(
  state: Pick<ClusterState, 'nodes' | 'urlQuery'>,
  options: { readonly nodes?: readonly NodeInfo[]; readonly database?: string } = {},
): string {
  const hosts = (options.nodes ?? memberNodes(state)).map(({ host, port }) => printAddress(reachableHost(host), port))
  return `postgresql://root@${hosts.join(',')}/${encodeURIComponent(options.database ?? 'defaultdb')}?${state.urlQuery}`
}
