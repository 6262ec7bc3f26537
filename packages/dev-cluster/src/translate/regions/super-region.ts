import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { RegionChange, RegionStep } from './change-regions.js'
import type { RegionConfig } from './database-regions.js'
import { invalidDefinition, notMultiRegion, requireSurvivable } from './region-errors.js'

type SuperRegionChange = RegionChange & {
  readonly action: 'add-super-region' | 'alter-super-region' | 'drop-super-region'
}

/** ADD, ALTER and DROP SUPER REGION. Source: https://www.cockroachlabs.com/docs/v26.2/multiregion-overview#super-regions */
export function changeSuperRegion(
  change: SuperRegionChange,
  config: RegionConfig | undefined,
  database: string,
  rewrite: Rewrite,
): RegionStep {
  if (rewrite.variable('enable_super_regions') !== 'on') {
    throw new SqlError(sqlState.experimental_feature, 'super regions are only supported experimentally', {
      hint: "You can enable super regions by running `SET enable_super_regions = 'on'`.",
    })
  }
  const { superRegion } = change
  if (change.action === 'add-super-region') requireNoDuplicate(change.regions, superRegion)
  if (!config) throw notMultiRegion('super regions', database)
  const { [superRegion]: before, ...others } = config.superRegions
  if (change.action === 'drop-super-region') {
    if (before === undefined) throw refused(`super region ${superRegion} not found`)
    return { statements: [], config: { ...config, superRegions: others } }
  }
  if (config.secondary !== undefined) requireBothOrNeither(config.primary, config.secondary, change.regions)
  if (change.action === 'alter-super-region' && before === undefined) {
    throw new SqlError(
      sqlState.undefined_object,
      `super region "${superRegion}" of database "${database}" does not exist`,
      { hint: 'super region must be added before it can be altered' },
    )
  }
  const outside = change.regions.find(region => !config.regions.includes(region))
  if (outside !== undefined) throw refused(`region ${outside} not part of database`)
  requireSurvivableSuperRegion(superRegion, change.regions, config.survivalGoal)
  if (change.action === 'add-super-region' && before !== undefined) {
    throw refused(`super region ${superRegion} already exists`)
  }
  requireDisjoint(change.regions, others)
  const superRegions = { ...others, [superRegion]: change.regions.toSorted() }
  return { statements: [], config: { ...config, superRegions } }
}

/** The super region that a region is in. */
export function superRegionOf(
  region: string,
  { superRegions }: RegionConfig,
): { readonly name: string; readonly regions: readonly string[] } | undefined {
  const found = Object.entries(superRegions).find(([, regions]) => regions.includes(region))
  return found && { name: found[0], regions: found[1] }
}

/** Refuses to survive the loss of a region where a super region has fewer than three. */
export function requireSurvivableSuperRegion(
  name: string,
  regions: readonly string[],
  survivalGoal: RegionConfig['survivalGoal'],
): void {
  requireSurvivable({ regions, survivalGoal }, `super region ${name} only has ${regions.length} region(s): `)
}

/** Refuses to move all that is at home in the primary region into or out of a super region, unless the session says so. */
export function requireSameSuperRegion(config: RegionConfig, primary: string, rewrite: Rewrite): void {
  const [before, after] = [superRegionOf(config.primary, config), superRegionOf(primary, config)]
  if (before?.name === after?.name || rewrite.variable('alter_primary_region_super_region_override') === 'on') return
  const lines = [
    'moving the primary region into or out of a super region could have undesirable data placement implications as all regional tables in the primary region will now moved.',
    ...(after ? [`the new primary region ${primary} is a member of super region ${after.name}`] : []),
    ...(before ? [`the old primary region ${config.primary} is a member of super region ${before.name}`] : []),
  ]
  throw new SqlError(sqlState.uncategorized, lines.join('\n'), {
    hint: "You can enable this operation by running `SET alter_primary_region_super_region_override = 'on'`.",
  })
}

/** A secondary region is in the primary one's super region, or in none when that is in none. */
export function requireSecondaryBesidePrimary(config: RegionConfig, secondary: string): void {
  const home = superRegionOf(config.primary, config)
  if (home === undefined && superRegionOf(secondary, config) !== undefined) {
    throw invalidDefinition(
      'the secondary region can not be in a super region, unless the primary is also within a super region',
    )
  }
  requireBothOrNeither(config.primary, secondary, home?.regions ?? [])
}

function requireBothOrNeither(primary: string, secondary: string, regions: readonly string[]): void {
  if (regions.includes(primary) === regions.includes(secondary)) return
  throw invalidDefinition('the secondary region must be in the same super region as the current primary region')
}

function requireNoDuplicate(regions: readonly string[], superRegion: string): void {
  const twice = regions.find((region, at) => regions.indexOf(region) !== at)
  if (twice === undefined) return
  throw new SqlError(sqlState.duplicate_object, `duplicate region ${twice} found in super region ${superRegion}`)
}

function requireDisjoint(regions: readonly string[], others: RegionConfig['superRegions']): void {
  for (const [name, members] of Object.entries(others)) {
    const taken = regions.find(region => members.includes(region))
    if (taken !== undefined) throw refused(`region ${taken} is already part of super region ${name}`)
  }
}

/** CockroachDB gives these no SQLSTATE of their own. */
function refused(message: string): SqlError {
  return new SqlError(sqlState.uncategorized, message)
}
