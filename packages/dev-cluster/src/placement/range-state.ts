import type { ClusterState, NodeInfo } from '../topology/cluster-state.js'
import { isUp, lostSince, reaches } from '../topology/reach.js'
import { satisfies } from './constraints.js'
import { type Placement, placeReplicas } from './place-replicas.js'
import type { ReplicationRules } from './replication-rules.js'

/** A range as it is now: where its replicas are, and who can use it. */
export interface RangeState {
  readonly rules: ReplicationRules
  readonly placement: Placement
  /** The node that serves reads and orders writes; undefined while no majority of the voters can hear each other. */
  readonly leaseholder: NodeInfo | undefined
  /** The voters that can hear the leaseholder, itself among them. */
  readonly electorate: readonly NodeInfo[]
  /** How many voters a write must reach. */
  readonly quorum: number
  /** When the majority was lost, in milliseconds since the Unix epoch; undefined while there is one. */
  readonly lostAt: number | undefined
}

/** Where a range with such rules is, and what the nodes' states leave of it. */
export function rangeState(rules: ReplicationRules, cluster: ClusterState): RangeState {
  const members = cluster.nodes.filter(({ membership }) => membership === 'active')
  const placement = placeReplicas(rules, members)
  const voters = placement.voters.flatMap(id => members.find(node => node.id === id) ?? [])
  const quorum = Math.floor(voters.length / 2) + 1
  const electorate = electorateOf(voters, quorum, cluster)
  return {
    rules,
    placement,
    quorum,
    electorate,
    leaseholder: chooseLeaseholder(rules, electorate),
    lostAt: electorate.length > 0 ? undefined : majorityLostAt(voters, quorum, cluster),
  }
}

/** The replicas that a node can reach and that answer, voting or not; those of its own region first. */
export function reachableReplicas({ placement }: RangeState, from: NodeInfo, cluster: ClusterState): NodeInfo[] {
  const ids = [...placement.voters, ...placement.nonVoters]
  return cluster.nodes
    .filter(node => ids.includes(node.id) && isUp(node) && reaches(from, node, cluster))
    .toSorted((a, b) => Number(b.region === from.region) - Number(a.region === from.region))
}

/** Whether a node can reach the leaseholder. */
export function isAvailable(range: RangeState, from: NodeInfo, cluster: ClusterState): boolean {
  return range.leaseholder !== undefined && reaches(from, range.leaseholder, cluster)
}

/** The voters of the only part of the cluster that has a majority of them; empty when none has. */
function electorateOf(voters: readonly NodeInfo[], quorum: number, cluster: ClusterState): readonly NodeInfo[] {
  const up = voters.filter(isUp)
  for (const voter of up) {
    const heard = up.filter(other => reaches(voter, other, cluster))
    if (heard.length >= quorum) return heard
  }
  return []
}

/** CockroachDB spreads leases without a preference by load; here the first voter has them. */
function chooseLeaseholder(rules: ReplicationRules, electorate: readonly NodeInfo[]): NodeInfo | undefined {
  for (const preference of rules.leasePreferences) {
    const preferred = electorate.find(node => satisfies(node, preference))
    if (preferred !== undefined) return preferred
  }
  return electorate[0]
}

function majorityLostAt(voters: readonly NodeInfo[], quorum: number, cluster: ClusterState): number {
  const losses = voters.flatMap(voter => lostSince(voter, cluster) ?? []).toSorted((a, b) => a - b)
  return losses[voters.length - quorum] ?? losses.at(-1) ?? Date.now()
}
