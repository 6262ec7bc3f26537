import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DevClusterError } from '../dev-cluster-error.js'
import type { ClusterState } from './cluster-state.js'

const NAME = 'cluster.json'

/** What a store keeps of the cluster besides its data. */
export interface ClusterRecord {
  readonly clusterId: string
  readonly settings: ReadonlyMap<string, string>
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
    if (isRecord(record)) return { clusterId: record.clusterId, settings: new Map(Object.entries(record.settings)) }
  } catch (cause) {
    throw new DevClusterError('CERCI_STORE_DAMAGED', { file }, cause)
  }
  throw new DevClusterError('CERCI_STORE_DAMAGED', { file })
}

function isRecord(value: unknown): value is { clusterId: string; settings: Record<string, string> } {
  if (typeof value !== 'object' || value === null || !('clusterId' in value) || !('settings' in value)) return false
  const { clusterId, settings } = value
  if (typeof clusterId !== 'string' || typeof settings !== 'object' || settings === null) return false
  return Object.values(settings).every(setting => typeof setting === 'string')
}

/** Replaces the file as a whole, so that a crash leaves the old or the new one. */
export function writeClusterFile(store: string, { clusterId, settings }: ClusterState): void {
  const file = join(store, NAME)
  writeFileSync(`${file}.new`, `${JSON.stringify({ clusterId, settings: Object.fromEntries(settings) }, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}
