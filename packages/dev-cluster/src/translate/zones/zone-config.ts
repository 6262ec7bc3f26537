import type { Properties } from '../../catalog/snapshot.js'
import type { ClusterState } from '../../topology/cluster-state.js'
import { type RegionConfig, readRegionConfig } from '../regions/database-regions.js'
import { byTable } from '../regions/locality.js'
import { superRegionOf } from '../regions/super-region.js'
import { databaseHomeZone, globalHomeZone, partitionHomeZone, tableHomeZone } from './home-zone.js'

/** A zone configuration as SHOW prints it: values are SQL. Source: https://www.cockroachlabs.com/docs/v26.2/replication-zone-variables */
export type ZoneConfig = Readonly<Record<string, string>>

/** The order in which SHOW lists the fields. */
export const zoneFields = [
  'range_min_bytes',
  'range_max_bytes',
  'gc.ttlseconds',
  'global_reads',
  'num_replicas',
  'num_voters',
  'constraints',
  'voter_constraints',
  'lease_preferences',
] as const

const initialZone: ZoneConfig = {
  range_min_bytes: '134217728',
  range_max_bytes: '536870912',
  'gc.ttlseconds': '14400',
  num_replicas: '3',
  constraints: "'[]'",
  lease_preferences: "'[]'",
}

/** RANGE default: what applies where nothing else is said. */
export function defaultZone({ zones }: Pick<ClusterState, 'zones'>): ZoneConfig {
  return { ...initialZone, ...zones.get('RANGE default') }
}

/** What regions and survival goal make of a database's zone, https://www.cockroachlabs.com/docs/v26.2/configure-replication-zones#multi-region. */
export function databaseZone(properties: Properties, base: ZoneConfig): ZoneConfig | undefined {
  const config = readRegionConfig(properties)
  const own = recordedZone(properties)
  if (!config) return own && { ...base, ...own }
  return { ...base, ...databaseHomeZone(config), ...own }
}

/** A table's zone, where its locality or a configuration of its own makes it another than the database's. */
export function tableZone(table: Properties, database: Properties, base: ZoneConfig): ZoneConfig | undefined {
  const config = readRegionConfig(database)
  const own = recordedZone(table)
  const inherited = databaseZone(database, base) ?? base
  const derived = config && localityZone(table.locality, config)
  return derived || own ? { ...inherited, ...derived, ...own } : undefined
}

/** The zone of the rows of a REGIONAL BY ROW table that belong to a region. */
export function regionZone(region: string, table: Properties, database: Properties, base: ZoneConfig): ZoneConfig {
  const config = readRegionConfig(database)
  const inherited = databaseZone(database, base) ?? base
  const derived = config && partitionHomeZone(config, region)
  return { ...inherited, ...derived, ...recordedZone(table), ...partitionZone(region, table) }
}

/** What a client configured for the partition of a REGIONAL BY ROW table that holds the rows of a region. */
export function partitionZone(partition: string, { partition_zones: zones }: Properties): ZoneConfig | undefined {
  return typeof zones === 'object' && zones !== null
    ? recordedZone({ zone: new Map(Object.entries(zones)).get(partition) })
    : undefined
}

/** The part of a zone that a client configured. */
export function recordedZone(properties: Properties): ZoneConfig | undefined {
  const { zone } = properties
  if (typeof zone !== 'object' || zone === null) return undefined
  return Object.fromEntries(Object.entries(zone).map(([field, value]) => [field, String(value)]))
}

/** What a locality makes of a table's zone; undefined where it is as the database's. */
function localityZone(locality: unknown, config: RegionConfig): ZoneConfig | undefined {
  if (typeof locality !== 'string') return undefined
  if (locality === 'GLOBAL') return globalHomeZone(config)
  if (locality === byTable) return superRegionOf(config.primary, config) && tableHomeZone(config, config.primary)
  const region = /^REGIONAL BY TABLE IN "(.*)"$/.exec(locality)?.[1]
  return region === undefined ? undefined : tableHomeZone(config, region)
}

/** The body of SHOW ZONE CONFIGURATION. `target` is as in ALTER: `TABLE t`. */
export function printZone(target: string, zone: ZoneConfig): string {
  const fields = zoneFields.filter(field => zone[field] !== undefined).map(field => `\t${field} = ${zone[field]}`)
  return `ALTER ${target} CONFIGURE ZONE USING\n${fields.join(',\n')}`
}
