import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DevClusterError } from '../dev-cluster-error.js'
import type { ClusterState } from './cluster-state.js'
import type { Topology } from './topology.js'

const NAME = 'cluster.json'

/** What a store keeps of the cluster besides its data. */
export interface ClusterRecord {
  readonly clusterId: string
  readonly settings: ReadonlyMap<string, string>
  readonly zones: ReadonlyMap<string, Readonly<Record<string, string>>>
}

/**
 * What was kept; undefined for a new store.
 *
 * @throws {DevClusterError} `CERCI_STORE_DAMAGED`
 */
export function readClusterFile(store: string): ClusterRecord | undefined {
  const file = join(store, NAME)
  if (!existsSync(file)) return undefined
  try {
    const record: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (isRecord(record)) {
      const { clusterId, settings, zones = {} } = record
      return { clusterId, settings: new Map(Object.entries(settings)), zones: new Map(Object.entries(zones)) }
    }
  } catch (cause) {
    throw new DevClusterError('CERCI_STORE_DAMAGED', { file }, cause)
  }
  throw new DevClusterError('CERCI_STORE_DAMAGED', { file })
}

/** Keeps the cluster's id, settings and zones in a store, now and whenever they change. */
export function keepClusterFile(store: string, topology: Topology): void {
  let kept = topology.state
  writeClusterFile(store, kept)
  topology.onChange(state => {
    if (state.settings !== kept.settings || state.zones !== kept.zones) writeClusterFile(store, state)
    kept = state
  })
}

interface StoredRecord {
  readonly clusterId: string
  readonly settings: Readonly<Record<string, string>>
  /** Absent in stores of versions that had none. */
  readonly zones?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

function isRecord(value: unknown): value is StoredRecord {
  if (typeof value !== 'object' || value === null || !('clusterId' in value) || !('settings' in value)) return false
  const zones = 'zones' in value ? value.zones : {}
  if (typeof zones !== 'object' || zones === null || !Object.values(zones).every(isTexts)) return false
  return typeof value.clusterId === 'string' && isTexts(value.settings)
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && Object.values(value).every(text => typeof text === 'string')
}

/** Replaces the file as a whole, so that a crash leaves the old or the new one. */
function writeClusterFile(store: string, { clusterId, settings, zones }: ClusterState): void {
  const file = join(store, NAME)
  const record = { clusterId, settings: Object.fromEntries(settings), zones: Object.fromEntries(zones) }
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}
