import { isAvailable, type RangeState, rangeState } from '../placement/range-state.js'
import type { ReplicationRules } from '../placement/replication-rules.js'
import type { TableAccess } from '../placement/table-access.js'
import type { ClusterState, NodeInfo } from '../topology/cluster-state.js'
import { rulesChecked, rulesRead, rulesWritten, type StatementRun } from './asked-ranges.js'
import { type LatencyMatrix, roundTripMs } from './latency-matrix.js'
import { isServedNearby, nearestReplica } from './nearest-replica.js'

/*
 * What a statement would wait for the network in CockroachDB. The only place that says so:
 *
 * - A read of the present goes from the gateway to the leaseholder and back.
 *   https://www.cockroachlabs.com/docs/v26.2/architecture/reads-and-writes-overview
 * - A stale read, and a read of a GLOBAL table that takes no lock, goes to the nearest replica.
 *   https://www.cockroachlabs.com/docs/v26.2/follower-reads, https://www.cockroachlabs.com/docs/v26.2/global-tables
 * - Rows of a REGIONAL BY ROW table: where the statement says the region, there. Found by a unique key or up to a LIMIT, first in the
 *   gateway's own region, and only when they are not all there, in all others at once. Otherwise in all regions at once.
 *   https://www.cockroachlabs.com/docs/v26.2/cost-based-optimizer#locality-optimized-search-in-multi-region-clusters
 * - Several tables are read at the same time: the slowest counts. An index that has not all columns is read together with the table.
 * - A write goes to the leaseholder, which answers when a majority of the voters has it: the survival goal decides how far that is. In a
 *   transaction the answer does not wait for the majority; COMMIT does, once for all that was written.
 *   https://www.cockroachlabs.com/docs/v26.2/architecture/transaction-layer#transaction-pipelining, #parallel-commits
 * - An index or partition with a zone configuration of its own is where that says. Reads use the index of whose key most columns are given,
 *   or, of several that have all that is read, the one that is near; writes go to all indexes that change.
 *   https://www.cockroachlabs.com/docs/v26.2/topology-duplicate-indexes, https://www.cockroachlabs.com/docs/v26.2/partitioning
 * - UPDATE, DELETE and INSERT … ON CONFLICT read before they write.
 * - A unique key of a REGIONAL BY ROW table that does not hold the region is looked up in all other regions after the write, except for
 *   values of gen_random_uuid(). https://www.cockroachlabs.com/docs/v26.2/table-localities#indexes-on-regional-by-row-tables
 * - A write to a GLOBAL table takes a time in the future, which COMMIT waits for: 800 ms, or what
 *   kv.closed_timestamp.lead_for_global_reads_override says. https://www.cockroachlabs.com/docs/v26.2/architecture/transaction-layer#non-blocking-transactions
 *
 * Left out: foreign keys, joins by lookup (one round trip for each table, one after the other), schema changes, sequences, what functions,
 * triggers and views read, contention, clock skew, and the way from the client to its gateway.
 */

/** The cluster as one of its nodes sees it. */
export interface NetworkView {
  readonly gateway: NodeInfo
  readonly cluster: ClusterState
  readonly matrix: LatencyMatrix
  /** How far in the future writes to GLOBAL tables are, in milliseconds. */
  readonly globalLeadMs: number
}

/** Milliseconds of a statement, there and back. */
export function statementLatencyMs(run: StatementRun, view: NetworkView): number {
  const reads = run.accesses.map(access => readMs(access, run, view))
  const written = rulesWritten(run, view.gateway)
  if (written.length === 0) return most(reads)
  const checks = slowestMs(run.accesses.flatMap(rulesChecked), view)
  const asked = slowestMs(written, view)
  if (!run.implicit) return most(reads) + asked + checks
  return most(reads) + (checks > 0 ? asked + checks : 0) + commitLatencyMs(written, view)
}

/** Milliseconds of a COMMIT, or of a lone write, after which all of that is on a majority of its voters. */
export function commitLatencyMs(written: Iterable<ReplicationRules>, view: NetworkView): number {
  let ms = 0
  for (const rules of written) {
    const range = rangeState(rules, view.cluster)
    const replicated = leaseholderMs(range, view) + quorumMs(range, view)
    ms = Math.max(ms, rules.globalReads ? Math.max(replicated, view.globalLeadMs) : replicated)
  }
  return ms
}

function readMs(access: TableAccess, run: StatementRun, view: NetworkView): number {
  const steps = rulesRead(access, run, view.gateway).map(rules =>
    most(
      rules.map(each => {
        const range = rangeState(each, view.cluster)
        return isServedNearby(access, each, run.stale) ? nearestMs(range, view) : leaseholderMs(range, view)
      }),
    ),
  )
  return steps.reduce((sum, ms) => sum + ms, 0)
}

/** When all are asked at the same time. */
function slowestMs(rules: readonly ReplicationRules[], view: NetworkView): number {
  return most(rules.map(each => leaseholderMs(rangeState(each, view.cluster), view)))
}

function leaseholderMs(range: RangeState, { gateway, cluster, matrix }: NetworkView): number {
  if (range.leaseholder === undefined || !isAvailable(range, gateway, cluster)) return 0
  return roundTripMs(matrix, gateway, range.leaseholder)
}

/** From the leaseholder to as many voters as make a majority with it. */
function quorumMs({ leaseholder, electorate, quorum }: RangeState, { matrix }: NetworkView): number {
  if (leaseholder === undefined) return 0
  const distances = electorate.map(voter => roundTripMs(matrix, leaseholder, voter)).toSorted((a, b) => a - b)
  return distances[quorum - 1] ?? 0
}

function nearestMs(range: RangeState, { gateway, cluster, matrix }: NetworkView): number {
  const nearest = nearestReplica(range, gateway, { ...cluster, latency: matrix })
  return nearest === undefined ? 0 : roundTripMs(matrix, gateway, nearest)
}

function most(values: readonly number[]): number {
  return Math.max(0, ...values)
}
