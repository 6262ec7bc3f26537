import { type ColumnDefinition, type Locality, printName, printString } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { cockroachTypeName } from '../../errors/type-name.js'
import { setColumn } from '../ddl/column-sql.js'
import { setRelation } from '../ddl/index-sql.js'
import type { TargetTable } from '../ddl/target-table.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { type SqlText, sql } from '../rewrite/sql-text.js'
import { databaseRegions, type RegionConfig } from './database-regions.js'
import { regionType, regionTypeName } from './region-type.js'

const regionColumn = 'crdb_region'
const gatewayRegion = `default_to_database_primary_region(gateway_region())::${regionType}`
const rehoming = `rehome_row()::${regionType}`
export const byTable = 'REGIONAL BY TABLE IN PRIMARY REGION'

/** What a locality adds to a table: a hidden column for REGIONAL BY ROW, and what SHOW prints. */
export interface LocalitySql {
  /** A column to be defined with the table. */
  readonly column?: SqlText
  readonly records: readonly SqlText[]
}

/** The locality of a table that is being made; undefined in a database without regions. */
export function createdLocality(
  locality: Locality | undefined,
  columns: readonly ColumnDefinition[],
  table: TargetTable,
  rewrite: Rewrite,
): LocalitySql | undefined {
  const config = databaseRegions(rewrite)
  if (!config) {
    if (locality) refuseLocality()
    return undefined
  }
  const printed = printLocality(locality, config, rewrite)
  const property = setRelation(table.sql, { locality: printed })
  if (locality?.level !== 'row') return { records: [property] }
  const ownColumn = columns.find(({ name }) => name === (locality.column ?? regionColumn))
  if (ownColumn) {
    checkRegionColumn(ownColumn.name, ownColumn.type?.name, locality)
    return { records: [property] }
  }
  if (locality.column !== undefined) throw missingColumn(locality.column, table)
  return {
    column: sql`${regionColumn} ${regionType} NOT NULL DEFAULT ${gatewayRegion}`,
    records: [setColumn(table.sql, regionColumn, columnFacts(rewrite)), property],
  }
}

/** ALTER TABLE … SET LOCALITY. Rows that are there already belong to the primary region. */
export function alterLocality(locality: Locality, table: TargetTable, rewrite: Rewrite): readonly SqlText[] {
  const config = databaseRegions(rewrite)
  if (!config) return refuseLocality()
  const property = setRelation(table.sql, { locality: printLocality(locality, config, rewrite) })
  if (locality.level !== 'row') return [property]
  const name = locality.column ?? regionColumn
  const column = table.info?.columns.find(known => known.name === name)
  if (column) {
    checkRegionColumn(name, column.type, locality)
    return [property]
  }
  if (locality.column !== undefined) throw missingColumn(locality.column, table)
  return [
    sql`ALTER TABLE ${table.sql} ADD COLUMN ${regionColumn} ${regionType} NOT NULL DEFAULT ${printString(config.primary)}`,
    sql`ALTER TABLE ${table.sql} ALTER COLUMN ${regionColumn} SET DEFAULT ${gatewayRegion}`,
    setColumn(table.sql, regionColumn, columnFacts(rewrite)),
    property,
  ]
}

/** Gives every table of a database that gets its first region the locality that tables have there by default. */
export function localizeTables(): SqlText {
  return sql`PERFORM crdb_internal.cerci_set_relation(c.oid::pg_catalog.regclass, '{"locality": "${byTable}"}')
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crdb_internal') AND n.nspname NOT LIKE 'pg\\_%'`
}

function columnFacts(rewrite: Rewrite): { readonly hidden: true; readonly onUpdate?: string } {
  return { hidden: true, ...(rewrite.variable('enable_auto_rehoming') === 'on' && { onUpdate: rehoming }) }
}

function printLocality(locality: Locality | undefined, config: RegionConfig, rewrite: Rewrite): string {
  if (!locality) return byTable
  if (locality.level === 'global') return 'GLOBAL'
  if (locality.level === 'row') {
    return locality.column === undefined ? 'REGIONAL BY ROW' : `REGIONAL BY ROW AS ${printName(locality.column)}`
  }
  if (locality.region === undefined) return byTable
  if (!config.regions.includes(locality.region)) {
    const { database } = rewrite.context.session
    throw new SqlError(
      sqlState.invalid_table_definition,
      `region "${locality.region}" has not been added to database "${database}"`,
      {
        hint: `available regions: ${config.regions.join(', ')}`,
      },
    )
  }
  return `REGIONAL BY TABLE IN "${locality.region}"`
}

function checkRegionColumn(column: string, type: string | undefined, locality: Locality): void {
  if (type === undefined || type.split('.').at(-1) === regionTypeName) return
  const detail =
    locality.column === undefined
      ? `Column ${column} must be of type ${regionTypeName}`
      : `REGIONAL BY ROW AS must reference a column of type ${regionTypeName}`
  throw new SqlError(
    sqlState.invalid_table_definition,
    `cannot use column ${column} which has type ${cockroachTypeName(type).toUpperCase()} in REGIONAL BY ROW`,
    { detail },
  )
}

function missingColumn(column: string, table: TargetTable): SqlError {
  return new SqlError(
    sqlState.undefined_column,
    `column "${column}" in REGIONAL BY ROW AS of table "${table.name}" does not exist`,
  )
}

function refuseLocality(): never {
  throw new SqlError(
    sqlState.invalid_table_definition,
    'cannot set LOCALITY on a table in a database that is not multi-region enabled',
  )
}
