import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { rulesWritten, type StatementRun } from '../../latency/asked-ranges.js'
import { commitLatencyMs, type NetworkView, statementLatencyMs } from '../../latency/statement-latency.js'
import type { ReplicationRules } from '../../placement/replication-rules.js'
import type { TableAccess } from '../../placement/table-access.js'
import type { ClusterState, NodeInfo } from '../../topology/cluster-state.js'
import type { Translation } from '../../translate/translation.js'
import { parseDurationMs } from '../../variables/parse-duration.js'
import type { SessionContext } from '../session-context.js'
import { rollBack } from '../statement/statement-preparation.js'
import { restartAction } from '../transaction/restart-savepoint.js'
import type { TransactionState } from '../transaction/transaction-state.js'
import { waitForRanges } from './range-outage.js'
import { closedLagMs } from './resolved-time.js'

/** How far in the future CockroachDB writes to GLOBAL tables when it is not told otherwise: https://www.cockroachlabs.com/docs/v26.2/global-tables#troubleshooting */
const GLOBAL_LEAD_MS = 800

/** Beyond `kv.closed_timestamp.target_duration`, until every replica knows that a time is closed: a round of closing and its way to the replicas. */
const CLOSING_MS = 1200

/** Whether a statement has to be followed to the ranges it touches. */
export function travels(context: SessionContext, translation: Translation): boolean {
  if (!context.services.state().watched) return false
  return (
    translation.accesses !== undefined || (commits(context, translation) && context.transaction?.written.size !== 0)
  )
}

/** What a statement that is about to run will have to wait for when it has run. */
export interface Journey {
  readonly translation: Translation
  readonly transaction: TransactionState | undefined
  /** The ranges that its end commits. */
  readonly committing: readonly ReplicationRules[]
  /** Whether statements before it are in the same implicit transaction. */
  readonly inPipeline: boolean
}

/**
 * Begins to follow a statement. Waits while ranges that it cannot do without are lost.
 *
 * @returns why it cannot run
 */
export async function depart(context: SessionContext, translation: Translation): Promise<Journey | SqlError> {
  const { transaction, watcher } = context
  watcher.touched.clear()
  const committing = commits(context, translation) ? [...(transaction?.written ?? [])] : []
  const accesses = translation.accesses ?? []
  const refusal = await waitForRanges(context, runOf(context, accesses, transaction), committing, 'before')
  return refusal ?? { translation, transaction, committing, inPipeline: context.implicitOpen }
}

/**
 * The statement has run: waits as long as the network would have taken.
 *
 * @returns why its result must not be had after all
 */
export async function arrive(
  context: SessionContext,
  { translation, transaction, committing }: Journey,
): Promise<SqlError | undefined> {
  const { services } = context
  const cluster = services.state()
  const gateway = nodeOf(context, cluster)
  const run = runOf(context, translation.accesses ?? [], transaction)
  if (!run.implicit) for (const rules of rulesWritten(run, gateway)) transaction?.written.add(rules)
  const refusal = await waitForRanges(context, run, committing, 'after')
  if (refusal !== undefined) return refusal
  if (cluster.latency === undefined) return undefined
  const view = { gateway, cluster, matrix: cluster.latency, globalLeadMs: globalLeadMs(context) }
  return endure(context, totalMs(run, committing, view))
}

/** Whether the end of a statement may have committed rows, if it has ended a transaction. */
export function mayHaveWritten({ translation, committing, inPipeline }: Journey): boolean {
  return committing.length > 0 || inPipeline || translation.accesses?.some(({ writes }) => writes) === true
}

/** A COMMIT that was refused leaves no transaction behind. */
export async function abandonCommit(context: SessionContext, translation: Translation): Promise<void> {
  if (translation.kind === 'commit' && context.transaction?.phase === 'open')
    await rollBack(context, context.transaction)
}

/** As a statement's text and what its rows told of it say. */
function runOf(
  context: SessionContext,
  accesses: readonly TableAccess[],
  transaction: TransactionState | undefined,
): StatementRun {
  return {
    accesses,
    touched: context.watcher.touched,
    stale: isStale(context),
    readsAt: readsAt(context),
    implicit: transaction === undefined,
  }
}

function totalMs(run: StatementRun, committing: readonly ReplicationRules[], view: NetworkView): number {
  return statementLatencyMs(run, view) + commitLatencyMs(committing, view)
}

/** Waits, unless the statement's time is over before: a statement_timeout counts what PostgreSQL does, but not this. */
async function endure(context: SessionContext, ms: number): Promise<SqlError | undefined> {
  const limit = parseDurationMs(context.variables.get('statement_timeout')) ?? 0
  const isOver = limit > 0 && ms > limit
  if (ms > 0) await context.sleep(isOver ? limit : ms)
  if (context.interrupted === 'cancelled') return new SqlError(sqlState.query_canceled, 'query execution canceled')
  return isOver ? new SqlError(sqlState.query_canceled, 'query execution canceled due to statement timeout') : undefined
}

/** Whether what runs now reads a past that followers have. https://www.cockroachlabs.com/docs/v26.2/follower-reads */
function isStale(context: SessionContext): boolean {
  if (context.implicitPast?.asOf.mode === 'bounded') return true
  const micros = readsAt(context)
  return micros !== undefined && Date.now() - micros / 1000 >= closedLagMs(context) + CLOSING_MS
}

function readsAt({ implicitPast, transaction }: SessionContext): number | undefined {
  return implicitPast?.epochMicros ?? transaction?.readsAt
}

export function nodeOf({ nodeId }: Pick<SessionContext, 'nodeId'>, { nodes }: ClusterState): NodeInfo {
  const node = nodes.find(({ id }) => id === nodeId)
  if (node === undefined) throw new Error(`the session's node ${nodeId} is not in the cluster`)
  return node
}

function commits({ variables }: SessionContext, translation: Translation): boolean {
  if (translation.kind === 'commit') return true
  return restartAction(translation, variables.isOn('force_savepoint_restart')) === 'commit'
}

function globalLeadMs({ services }: SessionContext): number {
  const override = parseDurationMs(services.setting('kv.closed_timestamp.lead_for_global_reads_override')) ?? 0
  return override > 0 ? override : GLOBAL_LEAD_MS
}
