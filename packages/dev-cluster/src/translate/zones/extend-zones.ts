import { type LocalityZoneChange, printName } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import {
  type Constraints,
  parseConstraints,
  parsePreferences,
  printRequirements,
  type Requirement,
} from '../../placement/constraints.js'
import { doBlock } from '../ddl/do-block.js'
import {
  databaseRegions,
  type RegionConfig,
  regionProperties,
  type ZoneExtensions,
} from '../regions/database-regions.js'
import { setDatabase } from '../regions/set-database.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { sql } from '../rewrite/sql-text.js'
import type { Outcome } from '../statements/outcome.js'
import { checkZone } from './check-zone.js'
import { globalHomeZone, plainDatabaseZone, plainPartitionZone } from './home-zone.js'
import { readZoneFields } from './read-zone-fields.js'
import { defaultZone, type ZoneConfig } from './zone-config.js'

/**
 * ALTER DATABASE … ALTER LOCALITY … CONFIGURE ZONE.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/zone-config-extensions
 */
export function extendZones(database: string, change: LocalityZoneChange, rewrite: Rewrite): Outcome {
  const fields = change.discard ? undefined : readFields(change, rewrite)
  const config = databaseRegions(rewrite)
  if (config === undefined) {
    throw new SqlError(
      sqlState.invalid_name,
      'database must have associated regions before a zone config extension can be set',
      {
        hint: `you must first add a primary region to the database using ALTER DATABASE ${printName(database)} PRIMARY REGION <region_name>`,
      },
    )
  }
  const { region } = change
  if (region !== undefined && !config.regions.includes(region)) {
    throw new SqlError(sqlState.undefined_object, `region "${region}" has not been added to the database`)
  }
  const next = { ...config, zoneExtensions: changed(config.zoneExtensions, change, fields) }
  if (fields !== undefined) checkExtension(change, fields, next, rewrite)
  return { kind: 'ddl', tag: 'ALTER DATABASE', sql: doBlock(sql`${setDatabase(database, regionProperties(next))};`) }
}

function readFields({ parameters }: LocalityZoneChange, rewrite: Rewrite): ZoneConfig {
  if (parameters.length === 0) throw unsupported('SET DEFAULT')
  const copied = parameters.find(({ value }) => value === undefined)
  if (copied !== undefined) throw unsupported(`${copied.name} = COPY FROM PARENT`)
  return readZoneFields(parameters, {}, rewrite)
}

function unsupported(what: string): SqlError {
  return new SqlError(sqlState.invalid_parameter_value, `unsupported zone config parameter: ${what}`)
}

/** What is said anew replaces all that was said before. */
function changed(
  { global, regional, regionalIn }: ZoneExtensions,
  { locality, region }: LocalityZoneChange,
  fields: ZoneConfig | undefined,
): ZoneExtensions {
  if (region !== undefined) {
    const { [region]: _before, ...others } = regionalIn
    return {
      ...(global && { global }),
      ...(regional && { regional }),
      regionalIn: fields === undefined ? others : { ...others, [region]: fields },
    }
  }
  const kept = locality === 'global' ? { ...(regional && { regional }) } : { ...(global && { global }) }
  return { ...kept, ...(fields && { [locality]: fields }), regionalIn }
}

/** Refuses what would break the survival goal, or take a region's data out of it. */
function checkExtension(change: LocalityZoneChange, fields: ZoneConfig, config: RegionConfig, rewrite: Rewrite): void {
  const { locality, region } = change
  const plain = region === undefined ? plainDatabaseZone(config) : plainPartitionZone(config, region)
  if (locality === 'regional' && region === undefined && fields.lease_preferences !== undefined) {
    throw refused('REGIONAL zone config extensions are not allowed to set lease_preferences')
  }
  const base = defaultZone(rewrite.context.cluster)
  checkZone({ ...base, ...(locality === 'global' ? globalHomeZone(config) : { ...plain, ...fields }) })
  if (region !== undefined) checkHome(region, fields, { ...plain, ...config.zoneExtensions.regional })
  const goal = `${config.survivalGoal.toUpperCase()}_FAILURE`
  for (const field of ['num_voters', 'num_replicas']) {
    // As many replicas as voters are enough for the goal: the others only serve follower reads.
    const required = Number(locality === 'global' && field === 'num_replicas' ? plain.num_replicas : plain.num_voters)
    if (Number(fields[field] ?? required) >= required) continue
    throw refused(
      `zone config extension cannot set ${field} ${fields[field] ?? ''} that is lower than the one required for the survival goal: ${required} with goal ${goal}`,
    )
  }
}

function checkHome(region: string, fields: ZoneConfig, zone: ZoneConfig): void {
  checkHomePreference(region, preferencesOf(zone), fields.lease_preferences === undefined ? [] : preferencesOf(fields))
  for (const [field, what, phrase] of [
    ['constraints', 'replica constraint', 'replica constraint'],
    ['voter_constraints', 'voter constraint', 'constraint'],
  ] as const) {
    const before = homeConstraint(region, constraintsOf(zone[field]))
    const given = constraintsOf(fields[field])
    if (before === undefined || given === undefined) continue
    const after = homeConstraint(region, given)
    const printed = `region (${region}) ${what}: ${printHome(before)}`
    if (after === undefined) throw refused(`zone config extension cannot unset the home ${printed}`)
    if (before.required !== after.required || before.count > after.count) {
      throw refused(`zone config extension's ${phrase} ${printHome(after)} violates the home ${printed}`)
    }
  }
}

function checkHomePreference(region: string, before: readonly Preference[], given: readonly Preference[]): void {
  const isHome = ([first]: Preference): boolean => first?.value === region
  const at = before.findIndex(isHome)
  const home = before[at]
  if (home === undefined || given.length === 0) return
  const now = given.findIndex(isHome)
  const printed = `{[${printRequirements(home)}]}`
  const [after] = given.slice(now, now + 1)
  if (now < 0 || after === undefined) {
    throw refused(`zone config extension cannot unset the home region (${region}) lease preference: ${printed}`)
  }
  if (now !== at) {
    throw refused(`zone config extension cannot change priority of lease preference for the home region: ${printed}`)
  }
  if (after[0]?.required === home[0]?.required) return
  throw refused(
    `zone config extension's lease preference {[${printRequirements(after)}]} violates the home region (${region}) lease preference: ${printed}`,
  )
}

type Preference = readonly Requirement[]

interface HomeConstraint extends Requirement {
  /** 0: every replica. */
  readonly count: number
}

function homeConstraint(region: string, constraints: Constraints | undefined): HomeConstraint | undefined {
  const groups =
    constraints?.kind === 'all'
      ? constraints.requirements.map(requirement => ({ count: 0, requirements: [requirement] }))
      : (constraints?.groups ?? [])
  const found = groups.find(({ requirements: [first] }) => first?.key === 'region' && first.value === region)
  const [first] = found?.requirements ?? []
  return found === undefined || first === undefined ? undefined : { ...first, count: found.count }
}

function printHome({ count, ...requirement }: HomeConstraint): string {
  return `${printRequirements([requirement])}${count > 0 ? `:${count}` : ''}`
}

function constraintsOf(literal: string | undefined): Constraints | undefined {
  return literal === undefined ? undefined : parseConstraints(unquoted(literal))
}

function preferencesOf({ lease_preferences: literal }: ZoneConfig): readonly Preference[] {
  return literal === undefined ? [] : parsePreferences(unquoted(literal))
}

function unquoted(literal: string): string {
  return literal.replace(/^'|'$/g, '').replaceAll("''", "'")
}

/** CockroachDB gives these no SQLSTATE of their own. */
function refused(message: string): SqlError {
  return new SqlError(sqlState.uncategorized, message)
}
