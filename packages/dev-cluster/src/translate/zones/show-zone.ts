import { type Name, printName, printString, type Show, type ZoneTarget } from '@cerci/sql'
import type { TableInfo } from '../../catalog/snapshot.js'
import { clientIndexName } from '../../errors/client-index-name.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { findIndex } from '../ddl/index-names.js'
import { regclass, targetTable } from '../ddl/target-table.js'
import { printQualified, type Rewrite } from '../rewrite/rewrite.js'
import type { ShowForm } from '../show/show-statement.js'
import { requireCurrentDatabase } from '../show/show-statement.js'
import { unimplemented } from '../unimplemented.js'
import { clusterTarget, clusterZone, clusterZones } from './cluster-zones.js'
import { indexParts } from './index-parts.js'
import { requirePartition, zoneOfPartition } from './partitions.js'
import { databaseZone, defaultZone, printZone, recordedZone, tableZone, type ZoneConfig } from './zone-config.js'

/** SHOW ZONE CONFIGURATION. Source: https://www.cockroachlabs.com/docs/v26.2/show-zone-configurations */
export const zoneForms: Readonly<Record<string, ShowForm>> = {
  'zone configuration': showZone,
  'zone configurations': showZone,
  zone: showZone,
  'all zone configurations': showAllZones,
  'all zone configuration': showAllZones,
}

interface Zone {
  readonly target: string
  readonly config: ZoneConfig
}

function showZone(show: Show, rewrite: Rewrite): string {
  if (!show.zone) return showAllZones(show, rewrite)
  const rows = rowsOf([zoneOf(show.zone, rewrite)])
  const table = tableOf(show.zone)
  // PostgreSQL says when there is no such table: this transaction may have made it.
  return table ? `${rows} WHERE ${regclass(targetTable(table, rewrite).sql)} IS NOT NULL` : rows
}

function tableOf(target: ZoneTarget): Name | undefined {
  if (clusterTarget(target) !== undefined || target.type === 'database' || target.type === 'range') return undefined
  return target.name.kind === 'name' ? target.name : target.name.table
}

function showAllZones(_show: Show, rewrite: Rewrite): string {
  const { catalog, cluster, session } = rewrite.context
  rewrite.usesCluster = true
  const base = defaultZone(cluster)
  const database = databaseZone(catalog.properties, base)
  const tables = catalog.tables().flatMap(table => {
    const config = tableZone(table.properties, catalog.properties, base)
    const path = printQualified([session.database, table.schema, table.name])
    return [...(config ? [{ target: `TABLE ${path}`, config }] : []), ...zonesWithin(table, path, rewrite)]
  })
  return rowsOf([
    ...clusterZones(cluster).map(([target, config]) => ({ target, config })),
    ...(database ? [{ target: `DATABASE ${printName(session.database)}`, config: database }] : []),
    ...tables,
  ])
}

/** The zones of a table's indexes and their partitions. */
function zonesWithin(table: TableInfo, path: string, { context }: Rewrite): Zone[] {
  return indexParts(table, context.catalog.properties, defaultZone(context.cluster)).flatMap(
    ({ index, zone, partitions }) => {
      const name = `${path}@${printName(clientIndexName(index.name))}`
      const own = recordedZone(index.properties) ? [{ target: `INDEX ${name}`, config: zone }] : []
      const parts = Array.from(partitions, ([partition, config]) => ({
        target: `PARTITION ${printName(partition)} OF INDEX ${name}`,
        config,
      }))
      return [...own, ...parts]
    },
  )
}

/** The zone that applies to an object: its own, else that of what it is in. */
export function zoneOf(target: ZoneTarget, rewrite: Rewrite): Zone {
  const { name } = target
  rewrite.usesCluster = true
  const system = clusterTarget(target)
  if (system !== undefined) {
    const [source, config] = clusterZone(system, rewrite.context.cluster)
    return { target: source, config }
  }
  if (target.type === 'database' && name.kind === 'name') {
    requireCurrentDatabase(name, rewrite)
    return zoneOfDatabase(rewrite)
  }
  if (target.type === 'table' && name.kind === 'name') return zoneOfTable(name, rewrite)
  if (target.type === 'index' && name.kind === 'index-name' && name.table) {
    const table = zoneOfTable(name.table, rewrite)
    const known = rewrite.table(name.table)
    const index = findIndex(name.index.parts.at(-1) ?? '', known)
    if (known && !index) throw unknownIndex(name.index.parts.at(-1) ?? '')
    const own = index && recordedZone(index.properties)
    if (!own) return table
    const printed = `INDEX ${printQualified(name.table.parts)}@${printName(name.index.parts.at(-1) ?? '')}`
    return { target: printed, config: { ...table.config, ...own } }
  }
  if (target.type === 'partition') return shownPartition(target, rewrite)
  throw unimplemented('SHOW ZONE CONFIGURATION of this range')
}

function unknownIndex(name: string): SqlError {
  return new SqlError(sqlState.undefined_object, `index "${name}" does not exist`)
}

function shownPartition(target: ZoneTarget, rewrite: Rewrite): Zone {
  const named = requirePartition(target, rewrite)
  const { table, partition, index } = named
  const path = printQualified([rewrite.context.session.database, table.info?.schema ?? 'public', table.name])
  const config = zoneOfPartition(named, rewrite)
  return { target: `PARTITION ${printName(partition)} OF INDEX ${path}@${printName(index)}`, config }
}

function zoneOfTable(name: Name, rewrite: Rewrite): Zone {
  const { catalog, cluster } = rewrite.context
  const table = targetTable(name, rewrite)
  const config = table.info && tableZone(table.info.properties, catalog.properties, defaultZone(cluster))
  return config ? { target: `TABLE ${printQualified(name.parts)}`, config } : zoneOfDatabase(rewrite)
}

function zoneOfDatabase(rewrite: Rewrite): Zone {
  const { catalog, cluster, session } = rewrite.context
  const base = defaultZone(cluster)
  const config = databaseZone(catalog.properties, base)
  return config
    ? { target: `DATABASE ${printName(session.database)}`, config }
    : { target: 'RANGE default', config: base }
}

function rowsOf(zones: readonly Zone[]): string {
  const rows = zones.map(({ target, config }) => `(${printString(target)}, ${printString(printZone(target, config))})`)
  return `SELECT target, raw_config_sql FROM (VALUES ${rows.join(', ')}) AS zone (target, raw_config_sql)`
}
