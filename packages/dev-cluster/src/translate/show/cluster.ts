import { printString, type Show } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { clusterSettings } from '../../topology/cluster-settings.js'
import { type ClusterRelation, printClusterRelation } from '../cluster/cluster-relation.js'
import { clusterSettingRows } from '../cluster/setting-rows.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { ShowForm } from './show-statement.js'

/** SHOW of what the cluster as a whole has. */
export const clusterForms: Readonly<Record<string, ShowForm>> = {
  'cluster setting': clusterSetting,
  'cluster settings': (_show, rewrite) => printSettings(false, rewrite),
  'public cluster settings': (_show, rewrite) => printSettings(false, rewrite),
  'all cluster settings': (_show, rewrite) => printSettings(true, rewrite),
}

function clusterSetting(show: Show, rewrite: Rewrite): string {
  rewrite.usesCluster = true
  const asked = show.variable ?? ''
  if (asked === 'all') return printSettings(true, rewrite)
  const setting = clusterSettings.find(({ name, alias }) => name === asked || alias === asked)
  if (!setting) throw new SqlError(sqlState.undefined_object, `unknown setting: "${asked}"`)
  const value = rewrite.context.cluster.settings.get(setting.name) ?? setting.default
  return `SELECT ${printString(value)}::text AS "${asked}"`
}

function printSettings(all: boolean, rewrite: Rewrite): string {
  rewrite.usesCluster = true
  const head = [
    ['variable', 'text'],
    ['value', 'text'],
    ['setting_type', 'text'],
  ] as const
  const tail = [
    ['description', 'text'],
    ['default_value', 'text'],
    ['origin', 'text'],
  ] as const
  const columns = all ? [...head, ['public', 'bool'] as const, ...tail] : [...head, ...tail]
  const rows: ClusterRelation['rows'] = context =>
    clusterSettingRows(context).map(row => (all ? row : row.filter((_, at) => at !== 3)))
  return `${printClusterRelation({ columns, rows }, rewrite.context)} ORDER BY variable`
}
