import { randomUUID } from 'node:crypto'
import { DevClusterError } from '../dev-cluster-error.js'
import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'
import type { LatencyMatrix } from '../latency/latency-matrix.js'
import type { ClusterRecord } from './cluster-file.js'
import { type ClusterSettingInfo, clusterSettings } from './cluster-settings.js'
import type { ClusterState, NodeInfo } from './cluster-state.js'
import { normalizeSettingValue } from './normalize-setting-value.js'
import { isWhole } from './reach.js'

const settingByName: ReadonlyMap<string, ClusterSettingInfo> = new Map(
  clusterSettings.flatMap(info => [
    [info.name, info] as const,
    ...(info.alias === undefined ? [] : [[info.alias, info] as const]),
  ]),
)

/** Owns the truth about the cluster. Everybody else reads {@link Topology.state}, a picture that never changes. */
export class Topology {
  #state: ClusterState
  readonly #listeners = new Set<(state: ClusterState) => void>()

  /** @param kept what a store kept of an earlier run */
  constructor(kept?: ClusterRecord, urlQuery = 'sslmode=disable') {
    const settings = new Map(clusterSettings.map(info => [info.name, kept?.settings.get(info.name) ?? info.default]))
    const zones = kept?.zones ?? new Map<string, Readonly<Record<string, string>>>()
    this.#state = {
      clusterId: kept?.clusterId ?? randomUUID(),
      nodes: [],
      ...wholeNetwork,
      settings,
      urlQuery,
      zones,
      version: 1,
    }
  }

  get state(): ClusterState {
    return this.#state
  }

  /** Calls back after every change, until the returned function is called. */
  onChange(listener: (state: ClusterState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  addNode(node: NodeInfo): void {
    this.#replace({ nodes: [...this.#state.nodes, node].toSorted((a, b) => a.id - b.id) })
  }

  /** Takes back a node that never came up. */
  removeNode(id: number): void {
    this.#replace({ nodes: this.#state.nodes.filter(node => node.id !== id) })
  }

  /** @throws {DevClusterError} `CERCI_NODE_UNKNOWN` */
  node(id: number): NodeInfo {
    const node = this.#state.nodes.find(each => each.id === id)
    if (node) return node
    throw new DevClusterError('CERCI_NODE_UNKNOWN', { id, ids: this.#state.nodes.map(each => each.id).join(', ') })
  }

  /** @throws {DevClusterError} `CERCI_NODE_UNKNOWN` */
  updateNode(id: number, change: Partial<Omit<NodeInfo, 'id'>>): void {
    const node = this.node(id)
    const changedAt = change.state === undefined || change.state === node.state ? node.changedAt : new Date()
    const changed = { ...node, changedAt, ...change }
    this.#replace({ nodes: this.#state.nodes.map(each => (each.id === id ? changed : each)) })
  }

  /** Cuts a region off from the others, or ends that. */
  setIsolated(region: string, isolated: boolean): void {
    const regions = new Map(this.#state.isolatedRegions)
    if (regions.has(region) === isolated) return
    if (isolated) regions.set(region, Date.now())
    else regions.delete(region)
    this.#replace({ isolatedRegions: regions })
  }

  setLatency(latency: LatencyMatrix | undefined): void {
    this.#replace({ latency })
  }

  /**
   * The value of a cluster setting, as SHOW CLUSTER SETTING prints it.
   *
   * @throws {SqlError} 22023 for a setting that does not exist
   */
  setting(name: string): string {
    const info = infoOf(name)
    return this.#state.settings.get(info.name) ?? info.default
  }

  /**
   * Changes a cluster setting; `default` brings its default back.
   *
   * @throws {SqlError} 22023 for a setting that does not exist or a value it does not take
   */
  setSetting(name: string, value: string): void {
    const info = infoOf(name)
    const text = value === 'default' ? info.default : normalizeSettingValue(info, value)
    this.#replace({ settings: new Map([...this.#state.settings, [info.name, text]]) })
  }

  /** Configures one of the cluster's own zones; undefined takes its configuration away. */
  setZone(target: string, fields: Readonly<Record<string, string>> | undefined): void {
    const zones = new Map(this.#state.zones)
    if (fields === undefined) zones.delete(target)
    else zones.set(target, fields)
    this.#replace({ zones })
  }

  #replace(change: Partial<ClusterState>): void {
    const state = { ...this.#state, ...change, version: this.#state.version + 1 }
    this.#state = { ...state, watched: state.latency !== undefined || !isWhole(state) }
    for (const listener of this.#listeners) listener(this.#state)
  }
}

const wholeNetwork = { isolatedRegions: new Map<string, number>(), latency: undefined, watched: false } as const

function infoOf(name: string): ClusterSettingInfo {
  const info = settingByName.get(name.toLowerCase())
  if (!info) throw new SqlError(sqlState.invalid_parameter_value, `unknown cluster setting '${name}'`)
  return info
}
