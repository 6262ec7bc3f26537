import { printName } from '@cerci/sql'
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

/** Refuses to survive the loss of a region with fewer than three. `of` begins the message where they are not the database's. */
export function requireSurvivable(config: Pick<RegionConfig, 'regions' | 'survivalGoal'>, of = ''): void {
  if (config.survivalGoal === 'zone' || config.regions.length >= 3) return
  throw new SqlError(
    sqlState.invalid_parameter_value,
    `${of}at least 3 regions are required for surviving a region failure`,
    { hint: 'you must add additional regions to the database or change the survivability goal' },
  )
}

export function restrictedRegionSurvival(): SqlError {
  return new SqlError(
    sqlState.invalid_parameter_value,
    'a region-survivable database cannot also have a restricted placement policy',
    { detail: 'PLACEMENT RESTRICTED may only be used with SURVIVE ZONE FAILURE' },
  )
}

/** What a database without regions answers to a statement that needs some. */
export function noRegions(before: string, database: string): SqlError {
  return needsRegions(sqlState.invalid_name, `database must have associated regions before ${before}`, database)
}

/** The same for what is defined in terms of the regions there are. */
export function notMultiRegion(support: 'a secondary region' | 'super regions', database: string): SqlError {
  const code = support === 'super regions' ? sqlState.invalid_name : sqlState.invalid_database_definition
  return needsRegions(code, `database must be multi-region to support ${support}`, database)
}

function needsRegions(code: string, message: string, database: string): SqlError {
  return new SqlError(code, message, {
    hint: `you must first add a primary region to the database using ALTER DATABASE ${printName(database)} PRIMARY REGION <region_name>`,
  })
}

/** A region as CockroachDB prints it in a message: in quotes where a name would need them. */
export function printRegion(region: string): string {
  return printName(region)
}

export function invalidDefinition(message: string, hint?: string): SqlError {
  return new SqlError(sqlState.invalid_database_definition, message, hint === undefined ? {} : { hint })
}
