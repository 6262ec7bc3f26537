import type { ZoneTarget } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { ClusterState } from '../../topology/cluster-state.js'
import { defaultZone, type ZoneConfig } from './zone-config.js'

/**
 * The zone of the cluster's own that a target names, as SHOW prints it; undefined for what is in a user's database.
 *
 * @throws {SqlError} 22023 for a range that has no name
 */
export function clusterTarget({ type, name }: ZoneTarget): string | undefined {
  if (name.kind !== 'name') return undefined
  const [first = '', second, third] = name.parts
  if (type === 'range') {
    if (rangeNames.has(first)) return `RANGE ${first}`
    throw new SqlError(sqlState.invalid_parameter_value, `"${first}" is not a built-in zone`)
  }
  if (type === 'database') return first === 'system' ? 'DATABASE system' : undefined
  const table = third ?? second
  if (type !== 'table' || first !== 'system' || table === undefined) return undefined
  const target = `TABLE system.public.${table}`
  return target in initialZones ? target : undefined
}

/** A zone of the cluster's own and the name of what it comes from: RANGE default where it has nothing of its own. */
export function clusterZone(target: string, cluster: Pick<ClusterState, 'zones'>): [string, ZoneConfig] {
  const own = { ...initialZones[target], ...cluster.zones.get(target) }
  const parent = target.startsWith('TABLE ') ? clusterZone('DATABASE system', cluster)[1] : defaultZone(cluster)
  if (target === 'RANGE default' || Object.keys(own).length > 0) return [target, { ...parent, ...own }]
  return ['RANGE default', parent]
}

/** Those that SHOW ALL ZONE CONFIGURATIONS lists. */
export function clusterZones(cluster: Pick<ClusterState, 'zones'>): readonly (readonly [string, ZoneConfig])[] {
  return [...new Set([...Object.keys(initialZones), ...cluster.zones.keys()])]
    .map(target => clusterZone(target, cluster))
    .filter(([target], at) => target !== 'RANGE default' || at === 0)
}

const rangeNames: ReadonlySet<string> = new Set(['default', 'meta', 'system', 'liveness', 'timeseries', 'tenants'])

/**
 * What a new cluster has; the system's data is not among the data that the dev cluster places.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/configure-replication-zones#create-a-replication-zone-for-a-system-range
 */
const initialZones: Readonly<Record<string, ZoneConfig>> = {
  'RANGE default': {},
  'DATABASE system': { num_replicas: '5' },
  'RANGE meta': { 'gc.ttlseconds': '3600', num_replicas: '5' },
  'RANGE system': { num_replicas: '5' },
  'RANGE liveness': { 'gc.ttlseconds': '600', num_replicas: '5' },
  'TABLE system.public.jobs': {},
  'TABLE system.public.replication_constraint_stats': { 'gc.ttlseconds': '600' },
  'TABLE system.public.replication_stats': { 'gc.ttlseconds': '600' },
}
