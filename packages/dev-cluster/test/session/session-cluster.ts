import { randomBytes } from 'node:crypto'
import { Client, type ClientConfig } from 'pg'
import { afterAll, afterEach } from 'vitest'
import { Catalogs } from '../../src/catalog/catalogs.js'
import { Engine } from '../../src/engine/engine.js'
import { FaultInjector } from '../../src/faults/fault-injector.js'
import { Gateway } from '../../src/gateway/gateway.js'
import { History } from '../../src/history/history.js'
import { JobLog } from '../../src/jobs/job-log.js'
import { ClusterNode } from '../../src/topology/cluster-node.js'
import { Topology } from '../../src/topology/topology.js'
import { Translator } from '../../src/translate/translator.js'
import { RawClient } from './raw-client.js'

/** A cluster of a test file's own, with its parts within reach. */
export class SessionCluster {
  readonly engine: Engine
  readonly topology = new Topology()
  readonly faults = new FaultInjector({ seed: 'sessions' })
  readonly log: string[] = []
  readonly gateway: Gateway
  readonly history: History
  readonly #clients: Client[] = []
  readonly #raw: RawClient[] = []
  database = 'defaultdb'

  private constructor(engine: Engine) {
    this.engine = engine
    this.history = new History(engine)
    this.gateway = new Gateway({
      engine,
      catalogs: new Catalogs(engine),
      translator: new Translator(),
      faults: this.faults,
      history: this.history,
      jobs: new JobLog(),
      releaseDatabase: async database => {
        await this.history.release(database)
        await engine.release(database)
      },
      state: () => this.topology.state,
      setting: name => this.topology.setting(name),
      setSetting: (name, value) => this.topology.setSetting(name, value),
      setZone: (target, fields) => this.topology.setZone(target, fields),
      log: line => this.log.push(line),
    })
  }

  static async start(nodes = 1): Promise<SessionCluster> {
    const cluster = new SessionCluster(await Engine.start())
    for (let id = 1; id <= nodes; id++) {
      const node = { id, host: '127.0.0.1', port: 0, region: `region-${id}`, zone: `region-${id}a` }
      const { port } = await cluster.gateway.listen(node)
      const now = new Date()
      const info = {
        ...node,
        port,
        httpPort: 0,
        state: 'live',
        partitioned: false,
        startedAt: now,
        changedAt: now,
      } as const
      cluster.topology.addNode({ ...info, membership: 'active' })
    }
    return cluster
  }

  node(id: number): ClusterNode {
    const { gateway } = this
    return new ClusterNode(id, this.topology, {
      listen: node => gateway.listen(node),
      kill: nodeId => gateway.kill(nodeId),
      drain: nodeId => gateway.drain(nodeId),
      partition: nodeId => gateway.partition(nodeId),
      heal: nodeId => gateway.heal(nodeId),
      isolate: () => undefined,
      decommission: () => Promise.resolve(),
    })
  }

  /** A connection through node-postgres. */
  async connect(options: ClientConfig & { node?: number } = {}): Promise<Client> {
    const { node = 1, ...config } = options
    const { host, port } = this.node(node)
    const client = new Client({ host, port, user: 'root', database: this.database, ...config })
    client.on('error', () => undefined)
    this.#clients.push(client)
    await client.connect()
    return client
  }

  /** A connection on which the test speaks the protocol itself. */
  async connectRaw(options: { node?: number; parameters?: Record<string, string> } = {}): Promise<RawClient> {
    const client = await this.openRaw(options.node)
    await client.start({ user: 'root', database: this.database, ...options.parameters })
    return client
  }

  /** A socket to a node, on which nothing has been said. */
  async openRaw(node = 1): Promise<RawClient> {
    const { host, port } = this.node(node)
    const client = await RawClient.open(host, port)
    this.#raw.push(client)
    return client
  }

  /** Makes an empty database the one that clients connect to. */
  async useFreshDatabase(): Promise<void> {
    const name = `test_${randomBytes(4).toString('hex')}`
    const client = await this.connect({ database: 'defaultdb' })
    await client.query(`CREATE DATABASE ${name}`)
    await client.end()
    this.database = name
  }

  async closeClients(): Promise<void> {
    for (const raw of this.#raw.splice(0)) raw.destroy()
    await Promise.all(this.#clients.splice(0).map(client => client.end().catch(() => undefined)))
  }

  async stop(): Promise<void> {
    await this.closeClients()
    await this.gateway.close()
    await this.history.stop()
    await this.engine.stop()
  }
}

/** Starts a cluster for the file; connections are closed after each test, the cluster after all. */
export async function sessionCluster(nodes = 1): Promise<SessionCluster> {
  const cluster = await SessionCluster.start(nodes)
  afterEach(() => cluster.closeClients())
  afterAll(() => cluster.stop())
  return cluster
}
