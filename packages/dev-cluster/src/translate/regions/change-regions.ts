import { type DatabaseChange, printName } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { SqlText } from '../rewrite/sql-text.js'
import { unimplemented } from '../unimplemented.js'
import type { RegionConfig } from './database-regions.js'
import { localizeTables } from './locality.js'
import { invalidDefinition, requireClusterRegion, requireSurvivable } from './region-errors.js'
import { addRegionValue, createRegionType, dropRegionType, dropRegionValue } from './region-type.js'

export type RegionChange = Exclude<
  DatabaseChange,
  { readonly action: 'rename' | 'owner' | 'set-variable' | 'reset-variable' | 'other' }
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
      return setPrimaryRegion(change.region, config, rewrite)
    case 'add-region':
      return addRegion(change, config, database, rewrite)
    case 'drop-region':
      return dropRegion(change, config, database)
    case 'survive':
      return setSurvivalGoal(change.goal, config)
    case 'placement':
      return setPlacement(change.placement, config, rewrite)
    case 'secondary-region':
      return setSecondaryRegion(change.region, config, database)
    case 'drop-secondary-region':
      return dropSecondaryRegion(change.ifExists, config)
    case 'add-super-region':
    case 'alter-super-region':
    case 'drop-super-region':
  }
  return changeSuperRegion(change, config, rewrite)
}

/** A first region makes the enum of the regions, and makes every table there is a regional one. */
function setPrimaryRegion(region: string, config: RegionConfig | undefined, rewrite: Rewrite): RegionStep {
  requireClusterRegion(region, rewrite)
  if (config) {
    if (!config.regions.includes(region)) {
      throw new SqlError(sqlState.invalid_name, `region "${region}" has not been added to the database`, {
        hint: `you must add the region to the database before setting it as primary region, using ALTER DATABASE ${rewrite.context.session.database} ADD REGION "${region}"`,
      })
    }
    const { secondary, ...rest } = config
    return {
      statements: [],
      config: { ...rest, primary: region, ...(secondary !== region && secondary !== undefined && { secondary }) },
    }
  }
  const first: RegionConfig = {
    regions: [region],
    primary: region,
    survivalGoal: 'zone',
    placement: 'default',
    superRegions: {},
  }
  return { statements: [createRegionType(first.regions), localizeTables()], config: first }
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
  const inSuperRegion = Object.entries(config.superRegions).find(([, regions]) => regions.includes(region))?.[0]
  if (inSuperRegion !== undefined) {
    throw new SqlError(
      sqlState.dependent_objects_still_exist,
      `region ${region} is part of super region ${inSuperRegion}`,
      {
        hint: `you must first drop super region ${inSuperRegion} before you can drop the region ${region}`,
      },
    )
  }
  const regions = config.regions.filter(other => other !== region)
  if (region === config.primary) return dropLastRegion(region, regions, database)
  if (region === config.secondary) {
    throw new SqlError(sqlState.dependent_objects_still_exist, `cannot drop region "${region}"`, {
      hint: `You must designate another region as the secondary region using ALTER DATABASE ${printName(database)} SECONDARY REGION <region name> or remove the secondary region using ALTER DATABASE ${printName(database)} DROP SECONDARY REGION in order to drop region ${printRegion(region)}`,
    })
  }
  requireSurvivable({ regions, survivalGoal: config.survivalGoal })
  return { statements: [dropRegionValue(region, config.regions)], config: { ...config, regions } }
}

/** The primary region can go only when it is the last: then the database is a plain one again. */
function dropLastRegion(region: string, others: readonly string[], database: string): RegionStep {
  if (others.length === 0) return { statements: [dropRegionType()], config: undefined }
  throw new SqlError(sqlState.dependent_objects_still_exist, `cannot drop region "${region}"`, {
    hint: `You must designate another region as the primary region using ALTER DATABASE ${printName(database)} PRIMARY REGION <region name> or remove all other regions before attempting to drop region ${printRegion(region)}`,
  })
}

function setSurvivalGoal(goal: 'zone' | 'region', config: RegionConfig | undefined): RegionStep {
  if (!config) {
    throw invalidDefinition(
      'database must have associated regions before a survival goal can be set',
      'you must first add a primary region to the database using ALTER DATABASE … PRIMARY REGION <region_name>',
    )
  }
  const changed: RegionConfig = { ...config, survivalGoal: goal }
  requireSurvivable(changed)
  if (goal === 'region' && config.placement === 'restricted') {
    throw new SqlError(
      sqlState.invalid_parameter_value,
      'a region-survivable database cannot also have a restricted placement policy',
    )
  }
  return { statements: [], config: changed }
}

function setPlacement(
  placement: 'default' | 'restricted',
  config: RegionConfig | undefined,
  rewrite: Rewrite,
): RegionStep {
  if (rewrite.variable('enable_multiregion_placement_policy') !== 'on') {
    throw unimplemented(
      'PLACEMENT requires that the session setting enable_multiregion_placement_policy is enabled',
      'to use PLACEMENT, enable the session setting with SET enable_multiregion_placement_policy = true',
    )
  }
  if (!config) throw invalidDefinition('database must have associated regions before a placement policy can be set')
  if (placement === 'restricted' && config.survivalGoal === 'region') {
    throw new SqlError(
      sqlState.invalid_parameter_value,
      'a region-survivable database cannot also have a restricted placement policy',
    )
  }
  return { statements: [], config: { ...config, placement } }
}

function setSecondaryRegion(region: string, config: RegionConfig | undefined, database: string): RegionStep {
  if (!config) throw invalidDefinition('database must be multi-region to support a secondary region')
  if (!config.regions.includes(region)) {
    throw invalidDefinition(
      `region "${region}" has not been added to the database`,
      `you must add the region to the database first, using ALTER DATABASE ${printName(database)} ADD REGION ${printRegion(region)}`,
    )
  }
  if (region === config.primary)
    throw invalidDefinition('the secondary region cannot be the same as the current primary region')
  return { statements: [], config: { ...config, secondary: region } }
}

function dropSecondaryRegion(ifExists: boolean, config: RegionConfig | undefined): RegionStep {
  if (config?.secondary === undefined) {
    if (ifExists) return 'no secondary region is defined on the database; skipping'
    throw invalidDefinition('database has no secondary region to drop')
  }
  const { secondary: _secondary, ...rest } = config
  return { statements: [], config: rest }
}

function changeSuperRegion(
  change: RegionChange & { readonly action: 'add-super-region' | 'alter-super-region' | 'drop-super-region' },
  config: RegionConfig | undefined,
  rewrite: Rewrite,
): RegionStep {
  if (rewrite.variable('enable_super_regions') !== 'on') {
    throw unimplemented(
      'super regions are only supported experimentally',
      "You can enable super regions by running `SET enable_super_regions = 'on'`.",
    )
  }
  if (!config) throw invalidDefinition('database must be multi-region to support super regions')
  const { superRegion } = change
  const exists = superRegion in config.superRegions
  if (change.action !== 'add-super-region' && !exists) {
    throw new SqlError(sqlState.undefined_object, `super region ${superRegion} not found`)
  }
  if (change.action === 'add-super-region' && exists) {
    throw new SqlError(sqlState.duplicate_object, `super region ${superRegion} already exists`)
  }
  const { [superRegion]: _dropped, ...others } = config.superRegions
  if (change.action === 'drop-super-region') return { statements: [], config: { ...config, superRegions: others } }
  for (const region of change.regions) {
    if (!config.regions.includes(region)) {
      throw new SqlError(sqlState.invalid_name, `region ${region} not part of database`)
    }
    const taken = Object.entries(others).find(([, regions]) => regions.includes(region))?.[0]
    if (taken !== undefined) {
      throw new SqlError(sqlState.invalid_parameter_value, `region ${region} is already part of super region ${taken}`)
    }
  }
  return {
    statements: [],
    config: { ...config, superRegions: { ...others, [superRegion]: change.regions.toSorted() } },
  }
}

/** A region as CockroachDB prints it in a message: in quotes where a name would need them. */
function printRegion(region: string): string {
  return printName(region)
}
