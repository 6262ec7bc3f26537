import { adminRoutes } from './admin/admin-routes.js'
import { AdminServer } from './admin/admin-server.js'
import { checkedEngine } from './backing/checked-engine.js'
import type { ClusterBacking, EngineName } from './backing/cluster-backing.js'
import { startBacking } from './backing/start-backing.js'
import { DevClusterError } from './dev-cluster-error.js'
import { checkOptionNames, type DevClusterOptions } from './dev-cluster-options.js'
import type { FaultInjector } from './faults/fault-injector.js'
import { checkMatrix } from './latency/latency-matrix.js'
import { type LatencyOption, loadLatencies } from './latency/load-latencies.js'
import type { ClientFiles } from './security/certificate-folder.js'
import { type ClusterCertificates, openCertificates } from './security/cluster-certificates.js'
import { keepClusterFile, readClusterFile } from './topology/cluster-file.js'
import { ClusterNode, clusterUrl } from './topology/cluster-node.js'
import { ClusterRegion } from './topology/cluster-region.js'
import { memberNodes, type NodeInfo } from './topology/cluster-state.js'
import { checkedPort, explainListenError, listenHost } from './topology/listen-address.js'
import { type AddNodeOptions, planNode } from './topology/plan-node.js'
import { MAX_NODES, type PlannedNode, planNodes } from './topology/plan-nodes.js'
import { Topology } from './topology/topology.js'

/** A database of one's own on the cluster. */
export interface TestDatabase {
  readonly name: string
  /** Names all nodes. */
  readonly url: string
  /** One URL for each node, in their order, for drivers that take a single host. */
  readonly nodeUrls: readonly string[]
  /** Drops the database in the background, whoever uses it. */
  drop(): void
}

/** What a cluster is made of. */
interface Parts {
  readonly engine: EngineName
  readonly backing: ClusterBacking
  readonly topology: Topology
  readonly certificates: ClusterCertificates | undefined
}

/**
 * A cluster for development and tests on this machine: real nodes to connect to, one embedded PostgreSQL behind them.
 *
 * ```ts
 * await using cluster = await DevCluster.start({ nodes: 3 })
 * const pool = new pg.Pool({ connectionString: cluster.node(1).url })
 * await cluster.node(2).kill()
 * ```
 */
export class DevCluster {
  /** Injects faults; see the rules in `FaultRule`. */
  readonly faults: FaultInjector
  /** Settles when the cluster has ended: with undefined after `stop()`, with an error when its engine ended by itself. */
  readonly ended: Promise<DevClusterError | undefined>

  readonly #backing: ClusterBacking
  readonly #engine: EngineName
  readonly #topology: Topology
  readonly #certificates: ClusterCertificates | undefined
  readonly #nodes: ClusterNode[]
  #admin: AdminServer | undefined
  #stopping: Promise<void> | undefined

  private constructor({ engine, backing, topology, certificates }: Parts) {
    this.#engine = engine
    this.#backing = backing
    this.#topology = topology
    this.#certificates = certificates
    this.#nodes = topology.state.nodes.map(({ id }) => new ClusterNode(id, topology, backing.transport))
    this.faults = backing.faults
    this.ended = backing.ended
  }

  /**
   * Starts a cluster. When it fails, nothing is left running.
   *
   * @throws {DevClusterError}
   */
  static async start(options: DevClusterOptions = {}): Promise<DevCluster> {
    checkOptionNames(options)
    const plan = planNodes(options)
    const { historyWindowMs: windowMs } = options
    if (windowMs !== undefined && windowMs !== 'none' && !(windowMs >= 1))
      throw new DevClusterError('CERCI_HISTORY_INVALID', { windowMs })
    const host = listenHost(options.host ?? '127.0.0.1', options.secure === true)
    if (options.certsDir !== undefined && options.secure !== true) throw new DevClusterError('CERCI_CERTS_INSECURE')
    if (options.image !== undefined && options.engine !== 'docker') throw new DevClusterError('CERCI_IMAGE_UNUSED')
    const port = checkedPort('port (--port)', options.port ?? 0, plan.length)
    const httpPort = checkedPort('httpPort (--http-port)', options.httpPort ?? 0)
    const latency = loadLatencies(options.latency ?? 'none')
    if (latency !== undefined) checkMatrix(latency, plan)
    const kept = options.store === undefined ? undefined : readClusterFile(options.store)
    const engine = checkedEngine(options.engine ?? 'embedded', latency)
    const certificates = await openCertificates(options, host)
    const topology = new Topology(kept, certificates?.folder.urlQuery('root'))
    for (const node of plan) topology.addNode({ ...node, ...notListening() })
    const backing = await startBacking(engine, { options, plan, topology, certificates }).catch(
      async (error: unknown) => {
        await certificates?.remove().catch(() => undefined)
        throw error
      },
    )
    const cluster = new DevCluster({ engine, backing, topology, certificates })
    try {
      cluster.#topology.setLatency(latency)
      if (options.store !== undefined) keepClusterFile(options.store, cluster.#topology)
      await cluster.#listen(host, port, httpPort)
      return cluster
    } catch (error) {
      // Why it could not start says more than what went wrong after that.
      await cluster.stop().catch(() => undefined)
      throw error
    }
  }

  /** Every node there is or was, by id. */
  get nodes(): readonly ClusterNode[] {
    return this.#nodes
  }

  /** Names all nodes that belong to the cluster, up or down; connects as root to defaultdb. */
  get url(): string {
    return clusterUrl(this.#topology.state)
  }

  /** The admin API's address. */
  get adminUrl(): string {
    return this.#admin?.url ?? ''
  }

  /** @throws {DevClusterError} `CERCI_NODE_UNKNOWN` */
  node(id: number): ClusterNode {
    const node = this.nodes.find(each => each.id === id)
    if (node) return node
    throw new DevClusterError('CERCI_NODE_UNKNOWN', { id, ids: this.nodes.map(each => each.id).join(', ') })
  }

  /** @throws {DevClusterError} `CERCI_REGION_UNKNOWN` */
  region(name: string): ClusterRegion {
    return new ClusterRegion(name, this.#topology, id => this.node(id), this.#backing.transport)
  }

  /**
   * A node joins the cluster, as with `cockroach start --join`. Clients learn of it as they do of CockroachDB's: from DNS or a load
   * balancer, or by being given its address.
   *
   * @throws {DevClusterError} `CERCI_NODE_INVALID`, `CERCI_PORT_INVALID`, `CERCI_PORT_IN_USE`, `CERCI_LATENCY_INVALID` when the latencies lack its region
   */
  async addNode(options: AddNodeOptions = {}): Promise<ClusterNode> {
    const { nodes, latency } = this.#topology.state
    const port = checkedPort('port', options.port ?? 0)
    const planned = planNode(options, nodes, MAX_NODES)
    if (latency !== undefined) checkMatrix(latency, [...nodes, planned])
    const { host = '127.0.0.1', httpPort = 0 } = nodes[0] ?? {}
    this.#topology.addNode({ ...planned, ...notListening(), host, port, httpPort })
    const node = new ClusterNode(planned.id, this.#topology, this.#backing.transport)
    try {
      await node.start()
    } catch (error) {
      this.#topology.removeNode(planned.id)
      throw error
    }
    this.#nodes.push(node)
    return node
  }

  /**
   * Changes what the network costs while the cluster runs.
   *
   * @throws {DevClusterError} `CERCI_LATENCY_INVALID`
   */
  setLatency(option: LatencyOption): void {
    const latency = loadLatencies(option)
    checkedEngine(this.#engine, latency)
    if (latency !== undefined) checkMatrix(latency, memberNodes(this.#topology.state))
    this.#topology.setLatency(latency)
  }

  /** What the network costs: `none`, `wan`, or the file it was read from. */
  get latency(): string {
    return this.#topology.state.latency?.name ?? 'none'
  }

  /**
   * A database of one's own, in a few milliseconds.
   *
   * @param options.template a database to copy, in the state in which it was when first copied. @default an empty one
   * @throws {DevClusterError} `CERCI_TEMPLATE_UNKNOWN`, `CERCI_TEMPLATE_BUSY`
   */
  async createDatabase(options: { readonly template?: string } = {}): Promise<TestDatabase> {
    const name = await this.#backing.createDatabase(options.template)
    const { state } = this.#topology
    return {
      name,
      url: clusterUrl(state, { database: name }),
      nodeUrls: memberNodes(state).map(node => clusterUrl(state, { nodes: [node], database: name })),
      drop: () => this.#backing.dropDatabase(name),
    }
  }

  /**
   * Drops a database that `createDatabase()` made, in the background, whoever uses it.
   *
   * @throws {DevClusterError} `CERCI_DATABASE_UNKNOWN`
   */
  dropDatabase(name: string): void {
    this.#backing.dropDatabase(name)
  }

  /**
   * The files with which a SQL user connects to a secure cluster instead of with a password. The user is made by `CREATE USER`.
   *
   * @throws {DevClusterError} `CERCI_CERTS_USER`, `CERCI_CERTS_UNUSABLE`, `CERCI_CERTS_INSECURE` when the cluster is not secure
   */
  async clientCertificate(user: string): Promise<ClientFiles> {
    if (!this.#certificates) throw new DevClusterError('CERCI_CERTS_INSECURE')
    return this.#certificates.folder.client(user)
  }

  /** Stops everything; without a store nothing is left. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #listen(host: string, port: number, httpPort: number): Promise<void> {
    for (const [at, { id }] of this.nodes.entries()) {
      this.#topology.updateNode(id, { host, port: port === 0 ? 0 : port + at })
    }
    const started = await Promise.allSettled(this.nodes.map(node => node.start()))
    for (const result of started) if (result.status === 'rejected') throw result.reason
    const address = { host, port: httpPort, what: 'the admin API', option: 'httpPort (--http-port)' }
    const listening = AdminServer.listen({
      host,
      port: httpPort,
      routes: adminRoutes,
      subject: this,
      certificates: this.#certificates?.folder,
    })
    const admin = await listening.catch((error: unknown) => Promise.reject(explainListenError(error, address)))
    this.#admin = admin
    for (const { id } of this.nodes) this.#topology.updateNode(id, { httpPort: admin.port })
  }

  async #stop(): Promise<void> {
    const stopped = await Promise.allSettled([this.#admin?.close(), this.#backing.stop()])
    await this.#certificates?.remove()
    for (const result of stopped) if (result.status === 'rejected') throw result.reason
  }
}

function notListening(): Omit<NodeInfo, keyof PlannedNode> {
  const now = new Date()
  const nowhere = { host: '', port: 0, httpPort: 0, partitioned: false }
  return { ...nowhere, state: 'down', membership: 'active', startedAt: now, changedAt: now }
}
