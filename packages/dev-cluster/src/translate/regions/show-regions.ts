import { printString, type Show } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { type ClusterRelation, printClusterRelation } from '../cluster/cluster-relation.js'
import { regionRows } from '../cluster/cluster-relations.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { clause, type ShowForm, tableOf } from '../show/show-statement.js'

/** SHOW of regions. The databases' regions are in the shared catalog, so any database can be asked about. */
export const regionForms: Readonly<Record<string, ShowForm>> = {
  regions,
  'survival goal': (show, rewrite) =>
    `SELECT database_name AS database, survival_goal FROM crdb_internal.cerci_show_databases WHERE ${databaseCondition(show, rewrite)}`,
  'super regions': (show, rewrite) =>
    `SELECT d.name AS database_name, s.key AS super_region_name, ARRAY(SELECT jsonb_array_elements_text(s.value)) AS regions FROM crdb_internal.cerci_databases AS d, jsonb_each(d.properties -> 'super_regions') AS s WHERE ${databaseCondition(show, rewrite, 'd.name')} ORDER BY s.key`,
}

/** Source: https://www.cockroachlabs.com/docs/v26.2/show-regions */
function regions(show: Show, rewrite: Rewrite): string {
  rewrite.usesCluster = true
  const cluster = printClusterRelation(clusterRegions, rewrite.context)
  const from = clause(show, 'from')
  if (from?.of === 'cluster') return `${cluster} ORDER BY region`
  if (from?.of === 'all databases') {
    return 'SELECT database_name, regions, primary_region FROM crdb_internal.cerci_show_databases ORDER BY database_name'
  }
  if (from) {
    return `SELECT d.database_name AS database, r.region, r.region = d.primary_region AS "primary", coalesce(r.region = d.secondary_region, false) AS secondary, coalesce(c.zones, '{}') AS zones FROM crdb_internal.cerci_show_databases AS d, unnest(d.regions) AS r (region) LEFT JOIN (${cluster}) AS c ON c.region = r.region WHERE ${databaseCondition(show, rewrite)} ORDER BY "primary" DESC, region`
  }
  return `SELECT c.region, c.zones, ${databasesWith('c.region = ANY (d.regions)')} AS database_names, ${databasesWith('d.primary_region = c.region')} AS primary_region_of, ${databasesWith('d.secondary_region = c.region')} AS secondary_region_of FROM (${cluster}) AS c ORDER BY c.region`
}

const clusterRegions: ClusterRelation = {
  columns: [
    ['region', 'text'],
    ['zones', 'text[]'],
  ],
  rows: regionRows,
}

function databasesWith(condition: string): string {
  return `ARRAY(SELECT d.database_name FROM crdb_internal.cerci_show_databases AS d WHERE ${condition} ORDER BY 1)`
}

/** FROM DATABASE names one; without a name it is the session's own. */
function databaseCondition(show: Show, rewrite: Rewrite, column = 'database_name'): string {
  const named = clause(show, 'from')?.names[0]
  const database = named ? (tableOf(named).parts[0] ?? '') : rewrite.context.session.database
  if (!rewrite.context.catalog.databases.includes(database)) {
    throw new SqlError(sqlState.invalid_catalog_name, `database "${database}" does not exist`)
  }
  return `${column} = ${printString(database)}`
}
