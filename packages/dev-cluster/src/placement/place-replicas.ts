import { type Constraints, type Place, type RequirementGroup, satisfies } from './constraints.js'
import type { ReplicationRules } from './replication-rules.js'

/** A node that may hold replicas. */
export interface Store extends Place {
  readonly id: number
}

/** The nodes that hold the replicas of a range. */
export interface Placement {
  readonly voters: readonly number[]
  readonly nonVoters: readonly number[]
}

/**
 * Where CockroachDB would put a range's replicas: as the constraints say, at most one on a node, and otherwise as far apart as can be
 * (regions before zones). Where there are too few nodes for what the constraints want, there are fewer replicas. Which of several equal
 * nodes is taken, CockroachDB decides by load; here it is the one with the lowest id.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/architecture/replication-layer#membership-changes-rebalance-repair
 */
export function placeReplicas(rules: ReplicationRules, stores: readonly Store[]): Placement {
  const allowed = stores.filter(store => holdsAll(store, rules.constraints))
  const voters: Store[] = []
  const eligible = allowed.filter(store => holdsAll(store, rules.voterConstraints))
  fill(voters, rules.voters, groupsOf(rules.voterConstraints), eligible)
  fill(voters, rules.voters, groupsOf(rules.constraints), eligible)
  spread(voters, rules.voters, eligible)
  const others: Store[] = []
  const extra = rules.replicas - rules.voters
  const rest = allowed.filter(store => !voters.includes(store))
  fill(others, extra, groupsOf(rules.constraints), rest, voters)
  spread(others, extra, rest, voters)
  return { voters: voters.map(({ id }) => id), nonVoters: others.map(({ id }) => id) }
}

function holdsAll(store: Store, constraints: Constraints): boolean {
  return constraints.kind === 'counts' || satisfies(store, constraints.requirements)
}

function groupsOf(constraints: Constraints): readonly RequirementGroup[] {
  return constraints.kind === 'counts' ? constraints.groups : []
}

/** Adds to `chosen` until every group has as many as it wants, or `most` are chosen. `beside` count for the groups as well. */
function fill(
  chosen: Store[],
  most: number,
  groups: readonly RequirementGroup[],
  stores: readonly Store[],
  beside: readonly Store[] = [],
): void {
  for (const { count, requirements } of groups) {
    const matching = stores.filter(store => satisfies(store, requirements))
    const have = (): number => [...chosen, ...beside].filter(store => satisfies(store, requirements)).length
    while (chosen.length < most && have() < count && addFarthest(chosen, matching, beside));
  }
}

function spread(chosen: Store[], most: number, stores: readonly Store[], beside: readonly Store[] = []): void {
  while (chosen.length < most && addFarthest(chosen, stores, beside));
}

/** @returns whether there was one to add */
function addFarthest(chosen: Store[], stores: readonly Store[], beside: readonly Store[]): boolean {
  const taken = [...chosen, ...beside]
  const [best] = stores
    .filter(store => !chosen.includes(store))
    .map(store => ({
      store,
      inRegion: taken.filter(({ region }) => region === store.region).length,
      inZone: taken.filter(({ region, zone }) => region === store.region && zone === store.zone).length,
    }))
    .toSorted((a, b) => a.inRegion - b.inRegion || a.inZone - b.inZone || a.store.id - b.store.id)
  if (best === undefined) return false
  chosen.push(best.store)
  return true
}
