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
import { type PartitionFacts, type UserPartition, userPartitions } from './partition-facts.js'
import {
  databaseZone,
  defaultZone,
  partitionZone,
  recordedZone,
  regionZone,
  tableZone,
  type ZoneConfig,
  zoneFields,
} from './zone-config.js'

/**
 * Partitions: those that PARTITION BY made, and those that the indexes of a REGIONAL BY ROW table have by themselves, one for each region.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/show-partitions
 */
export const partitionForms: Readonly<Record<string, ShowForm>> = { partitions: showPartitions }

/** A partition that a statement names, and where what is configured of it is recorded. */
export interface NamedPartition {
  readonly table: TargetTable
  readonly partition: string
  /** As clients name it. */
  readonly index: string
  /** The index that holds the record; undefined when the table does. */
  readonly holder: IndexInfo | undefined
  /** Whether the rows of a region of a REGIONAL BY ROW table are meant. */
  readonly regional: boolean
}

/** The partition that a statement names. One of a table is one of its primary index; a region is a partition of all of them. */
export function requirePartition({ name, partition = '' }: ZoneTarget, rewrite: Rewrite): NamedPartition {
  const table = targetTable(tableOf(name), rewrite)
  const named = name.kind === 'index-name' ? findIndex(name.index.parts.at(-1) ?? '', table.info) : undefined
  const index = named ?? table.info?.indexes.find(({ primary }) => primary)
  const config = databaseRegions(rewrite)
  const regional =
    table.info !== undefined && regionColumnOf(table.info) !== undefined && config?.regions.includes(partition) === true
  const made = table.info && userPartitions(table.info).find(each => each.name === partition && each.index === index)
  if (!regional && made === undefined) {
    throw new SqlError(
      sqlState.undefined_object,
      `partition ${printString(partition).replaceAll("'", '"')} does not exist on table "${table.name}"`,
    )
  }
  const holder = regional || index?.primary === true ? undefined : index
  return { table, partition, index: clientIndexName(index?.name ?? ''), holder, regional }
}

/** The zone that applies to a partition: of a partition that PARTITION BY made, on top of its index's and table's. */
export function zoneOfPartition(named: NamedPartition, rewrite: Rewrite): ZoneConfig {
  const { table, partition, holder, regional } = named
  const { catalog, cluster } = rewrite.context
  const base = defaultZone(cluster)
  const properties = table.info?.properties ?? {}
  if (regional) return regionZone(partition, properties, catalog.properties, base)
  const inherited = tableZone(properties, catalog.properties, base) ?? databaseZone(catalog.properties, base) ?? base
  const own = partitionZone(partition, holder?.properties ?? properties)
  const index = holder ?? table.info?.indexes.find(({ primary }) => primary)
  return { ...inherited, ...(index && recordedZone(index.properties)), ...own }
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
  const wantedOf = (index: IndexInfo): boolean => wanted === undefined || clientIndexName(index.name) === wanted
  const rows = tables.flatMap(table => {
    const made = table ? userPartitions(table).filter(({ index }) => wantedOf(index)) : []
    if (table && made.length > 0) return made.map(partition => printMade(table, partition, rewrite))
    const column = table && regionColumnOf(table)
    if (table === undefined || column === undefined || config === undefined) return []
    const indexes = table.indexes.filter(wantedOf)
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
  const applies = regionZone(region, table.properties, catalog.properties, defaultZone(cluster))
  const facts = { name: region, parent: null, columns: column, value: `(${printString(region)})` }
  return printCells(session.database, { table: table.name, index, own, applies, ...facts })
}

function printMade(info: TableInfo, made: UserPartition, rewrite: Rewrite): string {
  const { name: partition, index, holder } = made
  const table = { sql: '', name: info.name, schema: info.schema, info }
  const named = { table, partition, index: '', holder: index.primary ? undefined : index, regional: false }
  const own = partitionZone(partition, holder)
  const applies = zoneOfPartition(named, rewrite)
  return printCells(rewrite.context.session.database, { ...made, table: info.name, own, applies })
}

interface PartitionRow extends Omit<PartitionFacts, 'spans'> {
  readonly table: string
  readonly index: IndexInfo
  readonly own: ZoneConfig | undefined
  readonly applies: ZoneConfig
}

function printCells(
  database: string,
  { table, name, parent, columns, index, value, own, applies }: PartitionRow,
): string {
  const path = `${printName(table)}@${printName(clientIndexName(index.name))}`
  const cells = [database, table, name, parent, columns, path, value, own && printFields(own), printFields(applies)]
  return `(${cells.map(cell => (typeof cell === 'string' ? printString(cell) : 'NULL::text')).join(', ')})`
}

function printFields(zone: ZoneConfig): string {
  return zoneFields.flatMap(field => (zone[field] === undefined ? [] : [`${field} = ${zone[field]}`])).join(',\n')
}
