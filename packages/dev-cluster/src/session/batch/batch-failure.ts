import { NO_SINK } from '../backend/exchange.js'
import { failingSegment } from '../backend/segment.js'
import { exchangeErrorFrame, sqlErrorFrame } from '../client/error-frames.js'
import { leaveImplicitPast } from '../past/historical-read.js'
import type { SessionContext } from '../session-context.js'
import { endTransaction } from '../statement/statement-preparation.js'
import { isConflict } from '../transaction/conflict-retry.js'
import { restartAction } from '../transaction/restart-savepoint.js'
import type { TransactionState } from '../transaction/transaction-state.js'
import type { StepFailure } from './batch-outcome.js'

/**
 * Tells the client of an error, and sees to it that PostgreSQL's transaction stands as the client will believe: failed, or ended
 * when it was the COMMIT that failed.
 */
export async function failBatch(context: SessionContext, failure: StepFailure): Promise<void> {
  const { backend, output, services } = context
  if (failure.kind === 'failed' && failure.error.needsSync) await backend.sync()
  await leaveImplicitPast(context, 'ROLLBACK')
  const { transaction } = context
  const frame =
    failure.kind === 'refused'
      ? sqlErrorFrame(failure.error)
      : exchangeErrorFrame(failure.error, failure.segment?.expected ?? [], {
          catalog: services.catalogs.peek(context.database),
          user: context.user,
        })
  if (transaction === undefined) await failImplicit(context, failure)
  else if (transaction.phase !== 'committed') await failTransaction(context, transaction, failure, frame)
  context.implicitOpen = false
  output.results(frame)
}

/** PostgreSQL undoes an implicit transaction when it hears of the error. */
async function failImplicit({ backend, implicitOpen }: SessionContext, failure: StepFailure): Promise<void> {
  if (failure.kind === 'refused' && implicitOpen) await backend.exchange(failingSegment(), 'sync', NO_SINK)
}

async function failTransaction(
  context: SessionContext,
  transaction: TransactionState,
  failure: StepFailure,
  frame: Buffer,
): Promise<void> {
  const { backend, variables } = context
  if (failure.kind === 'failed' && endsTransaction(context, failure)) {
    if (backend.status !== 'I') await backend.mustRun('ROLLBACK')
    variables.rewind(transaction.variables)
    endTransaction(context, transaction)
    return
  }
  if (failure.kind === 'failed') {
    if (failure.segment === undefined || isConflict(failure.error)) transaction.journal.giveUp()
    else transaction.journal.add(failure.segment, true)
    transaction.journal.results(frame)
  }
  // A failed RELEASE SAVEPOINT cockroach_restart, a COMMIT to PostgreSQL, has ended what the client may still restart.
  if (backend.status === 'I') await backend.mustRun(transaction.begin)
  if (backend.status === 'T') await backend.exchange(failingSegment(), 'sync', NO_SINK)
  context.transaction = { ...transaction, phase: 'failed' }
}

/** Whether it was the end of the transaction that failed, and not only a message that led to it. */
function endsTransaction(
  context: SessionContext,
  { error, statement, segment }: Extract<StepFailure, { kind: 'failed' }>,
): boolean {
  if (statement === undefined) return false
  const { translation } = statement
  // Without a segment, the COMMIT before a DDL statement failed.
  if (segment === undefined) return translation.kind === 'ddl'
  if (restartAction(translation, context.variables.isOn('force_savepoint_restart')) !== undefined) return false
  const failed = segment.expected[error.answered]?.kind
  return translation.kind === 'commit' && (failed === 'execute' || failed === 'query')
}
