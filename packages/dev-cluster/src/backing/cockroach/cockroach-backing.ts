import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DevClusterError } from '../../dev-cluster-error.js'
import type { FaultInjector } from '../../faults/fault-injector.js'
import type { NodeTransport } from '../../topology/cluster-node.js'
import type { NodeInfo } from '../../topology/cluster-state.js'
import { reachableHost } from '../../topology/listen-address.js'
import type { Topology } from '../../topology/topology.js'
import type { BackingParts, ClusterBacking } from '../cluster-backing.js'
import { cannot } from './cannot.js'
import { freePort } from './free-port.js'
import { NoFaults } from './no-faults.js'
import type { CockroachNode, MakeNodeHost, NodeHost } from './node-host.js'
import { nodeReady } from './node-ready.js'

type Listening = Parameters<NodeTransport['listen']>[0]

const INIT_DEADLINE_MS = 30_000
const INIT_PAUSE_MS = 100

/**
 * A real CockroachDB: the planned nodes start together, one is told to initialise the cluster, and each is then what it is. Nothing can be
 * injected between it and its clients.
 */
export class CockroachBacking implements ClusterBacking {
  readonly faults: FaultInjector = new NoFaults()
  readonly ended: Promise<DevClusterError | undefined>

  readonly #host: NodeHost
  readonly #topology: Topology
  readonly #certsDir: string | undefined
  readonly #folder: string
  readonly #keepsFolder: boolean
  readonly #nodes = new Map<number, CockroachNode>()
  readonly #running = new Set<number>()
  readonly #databases = new Set<string>()
  /** Planned nodes that have not been asked to start yet: the first start waits for all of them. */
  readonly #awaited: Set<number>
  #assemble: () => void = () => undefined
  readonly #assembled: Promise<void>
  #initialized: Promise<void> | undefined
  #dropping: Promise<unknown> = Promise.resolve()
  #end: (error?: DevClusterError) => void = () => undefined

  private constructor(host: NodeHost, folder: string, { options, plan, topology, certificates }: BackingParts) {
    this.#host = host
    this.#topology = topology
    this.#certsDir = certificates?.folder.folder
    this.#folder = folder
    this.#keepsFolder = options.store !== undefined
    this.#awaited = new Set(plan.map(({ id }) => id))
    this.#assembled = new Promise(done => (this.#assemble = done))
    this.ended = new Promise(done => (this.#end = done))
  }

  /** @throws {DevClusterError} `CERCI_ENGINE_CANNOT`, `CERCI_COMMAND_MISSING`, `CERCI_COMMAND_FAILED` */
  static async start(parts: BackingParts, makeHost: MakeNodeHost): Promise<CockroachBacking> {
    const { options, certificates } = parts
    if (options.faultSeed !== undefined) throw cannot('inject faults (faultSeed)')
    if (options.historyWindowMs !== undefined) throw cannot('be told how far back reads go (historyWindowMs)')
    const folder =
      options.store === undefined ? await mkdtemp(join(tmpdir(), 'cerci-cockroach-')) : resolve(options.store)
    const log = options.onLog ?? (() => undefined)
    try {
      const host = await makeHost({
        folder,
        keep: options.store !== undefined,
        certsDir: certificates?.folder.folder,
        image: options.image,
        log,
      })
      return new CockroachBacking(host, folder, parts)
    } catch (error) {
      if (options.store === undefined) await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  get transport(): NodeTransport {
    return {
      listen: node => this.#listen(node),
      kill: id => this.#kill(id),
      // The node that is asked; CockroachDB numbers nodes in the order in which they join.
      drain: async id => void (await this.#host.ask(this.#node(id), ['node', 'drain', '--self'])),
      partition: () => {
        throw cannot('partition a node')
      },
      heal: () => undefined,
      isolate: () => {
        throw cannot('partition a region')
      },
      decommission: async ({ id }: NodeInfo) =>
        void (await this.#host.ask(this.#node(id), ['node', 'decommission', '--self'])),
    }
  }

  async createDatabase(template: string | undefined): Promise<string> {
    if (template !== undefined) throw cannot('copy a database (template)')
    const name = `test_${randomBytes(6).toString('hex')}`
    await this.#sql(`CREATE DATABASE ${name}`)
    this.#databases.add(name)
    return name
  }

  dropDatabase(name: string): void {
    if (!this.#databases.delete(name)) throw new DevClusterError('CERCI_DATABASE_UNKNOWN', { name })
    this.#dropping = Promise.allSettled([this.#dropping, this.#sql(`DROP DATABASE ${name} CASCADE`)])
  }

  async stop(): Promise<void> {
    await this.#dropping
    try {
      await this.#host.stop(this.#members)
    } finally {
      if (!this.#keepsFolder) await rm(this.#folder, { recursive: true, force: true })
      this.#end()
    }
  }

  async #listen(info: Listening): Promise<{ port: number }> {
    const known = this.#nodes.get(info.id)
    const node = known ?? (await this.#place(info))
    this.#nodes.set(node.id, node)
    this.#awaited.delete(node.id)
    if (this.#awaited.size === 0) this.#assemble()
    await this.#assembled
    this.#running.add(node.id)
    await this.#host.start(node, this.#members, () => this.#exited(node.id))
    if (this.#topology.state.nodes.every(({ id }) => this.#running.has(id))) this.#initialized ??= this.#initialize()
    await this.#initialized
    await nodeReady(node, this.#certsDir, () => this.#running.has(node.id))
    return { port: node.port }
  }

  get #members(): CockroachNode[] {
    return [...this.#nodes.values()].toSorted((a, b) => a.id - b.id)
  }

  async #place({ id, host, port, region, zone }: Listening): Promise<CockroachNode> {
    const address = reachableHost(host)
    const [sqlPort, httpPort] = [port === 0 ? await freePort(address) : port, await freePort(address)]
    return { id, host, port: sqlPort, httpPort, region, zone }
  }

  /** Once in the life of a store: a cluster that was initialised says so, and is one. */
  async #initialize(): Promise<void> {
    const [first] = this.#members
    if (first === undefined) return
    for (const deadline = Date.now() + INIT_DEADLINE_MS; ; ) {
      try {
        await this.#host.ask(first, ['init'])
        return
      } catch (error) {
        const told = error instanceof Error ? error.message : ''
        if (told.includes('already been initialized')) return
        // It may not listen yet.
        if (Date.now() > deadline || !this.#running.has(first.id)) throw error
        await sleep(INIT_PAUSE_MS)
      }
    }
  }

  async #kill(id: number): Promise<void> {
    if (!this.#running.delete(id)) return
    await this.#host.kill(this.#node(id))
  }

  /** A node that ends by itself is down; a killed one is no longer among those that run. */
  #exited(id: number): void {
    if (this.#running.delete(id)) this.#topology.updateNode(id, { state: 'down' })
  }

  #sql(statement: string): Promise<string> {
    const [id] = this.#running
    return this.#host.ask(this.#node(id ?? 1), ['sql', `--execute=${statement}`])
  }

  #node(id: number): CockroachNode {
    const node = this.#nodes.get(id)
    if (node) return node
    throw new DevClusterError('CERCI_NODE_UNKNOWN', { id, ids: [...this.#nodes.keys()].join(', ') })
  }
}
