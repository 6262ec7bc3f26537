import { type ConfigureZone, type Name, type ZoneTarget } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { doBlock } from '../ddl/do-block.js'
import { indexSql } from '../ddl/drop-index.js'
import { findIndex } from '../ddl/index-names.js'
import { setRelation } from '../ddl/index-sql.js'
import { besideTable, targetTable } from '../ddl/target-table.js'
import { databaseRegions } from '../regions/database-regions.js'
import { setDatabase } from '../regions/set-database.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { type SqlText, sql } from '../rewrite/sql-text.js'
import type { Outcome } from '../statements/outcome.js'
import { unimplemented } from '../unimplemented.js'
import { checkProtected, checkZone } from './check-zone.js'
import { clusterTarget } from './cluster-zones.js'
import { requirePartition } from './partitions.js'
import { readZoneFields } from './read-zone-fields.js'
import { zoneOf } from './show-zone.js'
import { databaseZone, defaultZone, partitionZone, recordedZone, type ZoneConfig } from './zone-config.js'

/** Source: https://www.cockroachlabs.com/docs/v26.2/configure-replication-zones */
export function translateConfigureZone(node: ConfigureZone, rewrite: Rewrite): Outcome {
  const { catalog, cluster } = rewrite.context
  const tag = node.discard ? 'CONFIGURE ZONE 0' : 'CONFIGURE ZONE 1'
  const base = defaultZone(cluster)
  const inherited = databaseZone(catalog.properties, base) ?? base
  const fields = node.discard ? null : readZoneFields(node.parameters, inherited, rewrite)
  const own = clusterTarget(node.target)
  if (own !== undefined) {
    if (fields !== null) checkZone({ ...zoneOf(node.target, rewrite).config, ...fields })
    return configureCluster(own, fields, tag, rewrite)
  }
  const record = recordZone(node.target, fields, rewrite)
  if (databaseRegions(rewrite) !== undefined) {
    checkProtected(fields, rewrite.variable('override_multi_region_zone_config') === 'on')
  }
  if (fields !== null) checkZone({ ...zoneOf(node.target, rewrite).config, ...fields })
  return { kind: 'ddl', tag, sql: doBlock(sql`${record};`) }
}

/** A zone of the cluster's own, which its state holds: PostgreSQL only answers. */
function configureCluster(target: string, fields: ZoneConfig | null, tag: string, rewrite: Rewrite): Outcome {
  const { cluster, session } = rewrite.context
  if (session.user !== 'root') {
    throw new SqlError(sqlState.insufficient_privilege, `user ${session.user} does not have ZONECONFIG privilege`)
  }
  if (fields === null && target === 'RANGE default') {
    throw new SqlError(sqlState.check_violation, 'cannot remove default zone')
  }
  rewrite.usesCluster = true
  return {
    kind: 'other',
    tag,
    sql: "SET crdb.cerci_cluster_setting = ''",
    effect: { configureZone: target, fields: fields ? { ...cluster.zones.get(target), ...fields } : undefined },
  }
}

function recordZone(target: ZoneTarget, fields: ZoneConfig | null, rewrite: Rewrite): SqlText {
  const { catalog, session } = rewrite.context
  const { name } = target
  if (target.type === 'database' && name.kind === 'name') {
    const database = name.parts[0] ?? ''
    if (database !== session.database) {
      throw new SqlError(sqlState.invalid_catalog_name, `database "${database}" does not exist`)
    }
    return setDatabase(database, { zone: fields && { ...recordedZone(catalog.properties), ...fields } })
  }
  if (target.type === 'table' && name.kind === 'name') {
    const table = targetTable(name, rewrite)
    return setRelation(table.sql, { zone: fields && { ...recordedZone(table.info?.properties ?? {}), ...fields } })
  }
  if (target.type === 'index' && name.kind === 'index-name') {
    const known = indexProperties(name.table, name.index.parts.at(-1) ?? '', rewrite)
    return setRelation(indexSql(name, rewrite), { zone: fields && { ...recordedZone(known), ...fields } })
  }
  if (target.type === 'partition') {
    const { table, partition, holder } = requirePartition(target, rewrite)
    const known = holder?.properties ?? table.info?.properties ?? {}
    const changed = fields && { ...partitionZone(partition, known), ...fields }
    const zones = { ...Object(known.partition_zones), [partition]: changed }
    return setRelation(holder ? besideTable(table, holder.name) : table.sql, { partition_zones: zones })
  }
  throw unimplemented('zone configurations of ranges')
}

function indexProperties(table: Name | undefined, index: string, rewrite: Rewrite): Readonly<Record<string, unknown>> {
  return (table && findIndex(index, rewrite.table(table))?.properties) ?? {}
}
