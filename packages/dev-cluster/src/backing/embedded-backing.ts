import { Catalogs } from '../catalog/catalogs.js'
import { DevClusterError } from '../dev-cluster-error.js'
import type { Engine } from '../engine/engine.js'
import { FaultInjector } from '../faults/fault-injector.js'
import { Gateway } from '../gateway/gateway.js'
import { History } from '../history/history.js'
import { JobLog } from '../jobs/job-log.js'
import { connectionSecurity } from '../security/connection-security.js'
import { DatabasePool } from '../testing/database-pool.js'
import { checkDecommission } from '../topology/check-decommission.js'
import type { NodeTransport } from '../topology/cluster-node.js'
import { memberNodes, type NodeInfo } from '../topology/cluster-state.js'
import type { Topology } from '../topology/topology.js'
import { Translator } from '../translate/translator.js'
import type { BackingParts, ClusterBacking } from './cluster-backing.js'

/** One embedded PostgreSQL, and a gateway that speaks CockroachDB in front of it. */
export class EmbeddedBacking implements ClusterBacking {
  readonly faults: FaultInjector
  readonly ended: Promise<DevClusterError | undefined>

  readonly #engine: Engine
  readonly #topology: Topology
  readonly #catalogs: Catalogs
  readonly #history: History
  readonly #gateway: Gateway
  readonly #databases: DatabasePool
  #stopping = false

  private constructor(engine: Engine, { options, topology, certificates }: BackingParts) {
    this.#engine = engine
    this.#topology = topology
    this.#catalogs = new Catalogs(engine)
    this.#history = new History(
      engine,
      options.historyWindowMs === undefined ? {} : { windowMs: options.historyWindowMs },
    )
    const releaseDatabase = (database: string) => this.#releaseDatabase(database)
    this.#databases = new DatabasePool({ query: (...query) => engine.query(...query), release: releaseDatabase })
    this.faults = new FaultInjector({
      ...(options.faultSeed !== undefined && { seed: options.faultSeed }),
      nodes: () => memberNodes(topology.state).map(({ id }) => id),
    })
    this.#gateway = new Gateway({
      engine,
      catalogs: this.#catalogs,
      translator: new Translator(),
      faults: this.faults,
      history: this.#history,
      jobs: new JobLog(),
      ...(certificates && { security: connectionSecurity(certificates.folder) }),
      releaseDatabase,
      state: () => topology.state,
      setting: name => topology.setting(name),
      setSetting: (name, value) => topology.setSetting(name, value),
      setZone: (target, fields) => topology.setZone(target, fields),
      log: options.onLog ?? (() => undefined),
    })
    this.ended = engine.ended
  }

  static async start(engine: Engine, parts: BackingParts): Promise<EmbeddedBacking> {
    const backing = new EmbeddedBacking(engine, parts)
    // Databases made in advance do not live on in a store.
    if (parts.options.store !== undefined) await backing.#databases.removeSpares()
    return backing
  }

  /** The gateway, as long as the cluster lives: nothing may listen again after it. */
  get transport(): NodeTransport {
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
      // Reachability follows the cluster's state, which every statement is checked against.
      isolate: () => undefined,
      decommission: node => this.#checkDecommission(node),
    }
  }

  createDatabase(template: string | undefined): Promise<string> {
    return this.#databases.take(template)
  }

  dropDatabase(name: string): void {
    if (!this.#databases.gave(name)) throw new DevClusterError('CERCI_DATABASE_UNKNOWN', { name })
    this.#databases.drop(name)
    this.#catalogs.invalidate(name)
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#databases.close()
    await this.#gateway.close()
    await this.#history.stop()
    await this.#engine.stop()
  }

  /** Closes what the cluster itself has open in a database, and would be in the way of copying or dropping it. */
  async #releaseDatabase(database: string): Promise<void> {
    await Promise.all([this.#engine.release(database), this.#history.release(database)])
  }

  /** There are no replicas to move: only whether CockroachDB could. */
  async #checkDecommission(node: NodeInfo): Promise<void> {
    const sql =
      "SELECT DISTINCT jsonb_array_elements_text(properties -> 'regions') AS region FROM crdb_internal.cerci_databases"
    const rows = await this.#engine.query('defaultdb', sql)
    checkDecommission(node, this.#topology.state, new Set(rows.map(({ region }) => region ?? '')))
  }
}
