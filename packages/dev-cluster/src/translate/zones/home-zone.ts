import type { RegionConfig } from '../regions/database-regions.js'
import { superRegionOf } from '../regions/super-region.js'
import type { ZoneConfig } from './zone-config.js'

const ZONE_VOTERS = 3
const REGION_VOTERS = 5
/** How many of the voters are in the home region to survive another, and in the secondary region to take over. */
const HOME_VOTERS = 2

/** The zone that regions and survival goal make for a database, and so for all in it that has no home of its own. */
export function databaseHomeZone(config: RegionConfig): ZoneConfig {
  return extended(plainDatabaseZone(config), config, config.primary)
}

/** REGIONAL BY TABLE IN a region, or in a primary one that is in a super region. */
export function tableHomeZone(config: RegionConfig, home: string): ZoneConfig {
  return extended({ ...regional(config, home), lease_preferences: preferences([home]) }, config, home)
}

/** The rows of a region of a REGIONAL BY ROW table. */
export function partitionHomeZone(config: RegionConfig, home: string): ZoneConfig {
  return extended(plainPartitionZone(config, home), config, home)
}

/** GLOBAL tables are in every region, whatever the placement policy, and whatever super regions there are. */
export function globalHomeZone(config: RegionConfig): ZoneConfig {
  const followsDatabase = config.placement === 'default'
  return {
    ...plainDatabaseZone({ ...config, placement: 'default' }),
    ...(!followsDatabase && { lease_preferences: preferences([config.primary]) }),
    global_reads: 'true',
    ...config.zoneExtensions.global,
  }
}

/** Without what ALTER LOCALITY says of it. */
export function plainDatabaseZone(config: RegionConfig): ZoneConfig {
  return {
    ...replicas(config, config.regions),
    ...voters(config, config.primary),
    lease_preferences: preferences([config.primary, config.secondary]),
  }
}

/** Without what ALTER LOCALITY says of it. */
export function plainPartitionZone(config: RegionConfig, home: string): ZoneConfig {
  return { ...regional(config, home), lease_preferences: preferences([home, config.secondary]) }
}

/** @see https://www.cockroachlabs.com/docs/v26.2/zone-config-extensions */
function extended(zone: ZoneConfig, { zoneExtensions }: RegionConfig, home: string): ZoneConfig {
  return { ...zone, ...zoneExtensions.regional, ...zoneExtensions.regionalIn[home] }
}

function regional(config: RegionConfig, home: string): ZoneConfig {
  const within = superRegionOf(home, config)?.regions
  const placed = within === undefined ? replicas(config, config.regions) : superRegionReplicas(config, within, home)
  return { ...placed, ...voters(config, home) }
}

/** One replica in each region, beside the voters; none but the voters when placement is restricted to the home region. */
function replicas(config: RegionConfig, regions: readonly string[]): ZoneConfig {
  return {
    num_replicas: String(replicaCount(config, regions)),
    constraints: config.placement === 'restricted' ? "'[]'" : counts(regions.map(region => [region, 1])),
  }
}

/**
 * All replicas in the super region. To survive a region in one of three regions there are five replicas, two of them at home: one
 * more is said to be in another, or it could be outside.
 */
function superRegionReplicas(config: RegionConfig, regions: readonly string[], home: string): ZoneConfig {
  const second =
    config.survivalGoal === 'region' && regions.length === 3 ? regions.find(region => region !== home) : undefined
  return {
    num_replicas: String(replicaCount(config, regions)),
    constraints: counts(regions.map(region => [region, region === second ? 2 : 1])),
  }
}

function replicaCount(config: RegionConfig, regions: readonly string[]): number {
  const others = regions.length - 1
  if (config.survivalGoal === 'region') {
    return Math.max(HOME_VOTERS + others + (config.secondary === undefined ? 0 : 1), REGION_VOTERS)
  }
  return config.placement === 'restricted' ? ZONE_VOTERS : ZONE_VOTERS + others
}

function voters({ survivalGoal, secondary }: RegionConfig, home: string): ZoneConfig {
  if (survivalGoal === 'zone') return { num_voters: String(ZONE_VOTERS), voter_constraints: `'[+region=${home}]'` }
  const regions = [home, ...(secondary === undefined || secondary === home ? [] : [secondary])]
  return { num_voters: String(REGION_VOTERS), voter_constraints: counts(regions.map(region => [region, HOME_VOTERS])) }
}

function counts(regions: readonly (readonly [region: string, count: number])[]): string {
  return `'{${regions.map(([region, count]) => `+region=${region}: ${count}`).join(', ')}}'`
}

function preferences(regions: readonly (string | undefined)[]): string {
  const named = [...new Set(regions)].filter(region => region !== undefined)
  return `'[${named.map(region => `[+region=${region}]`).join(', ')}]'`
}
