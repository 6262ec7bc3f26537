import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { ConstraintSyntaxError, type Constraints } from '../../placement/constraints.js'
import { type ReplicationRules, readReplicationRules } from '../../placement/replication-rules.js'
import type { ZoneConfig } from './zone-config.js'

/** What the regions of a database decide, and a client may change only on purpose. */
export const protectedFields: readonly string[] = [
  'global_reads',
  'num_replicas',
  'num_voters',
  'constraints',
  'voter_constraints',
  'lease_preferences',
]

export const overrideHint =
  'to override this error, SET override_multi_region_zone_config = true and reissue the command'

const MINIMUM_MAX_BYTES = 64 * 1024 * 1024

/**
 * Refuses a zone configuration that CockroachDB would.
 *
 * @param zone with all that it inherits
 * @throws {SqlError}
 * @see https://www.cockroachlabs.com/docs/v26.2/replication-zone-variables
 */
export function checkZone(zone: ZoneConfig): void {
  const rules = readRules(zone)
  const fault = faultOfCounts(zone, rules) ?? faultOfSizes(zone)
  if (fault !== undefined) throw refused(`could not validate zone config: ${fault}`)
}

/**
 * Refuses to change what follows from a database's regions, unless the session says so.
 *
 * @throws {SqlError}
 */
export function checkProtected(fields: ZoneConfig | null, overridden: boolean): void {
  if (overridden) return
  const changed = fields && protectedFields.find(field => field in fields)
  if (fields !== null && changed === undefined) return
  const what =
    fields === null
      ? 'attempting to discard the zone configuration of a multi-region entity'
      : `attempting to modify protected field "${changed ?? ''}" of a multi-region zone configuration`
  throw new SqlError(sqlState.invalid_object_definition, what, { hint: overrideHint })
}

/** @throws {SqlError} when constraints or lease preferences are not written as such */
export function readRules(zone: ZoneConfig): ReplicationRules {
  try {
    return readReplicationRules(zone)
  } catch (cause) {
    if (!(cause instanceof ConstraintSyntaxError)) throw cause
    throw refused(`could not parse zone config: ${cause.message}`, cause)
  }
}

function faultOfCounts(zone: ZoneConfig, { constraints, voterConstraints }: ReplicationRules): string | undefined {
  const replicas = Number(zone.num_replicas)
  const voters = zone.num_voters === undefined ? undefined : Number(zone.num_voters)
  if (!(replicas >= 1)) return 'at least one replica is required'
  if (replicas === 2 && voters === undefined) return 'at least 3 replicas are required for multi-replica configurations'
  if (voters !== undefined) {
    if (!(voters >= 1)) return 'at least one voting replica is required'
    if (voters === 2) return 'at least 3 voting replicas are required for multi-replica configurations'
    if (voters > replicas) return 'num_voters cannot be greater than num_replicas'
  }
  if (countOf(constraints) > replicas) {
    return `the number of replicas specified in constraints (${countOf(constraints)}) cannot be greater than the number of replicas configured for the zone (${replicas})`
  }
  if (voters !== undefined && countOf(voterConstraints) > voters) {
    return `the number of replicas specified in voter_constraints (${countOf(voterConstraints)}) cannot be greater than the number of voters configured for the zone (${voters})`
  }
  return undefined
}

function faultOfSizes(zone: ZoneConfig): string | undefined {
  const [least, most, ttl] = [zone.range_min_bytes, zone.range_max_bytes, zone['gc.ttlseconds']].map(Number)
  if (most !== undefined && most < MINIMUM_MAX_BYTES)
    return `RangeMaxBytes ${most} less than minimum allowed ${MINIMUM_MAX_BYTES}`
  if (least !== undefined && most !== undefined && least >= most) {
    return `RangeMinBytes ${least} is greater than or equal to RangeMaxBytes ${most}`
  }
  return ttl !== undefined && ttl < 1 ? `GC.TTLSeconds ${ttl} less than minimum allowed 1` : undefined
}

function countOf(constraints: Constraints): number {
  return constraints.kind === 'counts' ? constraints.groups.reduce((sum, { count }) => sum + count, 0) : 0
}

function refused(message: string, cause?: unknown): SqlError {
  return new SqlError(sqlState.check_violation, message, cause === undefined ? {} : { cause })
}
