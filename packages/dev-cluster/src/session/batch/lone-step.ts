import { ErrorField } from '@cerci/wire'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { ResultMark } from '../client/result-buffer.js'
import { ambiguousResult, strikeFaults } from '../fault-stage.js'
import { enterPast, prepareHistorical } from '../past/historical-read.js'
import { restoreClock } from '../past/shifted-clock.js'
import { holdRefusal } from '../ranges/range-outage.js'
import { abandonCommit, arrive, depart, type Journey, mayHaveWritten, travels } from '../ranges/range-travel.js'
import type { SessionContext } from '../session-context.js'
import { type Preparation, prepareStatement, RUN, rollBack, warnOutside } from '../statement/statement-preparation.js'
import { interleaved } from '../statement/suspended-portal.js'
import { noSavepoint } from '../transaction/restart-savepoint.js'
import type { StepOutcome } from './batch-outcome.js'
import type { Step } from './step.js'
import type { Unit, UnitSource } from './unit.js'
import { isSavepointOutside } from './unit-rules.js'

/**
 * Runs a step whose last statement has to be prepared for, or followed, by itself: it may read the past, be struck by faults, or have to wait
 * for the ranges it touches.
 *
 * @param exchange sends the step to PostgreSQL
 */
export async function runAlone(
  context: SessionContext,
  source: UnitSource,
  step: Step,
  exchange: () => Promise<StepOutcome>,
): Promise<StepOutcome> {
  const unit = step.units.at(-1)
  const preparation = unit === undefined ? RUN : await prepareUnit(context, source, step.to - 1, unit)
  if (context.interrupted === 'closed') return { kind: 'gone' }
  if (preparation.kind === 'gone') return preparation
  if (preparation.kind === 'refuse') return { kind: 'refused', error: preparation.error }
  if (preparation.kind === 'fail') {
    return { kind: 'failed', error: preparation.error, segment: undefined, statement: unit?.statement }
  }
  const journey = await departWith(context, unit)
  if (journey instanceof SqlError) return { kind: 'refused', error: journey }
  const mark = context.output.mark()
  const exchanged = await exchange()
  const ambiguousId = unit?.ambiguousId
  // Whatever follows, this is what has become of it.
  if (ambiguousId !== undefined) context.services.faults.recordTruth(ambiguousId, exchanged.kind === 'done')
  const arrived = await arriveFrom(context, journey, exchanged, mark)
  const outcome = await enterItsPast(context, unit, arrived, mark)
  context.watcher.muteNotices = false
  if (ambiguousId !== undefined && exchanged.kind === 'done' && outcome.kind !== 'gone') {
    if (context.output.holding) context.output.rewind(mark)
    return { kind: 'refused', error: ambiguousResult(ambiguousId) }
  }
  if (outcome.kind !== 'done') return outcome
  await restoreClock(context)
  return afterReply(context, unit, outcome)
}

/** What a client is told whose statement was cancelled. */
export function canceled(): SqlError {
  return new SqlError(sqlState.query_canceled, 'query execution canceled')
}

async function prepareUnit(
  context: SessionContext,
  source: UnitSource,
  index: number,
  unit: Unit,
): Promise<Preparation> {
  if (unit.refusal !== undefined) return { kind: 'refuse', error: unit.refusal }
  if (unit.statement === undefined) return prepareBound(context, unit)
  const error = interleaved(context, unit)
  if (error !== undefined) return { kind: 'refuse', error }
  if (isSavepointOutside(context, unit.statement.translation)) {
    source.replace(index, noSavepoint(unit.statement.translation))
    return warnOutside(context)
  }
  const askFaults = !unit.faultsDecided
  unit.faultsDecided = true
  const endsImplicit = source.end === 'sync' && source.isLast(index)
  const preparation = await prepareStatement(context, unit.statement, { askFaults, endsImplicit })
  if (preparation.kind === 'run') unit.ambiguousId ??= preparation.ambiguousId
  if (context.interrupted !== 'cancelled') return preparation
  return { kind: 'refuse', error: canceled() }
}

/** A portal belongs to the transaction it was bound in, which must read at its time. */
async function prepareBound(context: SessionContext, { binds }: Unit): Promise<Preparation> {
  const error = binds && (await prepareHistorical(context, binds))
  return error === undefined ? RUN : { kind: 'refuse', error }
}

async function departWith(context: SessionContext, unit: Unit | undefined): Promise<Journey | SqlError | undefined> {
  const translation = unit?.statement?.translation
  if (translation === undefined || !travels(context, translation)) return undefined
  const journey = await depart(context, translation)
  if (journey instanceof SqlError) await abandonCommit(context, translation)
  return journey
}

async function arriveFrom(
  context: SessionContext,
  journey: Journey | undefined,
  outcome: StepOutcome,
  mark: ResultMark,
): Promise<StepOutcome> {
  if (journey === undefined || outcome.kind !== 'done') {
    const code = outcome.kind === 'failed' ? outcome.error.fields.get(ErrorField.Code) : undefined
    if (code === sqlState.range_unavailable) await holdRefusal(context)
    return outcome
  }
  const refusal = await arrive(context, journey)
  if (context.interrupted === 'closed') return { kind: 'gone' }
  if (refusal === undefined) return outcome
  const error =
    outcome.ended && refusal.code === sqlState.range_unavailable && mayHaveWritten(journey) ? inDoubt(refusal) : refusal
  if (context.output.holding) context.output.rewind(mark)
  return { kind: 'refused', error }
}

/** What CockroachDB says when it cannot know whether a commit has reached a majority of the replicas. */
function inDoubt({ message }: SqlError): SqlError {
  return new SqlError(sqlState.statement_completion_unknown, `result is ambiguous: ${message}`)
}

/** BEGIN and SET TRANSACTION have run when PostgreSQL is taken to their time. */
async function enterItsPast(
  context: SessionContext,
  unit: Unit | undefined,
  outcome: StepOutcome,
  mark: ResultMark,
): Promise<StepOutcome> {
  if (unit?.statement === undefined || outcome.kind !== 'done') return outcome
  const error = await enterPast(context, unit.statement.translation)
  if (error === undefined) return outcome
  if (context.output.holding) context.output.rewind(mark)
  if (unit.statement.translation.kind === 'begin' && context.transaction !== undefined) {
    await rollBack(context, context.transaction)
  }
  return { kind: 'refused', error }
}

async function afterReply(context: SessionContext, unit: Unit | undefined, outcome: StepOutcome): Promise<StepOutcome> {
  if (unit?.statement === undefined || !context.services.faults.active) return outcome
  const { cut, error } = await strikeFaults(context, 'reply', unit.statement.translation.fingerprint)
  if (cut) return { kind: 'gone' }
  return error === undefined ? outcome : { kind: 'refused', error }
}
