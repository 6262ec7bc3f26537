import { printName, printString, type Show, type ZoneTarget } from '@cerci/sql'
import type { IndexInfo, TableInfo } from '../../catalog/snapshot.js'
import { clientIndexName } from '../../errors/client-index-name.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { regionColumnOf } from '../access/table-home.js'
import { findIndex } from '../ddl/index-names.js'
import { type TargetTable, targetTable } from '../ddl/target-table.js'
import { databaseRegions, type RegionConfig } from '../regions/database-regions.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { clause, requireCurrentDatabase, type ShowForm, tableOf } from '../show/show-statement.js'
import { partitionHomeZone } from './home-zone.js'
import { defaultZone, partitionZone, regionZone, type ZoneConfig, zoneFields } from './zone-config.js'

/**
 * Partitions: those that the indexes of a REGIONAL BY ROW table have by themselves, one for each region.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/show-partitions
 */
export const partitionForms: Readonly<Record<string, ShowForm>> = { partitions: showPartitions }

/** The partition that a statement names. A partition of all of a table's indexes goes by that of the primary one. */
export function requirePartition(
  { name, partition = '' }: ZoneTarget,
  rewrite: Rewrite,
): { readonly table: TargetTable; readonly partition: string; readonly index: string } {
  const table = targetTable(tableOf(name), rewrite)
  const named = name.kind === 'index-name' ? findIndex(name.index.parts.at(-1) ?? '', table.info) : undefined
  const index = named ?? table.info?.indexes.find(({ primary }) => primary)
  const config = databaseRegions(rewrite)
  const isThere = table.info && regionColumnOf(table.info) !== undefined && config?.regions.includes(partition) === true
  if (isThere !== true) {
    throw new SqlError(
      sqlState.undefined_object,
      `partition ${printString(partition).replaceAll("'", '"')} does not exist on table "${table.name}"`,
    )
  }
  return { table, partition, index: clientIndexName(index?.name ?? '') }
}

function showPartitions(show: Show, rewrite: Rewrite): string {
  const from = clause(show, 'from')
  const name = from?.names[0]
  if (from?.of === 'database') requireCurrentDatabase(name && tableOf(name), rewrite)
  const tables =
    from?.of === 'database' || name === undefined
      ? rewrite.context.catalog.tables()
      : [targetTable(tableOf(name), rewrite).info]
  const wanted = from?.of === 'index' && name?.kind === 'index-name' ? name.index.parts.at(-1) : undefined
  const config = databaseRegions(rewrite)
  const rows = tables.flatMap(table => {
    const column = table && regionColumnOf(table)
    if (table === undefined || column === undefined || config === undefined) return []
    const indexes = table.indexes.filter(index => wanted === undefined || clientIndexName(index.name) === wanted)
    return config.regions.flatMap(region =>
      indexes.map(index => printRow({ table, index, column, region, config }, rewrite)),
    )
  })
  const columns =
    'database_name, table_name, partition_name, parent_partition, column_names, index_name, partition_value, zone_config, full_zone_config'
  const empty = rows.length === 0 ? ` WHERE false` : ''
  const values = rows.length === 0 ? `(${Array<string>(9).fill('NULL::text').join(', ')})` : rows.join(', ')
  return `SELECT ${columns} FROM (VALUES ${values}) AS partitions (${columns})${empty}`
}

interface Partition {
  readonly table: TableInfo
  readonly index: IndexInfo
  readonly column: string
  readonly region: string
  readonly config: RegionConfig
}

function printRow({ table, index, column, region, config }: Partition, rewrite: Rewrite): string {
  const { catalog, cluster, session } = rewrite.context
  const own = {
    ...partitionHomeZone(config, region),
    ...partitionZone(region, table.properties),
  }
  const cells = [
    session.database,
    table.name,
    region,
    null,
    column,
    `${printName(table.name)}@${printName(clientIndexName(index.name))}`,
    `(${printString(region)})`,
    printFields(own),
    printFields(regionZone(region, table.properties, catalog.properties, defaultZone(cluster))),
  ]
  return `(${cells.map(cell => (cell === null ? 'NULL::text' : printString(cell))).join(', ')})`
}

function printFields(zone: ZoneConfig): string {
  return zoneFields.flatMap(field => (zone[field] === undefined ? [] : [`${field} = ${zone[field]}`])).join(',\n')
}
