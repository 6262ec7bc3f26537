import { adminRoutes } from './admin/admin-routes.js'
import { AdminServer } from './admin/admin-server.js'
import { Catalogs } from './catalog/catalogs.js'
import { DevClusterError } from './dev-cluster-error.js'
import { Engine } from './engine/engine.js'
import { FaultInjector } from './faults/fault-injector.js'
import { Gateway } from './gateway/gateway.js'
import { History } from './history/history.js'
import { JobLog } from './jobs/job-log.js'
import { checkMatrix } from './latency/latency-matrix.js'
import { type LatencyOption, loadLatencies } from './latency/load-latencies.js'
import { DatabasePool } from './testing/database-pool.js'
import { checkDecommission } from './topology/check-decommission.js'
import { type ClusterRecord, readClusterFile, writeClusterFile } from './topology/cluster-file.js'
import { ClusterNode, clusterUrl, type NodeTransport } from './topology/cluster-node.js'
import { ClusterRegion } from './topology/cluster-region.js'
import { memberNodes, type NodeInfo } from './topology/cluster-state.js'
import { checkedPort, explainListenError, loopbackHost } from './topology/listen-address.js'
import { type AddNodeOptions, planNode } from './topology/plan-node.js'
import { MAX_NODES, type PlannedNode, planNodes } from './topology/plan-nodes.js'
import { Topology } from './topology/topology.js'
import { Translator } from './translate/translator.js'

export interface DevClusterOptions {
  /** How many nodes. @default 3, or as many as there are regions */
  readonly nodes?: number
  /** Regions that the nodes are dealt to in turn. @default ['us-east-1', 'us-west-1', 'eu-west-1'] */
  readonly regions?: readonly string[]
  /** SQL port of the first node; the others follow. 0: any free ports. @default 0 */
  readonly port?: number
  /** Port of the admin API. 0: any free port. @default 0 */
  readonly httpPort?: number
  /** Loopback address to listen on. @default '127.0.0.1' */
  readonly host?: string
  /** Folder that keeps the data from one run to the next. @default nothing is kept */
  readonly store?: string
  /**
   * What the network between regions costs each statement: `none`, `wan` (round trips that were measured between real regions), a file with
   * round trips of one's own, or those themselves. See docs/multi-region.md. @default 'none'
   */
  readonly latency?: LatencyOption
  /** How far back `AS OF SYSTEM TIME` reads, in milliseconds; `none`: not at all, and nothing is kept for it. @default 300000 (five minutes) */
  readonly historyWindowMs?: number | 'none'
  /** Seed of the fault injector's decisions. @default random */
  readonly faultSeed?: string
  /** Told what is being done while the cluster starts. */
  readonly onProgress?: (step: string) => void
  /** Takes the cluster's log, line by line. @default nothing is logged */
  readonly onLog?: (line: string) => void
}

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

  readonly #engine: Engine
  readonly #catalogs: Catalogs
  readonly #topology: Topology
  readonly #history: History
  readonly #gateway: Gateway
  readonly #databases: DatabasePool
  readonly #nodes: ClusterNode[]
  #admin: AdminServer | undefined
  #stopping: Promise<void> | undefined

  private constructor(engine: Engine, plan: readonly PlannedNode[], options: DevClusterOptions, kept?: ClusterRecord) {
    this.#engine = engine
    this.#catalogs = new Catalogs(engine)
    this.#topology = new Topology(kept)
    this.#history = new History(
      engine,
      options.historyWindowMs === undefined ? {} : { windowMs: options.historyWindowMs },
    )
    const releaseDatabase = (database: string) => this.#releaseDatabase(database)
    this.#databases = new DatabasePool({ query: (...query) => engine.query(...query), release: releaseDatabase })
    this.faults = new FaultInjector(options.faultSeed === undefined ? {} : { seed: options.faultSeed })
    this.#gateway = new Gateway({
      engine,
      catalogs: this.#catalogs,
      translator: new Translator(),
      faults: this.faults,
      history: this.#history,
      jobs: new JobLog(),
      releaseDatabase,
      state: () => this.#topology.state,
      setting: name => this.#topology.setting(name),
      setSetting: (name, value) => this.#topology.setSetting(name, value),
      log: options.onLog ?? (() => undefined),
    })
    for (const node of plan) this.#topology.addNode({ ...node, ...notListening() })
    this.#nodes = plan.map(({ id }) => new ClusterNode(id, this.#topology, this.#transport()))
    this.ended = engine.ended
  }

  /**
   * Starts a cluster. When it fails, nothing is left running.
   *
   * @throws {DevClusterError}
   */
  static async start(options: DevClusterOptions = {}): Promise<DevCluster> {
    const plan = planNodes(options)
    const { historyWindowMs: windowMs } = options
    if (windowMs !== undefined && windowMs !== 'none' && !(windowMs >= 1))
      throw new DevClusterError('CERCI_HISTORY_INVALID', { windowMs })
    const host = loopbackHost(options.host ?? '127.0.0.1')
    const port = checkedPort('port (--port)', options.port ?? 0, plan.length)
    const httpPort = checkedPort('httpPort (--http-port)', options.httpPort ?? 0)
    const latency = loadLatencies(options.latency ?? 'none')
    if (latency !== undefined) checkMatrix(latency, plan)
    const kept = options.store === undefined ? undefined : readClusterFile(options.store)
    const cluster = new DevCluster(await Engine.start(options), plan, options, kept)
    try {
      cluster.#topology.setLatency(latency)
      if (options.store !== undefined) await cluster.#keep(options.store)
      await cluster.#listen(host, port, httpPort)
      return cluster
    } catch (error) {
      await cluster.stop()
      throw error
    }
  }

  /** Every node there is or was, by id. */
  get nodes(): readonly ClusterNode[] {
    return this.#nodes
  }

  /** Names all nodes that belong to the cluster, up or down; connects as root to defaultdb. */
  get url(): string {
    return clusterUrl(memberNodes(this.#topology.state))
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
    return new ClusterRegion(name, this.#topology, id => this.node(id))
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
    const node = new ClusterNode(planned.id, this.#topology, this.#transport())
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
    const name = await this.#databases.take(options.template)
    const nodes = memberNodes(this.#topology.state)
    return {
      name,
      url: clusterUrl(nodes, name),
      nodeUrls: nodes.map(node => clusterUrl([node], name)),
      drop: () => this.#drop(name),
    }
  }

  /**
   * Drops a database that `createDatabase()` made, in the background, whoever uses it.
   *
   * @throws {DevClusterError} `CERCI_DATABASE_UNKNOWN`
   */
  dropDatabase(name: string): void {
    if (!this.#databases.gave(name)) throw new DevClusterError('CERCI_DATABASE_UNKNOWN', { name })
    this.#drop(name)
  }

  /** Stops everything; without a store nothing is left. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** The cluster's id and settings live on in its store; databases made in advance do not. */
  async #keep(store: string): Promise<void> {
    await this.#databases.removeSpares()
    writeClusterFile(store, this.#topology.state)
    let { settings } = this.#topology.state
    this.#topology.onChange(state => {
      if (state.settings !== settings) writeClusterFile(store, state)
      settings = state.settings
    })
  }

  #drop(name: string): void {
    this.#databases.drop(name)
    this.#catalogs.invalidate(name)
  }

  async #listen(host: string, port: number, httpPort: number): Promise<void> {
    for (const [at, { id }] of this.nodes.entries()) {
      this.#topology.updateNode(id, { host, port: port === 0 ? 0 : port + at })
    }
    const started = await Promise.allSettled(this.nodes.map(node => node.start()))
    for (const result of started) if (result.status === 'rejected') throw result.reason
    const address = { host, port: httpPort, what: 'the admin API', option: 'httpPort (--http-port)' }
    const listening = AdminServer.listen({ host, port: httpPort, routes: adminRoutes, subject: this })
    const admin = await listening.catch((error: unknown) => Promise.reject(explainListenError(error, address)))
    this.#admin = admin
    for (const { id } of this.nodes) this.#topology.updateNode(id, { httpPort: admin.port })
  }

  /** Closes what the cluster itself has open in a database, and would be in the way of copying or dropping it. */
  async #releaseDatabase(database: string): Promise<void> {
    await Promise.all([this.#engine.release(database), this.#history.release(database)])
  }

  /** The gateway, as long as the cluster lives: nothing may listen again after it. */
  #transport(): NodeTransport {
    const gateway = this.#gateway
    return {
      listen: async node => {
        if (this.#stopping) throw new DevClusterError('CERCI_CLUSTER_STOPPED')
        return gateway.listen(node)
      },
      kill: id => gateway.kill(id),
      drain: id => gateway.drain(id),
      partition: id => gateway.partition(id),
      heal: id => gateway.heal(id),
      checkDecommission: node => this.#checkDecommission(node),
    }
  }

  async #checkDecommission(node: NodeInfo): Promise<void> {
    const sql =
      "SELECT DISTINCT jsonb_array_elements_text(properties -> 'regions') AS region FROM crdb_internal.cerci_databases"
    const rows = await this.#engine.query('defaultdb', sql)
    checkDecommission(node, this.#topology.state, new Set(rows.map(({ region }) => region ?? '')))
  }

  async #stop(): Promise<void> {
    this.#databases.close()
    await Promise.all([this.#admin?.close(), this.#gateway.close()])
    await this.#history.stop()
    await this.#engine.stop()
  }
}

function notListening(): Omit<NodeInfo, keyof PlannedNode> {
  const now = new Date()
  const nowhere = { host: '', port: 0, httpPort: 0, partitioned: false }
  return { ...nowhere, state: 'down', membership: 'active', startedAt: now, changedAt: now }
}
