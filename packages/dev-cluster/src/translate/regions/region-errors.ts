import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { regionRows } from '../cluster/cluster-relations.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { RegionConfig } from './database-regions.js'

/** Refuses a region that no node of the cluster is in. */
export function requireClusterRegion(region: string, rewrite: Rewrite): void {
  rewrite.usesCluster = true
  const valid = regionRows(rewrite.context).map(([name]) => name)
  if (valid.includes(region)) return
  throw new SqlError(sqlState.invalid_name, `region "${region}" does not exist`, {
    hint: `valid regions: ${valid.join(', ')}`,
  })
}

/** Refuses to survive the loss of a region with fewer than three. */
export function requireSurvivable(config: Pick<RegionConfig, 'regions' | 'survivalGoal'>): void {
  if (config.survivalGoal === 'zone' || config.regions.length >= 3) return
  throw new SqlError(
    sqlState.invalid_parameter_value,
    'at least 3 regions are required for surviving a region failure',
    { hint: 'you must add additional regions to the database or change the survivability goal' },
  )
}

export function invalidDefinition(message: string, hint?: string): SqlError {
  return new SqlError('42P12', message, hint === undefined ? {} : { hint })
}
