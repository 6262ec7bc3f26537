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
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

function superRegions(value: unknown): Readonly<Record<string, readonly string[]>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([name, regions]) => [name, texts(regions)]))
}
