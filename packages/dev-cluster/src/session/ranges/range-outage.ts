import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { rulesNeeded, rulesRead, rulesWritten, type StatementRun } from '../../latency/asked-ranges.js'
import { closedUntilMs } from '../../placement/closed-time.js'
import { isAvailable, type RangeState, rangeState, reachableReplicas } from '../../placement/range-state.js'
import type { ReplicationRules } from '../../placement/replication-rules.js'
import type { TableAccess } from '../../placement/table-access.js'
import { unavailableError } from '../../placement/unavailable-error.js'
import type { ClusterState, NodeInfo } from '../../topology/cluster-state.js'
import { isWhole, lostSince } from '../../topology/reach.js'
import { parseDurationMs } from '../../variables/parse-duration.js'
import type { SessionContext } from '../session-context.js'
import { nodeOf } from './range-travel.js'
import { closedLagMs } from './resolved-time.js'

/** How often a statement that waits for a range looks whether it is back, in milliseconds. */
const LOOK_MS = 25

interface Outage {
  readonly table: string
  readonly range: RangeState
}

/**
 * Waits while a range that a statement needs has lost the majority of its replicas, as CockroachDB does until a replica's circuit breaker
 * trips: `kv.replica_circuit_breaker.slow_replication_threshold`, a minute by default. Where not even one replica is left, nothing trips.
 *
 * @returns why the statement cannot go on
 * @see https://www.cockroachlabs.com/docs/v26.2/architecture/replication-layer#per-replica-circuit-breakers
 */
export async function waitForRanges(
  context: SessionContext,
  run: StatementRun,
  committing: readonly ReplicationRules[],
  when: 'before' | 'after',
): Promise<SqlError | undefined> {
  const began = Date.now()
  const limit = parseDurationMs(context.variables.get('statement_timeout')) ?? 0
  for (;;) {
    const cluster = context.services.state()
    if (isWhole(cluster)) return undefined
    const gateway = nodeOf(context, cluster)
    const questions = when === 'before' ? needed(run, gateway) : asked(run, gateway)
    const commits = committing.map(rules => ({ table: 'the transaction', reads: 'no' as const, rules }))
    const view = { gateway, cluster, readsAt: run.readsAt, lagMs: closedLagMs(context) }
    const outage = findOutage([...questions, ...commits], view)
    if (outage === undefined) return undefined
    if (hasTripped(outage.range, gateway, cluster, context, began)) {
      return unavailableError(outage.table, outage.range, gateway, cluster)
    }
    if (limit > 0 && Date.now() - began >= limit) {
      return new SqlError(sqlState.query_canceled, 'query execution canceled due to statement timeout')
    }
    await context.sleep(LOOK_MS)
    if (context.interrupted !== undefined) return new SqlError(sqlState.query_canceled, 'query execution canceled')
  }
}

/** A statement that PostgreSQL has refused for a row that is lost: the client is told no sooner than a circuit breaker would have. */
export async function holdRefusal(context: SessionContext): Promise<void> {
  const { services } = context
  const threshold = parseDurationMs(services.setting('kv.replica_circuit_breaker.slow_replication_threshold')) ?? 0
  for (;;) {
    const cluster = services.state()
    const losses = cluster.nodes.flatMap(node => lostSince(node, cluster) ?? [])
    if (isWhole(cluster) || context.interrupted !== undefined) return
    if (Date.now() - Math.max(...losses) >= threshold) return
    await context.sleep(LOOK_MS)
  }
}

function hasTripped(
  range: RangeState,
  gateway: NodeInfo,
  cluster: ClusterState,
  { services }: SessionContext,
  began: number,
): boolean {
  if (reachableReplicas(range, gateway, cluster).length === 0) return false
  const threshold = parseDurationMs(services.setting('kv.replica_circuit_breaker.slow_replication_threshold')) ?? 0
  const since = range.lostAt ?? began
  return threshold > 0 && Date.now() - since >= threshold
}

/** A range that a statement asks, and for what. */
interface Question {
  readonly table: string
  readonly reads: TableAccess['reads']
  readonly rules: ReplicationRules
}

/** What the statement will ask for sure. */
function needed({ accesses }: StatementRun, gateway: NodeInfo): Question[] {
  return accesses.flatMap(access => {
    const { table, reads } = access
    return rulesNeeded(access, gateway).map(rules => ({ table, reads, rules }))
  })
}

/** What it has asked, as is known after it. */
function asked(run: StatementRun, gateway: NodeInfo): Question[] {
  const read = run.accesses.flatMap(access => {
    const { table, reads } = access
    return rulesRead(access, run, gateway)
      .flat()
      .map(rules => ({ table, reads, rules }))
  })
  const table = run.accesses.find(({ writes }) => writes)?.table ?? ''
  return [...read, ...rulesWritten(run, gateway).map(rules => ({ table, reads: 'no' as const, rules }))]
}

/** What a gateway sees of the cluster, and when it reads. */
interface View {
  readonly gateway: NodeInfo
  readonly cluster: ClusterState
  readonly readsAt: number | undefined
  readonly lagMs: number
}

function findOutage(questions: readonly Question[], view: View): Outage | undefined {
  const { gateway, cluster } = view
  for (const { table, reads, rules } of questions) {
    const range = rangeState(rules, cluster)
    if (isAvailable(range, gateway, cluster)) continue
    if (reads !== 'read' || !followersKnow(range, view)) return { table, range }
  }
  return undefined
}

/** Whether a replica that can be reached has what is read: the past from before it was cut off. */
function followersKnow(range: RangeState, { gateway, cluster, readsAt, lagMs }: View): boolean {
  if (readsAt === undefined || reachableReplicas(range, gateway, cluster).length === 0) return false
  return readsAt / 1000 <= (closedUntilMs(range, gateway, cluster, lagMs) ?? 0)
}
