import type { Rewrite } from '../rewrite/rewrite.js'

/** What a multi-region database knows of its regions. Source: https://www.cockroachlabs.com/docs/v26.2/multiregion-overview */
export interface RegionConfig {
  /** In alphabetical order, the primary and the secondary included. */
  readonly regions: readonly string[]
  readonly primary: string
  readonly secondary?: string
  readonly survivalGoal: 'zone' | 'region'
  readonly placement: 'default' | 'restricted'
  readonly superRegions: Readonly<Record<string, readonly string[]>>
  readonly zoneExtensions: ZoneExtensions
}

/** What ALTER LOCALITY … CONFIGURE ZONE says of zones that follow from regions, by field. */
export interface ZoneExtensions {
  readonly global?: Readonly<Record<string, string>>
  readonly regional?: Readonly<Record<string, string>>
  /** By region. */
  readonly regionalIn: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** The regions of the session's database; undefined when it is no multi-region database. */
export function databaseRegions(rewrite: Rewrite): RegionConfig | undefined {
  return readRegionConfig(rewrite.context.catalog.properties)
}

/** Reads what `regionProperties` wrote. */
export function readRegionConfig(properties: Readonly<Record<string, unknown>>): RegionConfig | undefined {
  const { primary_region: primary, secondary_region: secondary } = properties
  if (typeof primary !== 'string') return undefined
  return {
    regions: texts(properties.regions),
    primary,
    ...(typeof secondary === 'string' && { secondary }),
    survivalGoal: properties.survival_goal === 'region' ? 'region' : 'zone',
    placement: properties.placement === 'restricted' ? 'restricted' : 'default',
    superRegions: superRegions(properties.super_regions),
    zoneExtensions: zoneExtensions(properties.zone_extensions),
  }
}

/** The properties of a database that hold its regions; null removes one. */
export function regionProperties(config: RegionConfig | undefined): Readonly<Record<string, unknown>> {
  return {
    regions: config ? config.regions.toSorted() : null,
    primary_region: config?.primary ?? null,
    secondary_region: config?.secondary ?? null,
    survival_goal: config?.survivalGoal ?? null,
    placement: config?.placement === 'restricted' ? 'restricted' : null,
    super_regions: config && Object.keys(config.superRegions).length > 0 ? config.superRegions : null,
    zone_extensions: config ? withinRegions(config) : null,
  }
}

/** What is said of a region goes with it. */
function withinRegions({ regions, zoneExtensions: extensions }: RegionConfig): ZoneExtensions | null {
  const kept = Object.entries(extensions.regionalIn).filter(([region]) => regions.includes(region))
  if (!extensions.global && !extensions.regional && kept.length === 0) return null
  return { ...extensions, regionalIn: Object.fromEntries(kept) }
}

function zoneExtensions(value: unknown): ZoneExtensions {
  const { global, regional, regionalIn } = recordOf(value)
  return {
    ...(global !== undefined && { global: fields(global) }),
    ...(regional !== undefined && { regional: fields(regional) }),
    regionalIn: Object.fromEntries(
      Object.entries(recordOf(regionalIn)).map(([region, zone]) => [region, fields(zone)]),
    ),
  }
}

function fields(zone: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(recordOf(zone)).map(([field, value]) => [field, String(value)]))
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

function superRegions(value: unknown): Readonly<Record<string, readonly string[]>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([name, regions]) => [name, texts(regions)]))
}
