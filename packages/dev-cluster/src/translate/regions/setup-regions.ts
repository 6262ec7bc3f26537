import { type DatabaseRegions, printName } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { doBlock } from '../ddl/do-block.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { plainText, sql } from '../rewrite/sql-text.js'
import { type RegionConfig, regionProperties } from './database-regions.js'
import {
  invalidDefinition,
  requireClusterRegion,
  requireSurvivable,
  restrictedRegionSurvival,
} from './region-errors.js'
import { createRegionType, regionType } from './region-type.js'
import { setDatabase } from './set-database.js'

/** What a new database with regions needs inside. Source: https://www.cockroachlabs.com/docs/v26.2/create-database */
export function setupRegions(database: string, asked: DatabaseRegions, rewrite: Rewrite): string {
  if (asked.placement !== undefined && rewrite.variable('enable_multiregion_placement_policy') !== 'on') {
    throw new SqlError(
      sqlState.experimental_feature,
      'PLACEMENT requires that the session setting enable_multiregion_placement_policy is enabled',
      {
        hint: 'to use PLACEMENT, enable the session setting with SET enable_multiregion_placement_policy = true or enable the cluster setting sql.defaults.multiregion_placement_policy.enabled',
      },
    )
  }
  const config = readConfig(asked)
  if (config.survivalGoal === 'region' && config.placement === 'restricted') throw restrictedRegionSurvival()
  for (const region of config.regions) requireClusterRegion(region, rewrite)
  requireSurvivable(config)
  const owner = sql`ALTER TYPE ${regionType} OWNER TO ${printName(rewrite.context.session.user)}`
  const record = setDatabase(database, regionProperties(config))
  return plainText(doBlock(sql`${createRegionType(config.regions)}; ${owner}; ${record};`))
}

function readConfig({ primary, secondary, regions, survive, placement }: DatabaseRegions): RegionConfig {
  if (primary === undefined) {
    const clause = regions.length > 0 ? 'if REGIONS are specified' : 'when using SURVIVE'
    throw new SqlError(sqlState.syntax_error, `PRIMARY REGION must be specified ${clause}`)
  }
  const twice = regions.find((region, at) => regions.indexOf(region) !== at)
  if (twice !== undefined) throw new SqlError(sqlState.invalid_name, `region "${twice}" defined multiple times`)
  const all = [...new Set([...regions, primary])].toSorted()
  if (secondary !== undefined && (secondary === primary || !all.includes(secondary))) {
    throw invalidDefinition(
      secondary === primary
        ? 'the secondary region cannot be the same as the current primary region'
        : `region "${secondary}" has not been added to the database`,
    )
  }
  return {
    regions: all,
    primary,
    ...(secondary !== undefined && { secondary }),
    survivalGoal: survive ?? 'zone',
    placement: placement === 'restricted' ? 'restricted' : 'default',
    superRegions: {},
    zoneExtensions: { regionalIn: {} },
  }
}
