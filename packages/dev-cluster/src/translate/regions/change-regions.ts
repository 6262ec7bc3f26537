import { type DatabaseChange, printName } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { requireUnpartitioned } from '../ddl/partition-by.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { SqlText } from '../rewrite/sql-text.js'
import { requireNoOwnZone, requireUnchangedZone } from '../zones/own-zone.js'
import type { RegionConfig } from './database-regions.js'
import { localizeTables } from './locality.js'
import {
  invalidDefinition,
  noRegions,
  notMultiRegion,
  printRegion,
  requireClusterRegion,
  requireSurvivable,
  restrictedRegionSurvival,
} from './region-errors.js'
import { addRegionValue, createRegionType, dropRegionType, dropRegionValue } from './region-type.js'
import {
  changeSuperRegion,
  requireSameSuperRegion,
  requireSecondaryBesidePrimary,
  requireSurvivableSuperRegion,
  superRegionOf,
} from './super-region.js'

export type RegionChange = Exclude<
  DatabaseChange,
  { readonly action: 'rename' | 'owner' | 'locality-zone' | 'set-variable' | 'reset-variable' | 'other' }
>

/** Statements, and the regions after them; a text instead says that there is nothing to change. */
export type RegionStep = { readonly statements: readonly SqlText[]; readonly config: RegionConfig | undefined } | string

/** What a change of a database's regions comes to. Throws CockroachDB's error for one that cannot be. */
export function changeRegions(
  change: RegionChange,
  config: RegionConfig | undefined,
  database: string,
  rewrite: Rewrite,
): RegionStep {
  switch (change.action) {
    case 'primary-region':
      return setPrimaryRegion(change.region, config, database, rewrite)
    case 'add-region':
      return addRegion(change, config, database, rewrite)
    case 'drop-region':
      return dropRegion(change, config, database, rewrite)
    case 'survive':
      return setSurvivalGoal(change.goal, config, database, rewrite)
    case 'placement':
      return setPlacement(change.placement, config, database, rewrite)
    case 'secondary-region':
      return setSecondaryRegion(change.region, config, database)
    case 'drop-secondary-region':
      return dropSecondaryRegion(change.ifExists, config, database)
    case 'add-super-region':
    case 'alter-super-region':
    case 'drop-super-region':
  }
  return changeSuperRegion(change, config, database, rewrite)
}

/** A first region makes the enum of the regions, and makes every table there is a regional one. */
function setPrimaryRegion(
  region: string,
  config: RegionConfig | undefined,
  database: string,
  rewrite: Rewrite,
): RegionStep {
  if (config) {
    requireUnchangedZone(database, rewrite)
    return switchPrimaryRegion(region, config, database, rewrite)
  }
  requireClusterRegion(region, rewrite)
  requireNoOwnZone(database, rewrite)
  requireUnpartitioned(rewrite.context.catalog.tables(), database)
  const first: RegionConfig = {
    regions: [region],
    primary: region,
    survivalGoal: 'zone',
    placement: 'default',
    superRegions: {},
    zoneExtensions: { regionalIn: {} },
  }
  return { statements: [createRegionType(first.regions), localizeTables()], config: first }
}

function switchPrimaryRegion(region: string, config: RegionConfig, database: string, rewrite: Rewrite): RegionStep {
  if (!config.regions.includes(region)) {
    throw new SqlError(sqlState.invalid_name, `region ${printRegion(region)} has not been added to the database`, {
      hint: `you must add the region to the database before setting it as primary region, using ALTER DATABASE ${printName(database)} ADD REGION ${printRegion(region)}`,
    })
  }
  if (region === config.secondary) {
    throw invalidDefinition(
      `region ${printRegion(region)} is currently the secondary region`,
      `you must drop the secondary region using ALTER DATABASE ${printName(database)} DROP SECONDARY REGION`,
    )
  }
  requireSameSuperRegion(config, region, rewrite)
  return { statements: [], config: { ...config, primary: region } }
}

function addRegion(
  change: RegionChange & { readonly action: 'add-region' },
  config: RegionConfig | undefined,
  database: string,
  rewrite: Rewrite,
): RegionStep {
  const { region, ifNotExists } = change
  if (!config) {
    throw invalidDefinition(
      `cannot add region ${printRegion(region)} to database ${printName(database)}`,
      `you must add a PRIMARY REGION first using ALTER DATABASE ${printName(database)} PRIMARY REGION ${printRegion(region)}`,
    )
  }
  requireClusterRegion(region, rewrite)
  if (config.regions.includes(region)) {
    if (ifNotExists) return `region "${region}" already exists; skipping`
    throw new SqlError(sqlState.duplicate_object, `region "${region}" already added to database`)
  }
  return {
    statements: [addRegionValue(region, config.regions)],
    config: { ...config, regions: [...config.regions, region].toSorted() },
  }
}

function dropRegion(
  change: RegionChange & { readonly action: 'drop-region' },
  config: RegionConfig | undefined,
  database: string,
  rewrite: Rewrite,
): RegionStep {
  const { region, ifExists } = change
  if (!config) {
    if (ifExists) return `region "${region}" is not defined on the database; skipping`
    throw invalidDefinition('database has no regions to drop')
  }
  if (!config.regions.includes(region)) {
    if (ifExists) return `region "${region}" is not defined on the database; skipping`
    throw new SqlError(sqlState.undefined_object, `region "${region}" has not been added to the database`)
  }
  const regions = config.regions.filter(other => other !== region)
  if (region === config.primary) return dropLastRegion(region, regions, database)
  if (region === config.secondary) {
    throw new SqlError(sqlState.dependent_objects_still_exist, `cannot drop region "${region}"`, {
      hint: `You must designate another region as the secondary region using ALTER DATABASE ${printName(database)} SECONDARY REGION <region name> or remove the secondary region using ALTER DATABASE ${printName(database)} DROP SECONDARY REGION in order to drop region ${printRegion(region)}`,
    })
  }
  const superRegion = superRegionOf(region, config)?.name
  if (superRegion !== undefined) {
    throw new SqlError(
      sqlState.dependent_objects_still_exist,
      `region ${region} is part of super region ${superRegion}`,
      { hint: `you must first drop super region ${superRegion} before you can drop the region ${region}` },
    )
  }
  requireSurvivable({ regions, survivalGoal: config.survivalGoal })
  requireNoHome(region, rewrite)
  return { statements: [dropRegionValue(region, config.regions)], config: { ...config, regions } }
}

/** Rows that have the region are looked for when it goes; a table that has it as its home is known before. */
function requireNoHome(region: string, { context }: Rewrite): void {
  const locality = `REGIONAL BY TABLE IN "${region}"`
  const home = context.catalog.tables().find(({ properties }) => properties.locality === locality)
  if (home === undefined) return
  throw new SqlError(
    sqlState.dependent_objects_still_exist,
    `could not remove enum value "${region}" as it is the home region for table "${home.name}"`,
  )
}

/** The primary region can go only when it is the last: then the database is a plain one again. */
function dropLastRegion(region: string, others: readonly string[], database: string): RegionStep {
  if (others.length === 0) return { statements: [dropRegionType()], config: undefined }
  throw new SqlError(sqlState.dependent_objects_still_exist, `cannot drop region "${region}"`, {
    hint: `You must designate another region as the primary region using ALTER DATABASE ${printName(database)} PRIMARY REGION <region name> or remove all other regions before attempting to drop region ${printRegion(region)}`,
  })
}

function setSurvivalGoal(
  goal: 'zone' | 'region',
  config: RegionConfig | undefined,
  database: string,
  rewrite: Rewrite,
): RegionStep {
  if (!config) throw noRegions('a survival goal can be set', database)
  if (goal === 'region') {
    if (config.placement === 'restricted') throw restrictedRegionSurvival()
    for (const [name, regions] of Object.entries(config.superRegions)) {
      requireSurvivableSuperRegion(name, regions, goal)
    }
    if (config.regions.length < 3) {
      throw new SqlError(sqlState.invalid_name, 'at least 3 regions are required for surviving a region failure', {
        hint: `you must add additional regions to the database using ALTER DATABASE ${printName(database)} ADD REGION <region_name>`,
      })
    }
  }
  requireUnchangedZone(database, rewrite)
  return { statements: [], config: { ...config, survivalGoal: goal } }
}

function setPlacement(
  placement: 'default' | 'restricted',
  config: RegionConfig | undefined,
  database: string,
  rewrite: Rewrite,
): RegionStep {
  if (rewrite.variable('enable_multiregion_placement_policy') !== 'on') {
    throw new SqlError(
      sqlState.experimental_feature,
      'ALTER DATABASE PLACEMENT requires that the session setting enable_multiregion_placement_policy is enabled',
      {
        hint: 'to enable, enable the session setting or the cluster setting sql.defaults.multiregion_placement_policy.enabled',
      },
    )
  }
  if (!config) throw noRegions('a placement policy can be set', database)
  if (placement === 'restricted' && config.survivalGoal === 'region') throw restrictedRegionSurvival()
  requireUnchangedZone(database, rewrite)
  return { statements: [], config: { ...config, placement } }
}

function setSecondaryRegion(region: string, config: RegionConfig | undefined, database: string): RegionStep {
  if (!config) throw notMultiRegion('a secondary region', database)
  if (region === config.secondary) return { statements: [], config }
  if (!config.regions.includes(region)) {
    throw invalidDefinition(
      `region ${printRegion(region)} has not been added to the database`,
      `you must add the region to the database before setting it as secondary region, using ALTER DATABASE ${printName(database)} ADD REGION ${printRegion(region)}`,
    )
  }
  if (region === config.primary) {
    throw invalidDefinition('the secondary region cannot be the same as the current primary region')
  }
  requireSecondaryBesidePrimary(config, region)
  return { statements: [], config: { ...config, secondary: region } }
}

function dropSecondaryRegion(ifExists: boolean, config: RegionConfig | undefined, database: string): RegionStep {
  if (!config) throw notMultiRegion('a secondary region', database)
  if (config.secondary === undefined) {
    if (ifExists) return 'No secondary region is defined on the database; skipping'
    throw new SqlError(sqlState.undefined_parameter, `database ${database} doesn't have a secondary region defined`)
  }
  const { secondary: _secondary, ...rest } = config
  return { statements: [], config: rest }
}
