import type { Properties, TableInfo } from '../../catalog/snapshot.js'
import { type ReplicationRules, readReplicationRules } from '../../placement/replication-rules.js'
import type { PartitionSearch, RowSearch, TableHome } from '../../placement/table-access.js'
import { readRegionConfig } from '../regions/database-regions.js'
import type { IndexParts } from '../zones/index-parts.js'
import { databaseZone, regionZone, tableZone, type ZoneConfig } from '../zones/zone-config.js'

/**
 * Where the rows of a REGIONAL BY ROW table are, from its locality and zone configurations; undefined for other tables. `base` is the zone of
 * RANGE default.
 */
export function rowsHome(
  table: TableInfo,
  database: Properties,
  base: ZoneConfig,
  rows: { readonly search: RowSearch; readonly checksUniqueness: boolean },
): TableHome | undefined {
  const config = readRegionConfig(database)
  if (config === undefined || regionColumnOf(table) === undefined) return undefined
  const rules = new Map(config.regions.map(region => [region, rowRules(region, table, database, base)] as const))
  return { kind: 'rows', rules, primary: config.primary, ...rows }
}

/** Where the rows of an index of another table are. */
export function indexHome({ zone, partitions }: IndexParts, search: PartitionSearch): TableHome {
  const rest = readReplicationRules(zone)
  if (partitions.size === 0) return { kind: 'whole', rules: rest }
  const rules = Array.from(partitions, ([name, configured]) => [name, readReplicationRules(configured)] as const)
  return { kind: 'partitions', rules: new Map([['', rest], ...rules]), search }
}

/** The column that says to which region a row belongs; undefined for a table whose rows have no region of their own. */
export function regionColumnOf({ properties: { locality } }: TableInfo): string | undefined {
  if (typeof locality !== 'string' || !locality.startsWith('REGIONAL BY ROW')) return undefined
  const named = locality.slice('REGIONAL BY ROW'.length).replace(/^ AS /, '')
  if (named === '') return 'crdb_region'
  return named.startsWith('"') ? named.slice(1, -1).replaceAll('""', '"') : named
}

/** The rules of all of a table that is not REGIONAL BY ROW. */
export function wholeRules(table: TableInfo, database: Properties, base: ZoneConfig): ReplicationRules {
  return readReplicationRules(tableZone(table.properties, database, base) ?? databaseZone(database, base) ?? base)
}

/** The rules of the rows of a region. */
export function rowRules(region: string, table: TableInfo, database: Properties, base: ZoneConfig): ReplicationRules {
  return readReplicationRules(regionZone(region, table.properties, database, base))
}
