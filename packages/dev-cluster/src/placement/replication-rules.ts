import { type Constraints, noConstraints, parseConstraints, parsePreferences, type Requirement } from './constraints.js'

/**
 * What a zone configuration says of where replicas are to be, read from the values that SHOW ZONE CONFIGURATION prints.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/configure-replication-zones
 */
export interface ReplicationRules {
  readonly replicas: number
  /** Those that vote; the others only serve follower reads. */
  readonly voters: number
  readonly constraints: Constraints
  readonly voterConstraints: Constraints
  /** Where the lease is to be, the best first; each is a list of requirements that must all hold. */
  readonly leasePreferences: readonly (readonly Requirement[])[]
  /** Reads of the present are served by any replica, and writes wait for it (LOCALITY GLOBAL). */
  readonly globalReads: boolean
}

/** Reads the fields of a zone configuration; strings may still be SQL literals. */
export function readReplicationRules(zone: Readonly<Record<string, string>>): ReplicationRules {
  const replicas = Number(zone.num_replicas ?? 3)
  const voters = zone.num_voters === undefined ? replicas : Number(zone.num_voters)
  return {
    replicas: Math.max(replicas, voters),
    voters,
    constraints: zone.constraints === undefined ? noConstraints : parseConstraints(unquoted(zone.constraints)),
    voterConstraints:
      zone.voter_constraints === undefined ? noConstraints : parseConstraints(unquoted(zone.voter_constraints)),
    leasePreferences: zone.lease_preferences === undefined ? [] : parsePreferences(unquoted(zone.lease_preferences)),
    globalReads: zone.global_reads === 'true',
  }
}

function unquoted(literal: string): string {
  return literal.startsWith("'") && literal.endsWith("'") ? literal.slice(1, -1).replaceAll("''", "'") : literal
}
