import { ErrorField, serializeBackend } from '@cerci/wire'
import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'
import { failBatch } from './batch-failure.js'
import type { StepFailure, StepOutcome } from './batch-outcome.js'
import type { ClientBatch } from './client-batch.js'
import { ConflictRetry, isConflict, takeCheckpoint } from './conflict-retry.js'
import type { ReplySink } from './exchange.js'
import { ExtendedUnits } from './extended-units.js'
import { ambiguousResult, strikeFaults } from './fault-stage.js'
import { enterPast, leaveImplicitPast, prepareHistorical, readsPast } from './historical-read.js'
import { checkPastTables } from './past-tables.js'
import { QueryUnits } from './query-units.js'
import { holdRefusal } from './range-outage.js'
import { abandonCommit, arrive, depart, type Journey, travels } from './range-travel.js'
import { noSavepoint } from './restart-savepoint.js'
import type { ResultMark } from './result-buffer.js'
import type { SegmentEnd } from './segment.js'
import type { SessionContext } from './session-context.js'
import { restoreClock } from './shifted-clock.js'
import { completeStatements } from './statement-completion.js'
import { type Preparation, prepareStatement, rollBack, warnOutside } from './statement-preparation.js'
import { interleaved, noteSuspended } from './suspended-portal.js'
import type { TransactionState } from './transaction-state.js'
import type { Unit, UnitSource } from './unit.js'
import { endsInSync, isSavepointOutside, joinsBefore, standsAlone } from './unit-rules.js'

/** Why a batch ended before its last unit; undefined when it did not. */
type BatchFailure = StepFailure | { readonly kind: 'gone' } | undefined

/** Units `[from, to)` of a batch, which go to PostgreSQL together. */
interface Step {
  readonly from: number
  readonly to: number
  readonly units: readonly Unit[]
  /** The statement has to be prepared for, or followed, by itself. */
  readonly alone: boolean
}

const READY = {
  I: serializeBackend({ name: 'ReadyForQuery', status: 'I' }),
  T: serializeBackend({ name: 'ReadyForQuery', status: 'T' }),
  E: serializeBackend({ name: 'ReadyForQuery', status: 'E' }),
} as const

/** Runs the batches of a session, one after the other. */
export class BatchRunner {
  readonly #context: SessionContext
  /** After an error in a batch that ended in Flush: everything up to the next Sync is dropped. */
  #skipping = false

  constructor(context: SessionContext) {
    this.#context = context
  }

  /**
   * Runs one batch and answers it.
   *
   * @throws {BackendLost}
   */
  async run(batch: ClientBatch): Promise<void> {
    const { output } = this.#context
    const endsInFlush = batch.kind === 'extended' && batch.end === 'flush'
    if (this.#skipping && (batch.kind === 'query' || endsInFlush)) return
    output.hold()
    const succeeded = this.#skipping || (await this.#runBatch(batch))
    this.#skipping = endsInFlush && !succeeded
    if (this.#context.interrupted === 'closed') return
    await restoreClock(this.#context)
    if (!endsInFlush) {
      if (this.#context.implicitPast !== undefined) await leaveImplicitPast(this.#context, 'COMMIT')
      output.results(READY[clientStatus(this.#context.transaction)])
    }
    this.#context.transaction?.journal.settle()
    output.release()
  }

  /** @returns whether it succeeded; if not, the client has been sent the error */
  async #runBatch(batch: ClientBatch): Promise<boolean> {
    const made = this.#sourceOf(batch)
    const source = made instanceof Promise ? await made : made
    const failure: BatchFailure =
      source instanceof SqlError ? { kind: 'refused', error: source } : await this.#runUnits(source)
    if (failure === undefined) return true
    if (failure.kind !== 'gone') await failBatch(this.#context, failure)
    return false
  }

  async #runUnits(source: UnitSource): Promise<BatchFailure> {
    const retry = new ConflictRetry(this.#context)
    let checkpoint = takeCheckpoint(this.#context, 0)
    for (let next = 0; ; ) {
      const composed = this.#compose(source, next)
      const step = composed instanceof Promise ? await composed : composed
      if (step.units.length === 0) return next === 0 ? this.#endImplicit(source.end) : undefined
      const outcome = await (step.alone ? this.#runAlone(source, step) : this.#exchange(source, step))
      if (outcome.kind === 'done') {
        next = step.to
        if (source.isLast(next - 1)) return undefined
        if (!outcome.ended) continue
        checkpoint = takeCheckpoint(this.#context, next)
        retry.reset()
      } else if (
        outcome.kind === 'failed' &&
        isConflict(outcome.error) &&
        (await retry.goBack(checkpoint, outcome.error))
      ) {
        next = checkpoint.unit
      } else {
        return this.#wasCancelled(outcome) ? { kind: 'refused', error: canceled() } : outcome
      }
    }
  }

  /** Between two runs of a statement there is nothing in PostgreSQL that a cancellation could end. */
  #wasCancelled(outcome: StepOutcome): boolean {
    return this.#context.interrupted === 'cancelled' && outcome.kind === 'failed' && isConflict(outcome.error)
  }

  #sourceOf(batch: ClientBatch): UnitSource | Promise<UnitSource | SqlError> {
    if (batch.kind === 'extended') return new ExtendedUnits(this.#context, batch)
    return QueryUnits.of(this.#context, batch.text).catch((error: unknown) => {
      if (error instanceof SqlError) return error
      throw error
    })
  }

  /** The units from `from` on that can go together; a promise only when a statement's translation has to be waited for. */
  #compose(source: UnitSource, from: number): Step | Promise<Step> {
    return this.#composeOn(source, from, [])
  }

  #composeOn(source: UnitSource, from: number, units: Unit[]): Step | Promise<Step> {
    for (;;) {
      const to = from + units.length
      const unit = units.length > 0 && source.isLast(to - 1) ? undefined : source.at(to)
      if (unit instanceof Promise) return unit.then(() => this.#composeOn(source, from, units))
      if (unit === undefined) return { from, to, units, alone: false }
      const alone = standsAlone(this.#context, unit)
      if (alone && units.length > 0 && !joinsBefore(this.#context, source, unit))
        return { from, to, units, alone: false }
      units.push(unit)
      if (alone) return { from, to: to + 1, units, alone }
    }
  }

  async #runAlone(source: UnitSource, step: Step): Promise<StepOutcome> {
    const unit = step.units.at(-1)
    const preparation = unit === undefined ? RUN : await this.#prepare(source, step.to - 1, unit)
    if (this.#context.interrupted === 'closed') return { kind: 'gone' }
    if (preparation.kind === 'gone') return preparation
    if (preparation.kind === 'refuse') return { kind: 'refused', error: preparation.error }
    if (preparation.kind === 'fail') {
      return { kind: 'failed', error: preparation.error, segment: undefined, statement: unit?.statement }
    }
    const journey = await this.#depart(unit)
    if (journey instanceof SqlError) return { kind: 'refused', error: journey }
    const mark = this.#context.output.mark()
    const exchanged = await this.#arrive(journey, await this.#exchange(source, step), mark)
    const outcome = await this.#enterPast(unit, exchanged, mark)
    this.#context.watcher.muteNotices = false
    if (preparation.ambiguousId !== undefined) {
      this.#context.services.faults.recordTruth(preparation.ambiguousId, outcome.kind === 'done')
      if (outcome.kind !== 'done') return outcome
      if (this.#context.output.holding) this.#context.output.rewind(mark)
      return { kind: 'refused', error: ambiguousResult(preparation.ambiguousId) }
    }
    if (outcome.kind !== 'done') return outcome
    await restoreClock(this.#context)
    return this.#afterReply(unit, outcome)
  }

  async #prepare(source: UnitSource, index: number, unit: Unit): Promise<Preparation> {
    if (unit.refusal !== undefined) return { kind: 'refuse', error: unit.refusal }
    if (unit.statement === undefined) return this.#prepareBound(unit)
    const error = interleaved(this.#context, unit)
    if (error !== undefined) return { kind: 'refuse', error }
    if (isSavepointOutside(this.#context, unit.statement.translation)) {
      source.replace(index, noSavepoint(unit.statement.translation))
      return warnOutside(this.#context)
    }
    const askFaults = !unit.faultsDecided
    unit.faultsDecided = true
    const preparation = await prepareStatement(this.#context, unit.statement, { askFaults })
    if (this.#context.interrupted !== 'cancelled') return preparation
    return { kind: 'refuse', error: canceled() }
  }

  /** A portal belongs to the transaction it was bound in, which must read at its time. */
  async #prepareBound({ binds }: Unit): Promise<Preparation> {
    const error = binds && (await prepareHistorical(this.#context, binds))
    return error === undefined ? RUN : { kind: 'refuse', error }
  }

  async #depart(unit: Unit | undefined): Promise<Journey | SqlError | undefined> {
    const translation = unit?.statement?.translation
    if (translation === undefined || !travels(this.#context, translation)) return undefined
    const journey = await depart(this.#context, translation)
    if (journey instanceof SqlError) await abandonCommit(this.#context, translation)
    return journey
  }

  async #arrive(journey: Journey | undefined, outcome: StepOutcome, mark: ResultMark): Promise<StepOutcome> {
    if (journey === undefined || outcome.kind !== 'done') {
      const code = outcome.kind === 'failed' ? outcome.error.fields.get(ErrorField.Code) : undefined
      if (code === sqlState.range_unavailable) await holdRefusal(this.#context)
      return outcome
    }
    const error = await arrive(this.#context, journey)
    if (this.#context.interrupted === 'closed') return { kind: 'gone' }
    if (error === undefined) return outcome
    if (this.#context.output.holding) this.#context.output.rewind(mark)
    return { kind: 'refused', error }
  }

  /** BEGIN and SET TRANSACTION have run when PostgreSQL is taken to their time. */
  async #enterPast(unit: Unit | undefined, outcome: StepOutcome, mark: ResultMark): Promise<StepOutcome> {
    if (unit?.statement === undefined || outcome.kind !== 'done') return outcome
    const context = this.#context
    const error = await enterPast(context, unit.statement.translation)
    if (error === undefined) return outcome
    if (context.output.holding) context.output.rewind(mark)
    if (unit.statement.translation.kind === 'begin' && context.transaction !== undefined) {
      await rollBack(context, context.transaction)
    }
    return { kind: 'refused', error }
  }

  async #afterReply(unit: Unit | undefined, outcome: StepOutcome): Promise<StepOutcome> {
    if (unit?.statement === undefined || !this.#context.services.faults.active) return outcome
    const { cut, error } = await strikeFaults(this.#context, 'reply', unit.statement.translation.fingerprint)
    if (cut) return { kind: 'gone' }
    return error === undefined ? outcome : { kind: 'refused', error }
  }

  async #exchange(source: UnitSource, step: Step): Promise<StepOutcome> {
    const context = this.#context
    const { transaction } = context
    const segment = source.segment(step.from, step.to)
    const statements = step.units.flatMap(({ statement }) => statement ?? [])
    const sharesBegin = context.implicitOpen || statements.length > 1
    const end = this.#endOf(source, step)
    const mark = context.output.mark()
    const { status, error, suspended } = await context.backend.exchange(segment, end, this.#sinkOf(transaction))
    context.prepared.confirm(segment.expected, error === undefined ? segment.expected.length : error.answered)
    if (segment.isQuery) context.prepared.dropUnnamed()
    if (error !== undefined) return { kind: 'failed', error, segment, statement: statements.at(-1) }
    if (readsPast(context) && statements.some(({ translation }) => translation.kind === 'read')) {
      const changed = await checkPastTables(context.backend)
      if (changed !== undefined) {
        if (context.output.holding) context.output.rewind(mark)
        return { kind: 'refused', error: changed }
      }
    }
    noteSuspended(context, segment.expected, suspended)
    transaction?.journal.add(segment, false)
    try {
      // What PostgreSQL takes for a transaction is implicit to the client.
      const completing = completeStatements(
        context,
        statements,
        context.implicitPast === undefined ? status : undefined,
      )
      if (completing !== undefined) await completing
    } catch (effectError) {
      if (effectError instanceof SqlError) return { kind: 'refused', error: effectError }
      throw effectError
    }
    // What ran before BEGIN belongs to the transaction, and is not in its journal.
    if (transaction === undefined && sharesBegin) context.transaction?.journal.giveUp()
    if (statements.some(({ translation }) => translation.kind === 'ddl')) source.catalogChanged(step.to)
    return { kind: 'done', ended: status === 'I' }
  }

  #endOf(source: UnitSource, step: Step): SegmentEnd {
    // Inside an explicit transaction Sync changes nothing, and tells its status.
    if (this.#context.transaction !== undefined || (step.alone && step.units.some(endsInSync))) return 'sync'
    return source.isLast(step.to - 1) ? source.end : 'flush'
  }

  #sinkOf(transaction: TransactionState | undefined): ReplySink {
    const { output } = this.#context
    if (transaction === undefined) return output
    return {
      results(frames) {
        output.results(frames)
        transaction.journal.results(frames)
        if (!output.holding) transaction.journal.settle()
      },
    }
  }

  /** A Sync by itself ends what a batch before it has begun. */
  async #endImplicit(end: SegmentEnd): Promise<StepFailure | undefined> {
    if (end === 'flush' || !this.#context.implicitOpen) return undefined
    this.#context.implicitOpen = false
    const { error } = await this.#context.backend.sync()
    return error === undefined ? undefined : { kind: 'failed', error, segment: undefined, statement: undefined }
  }
}

const RUN: Preparation = { kind: 'run' }

function canceled(): SqlError {
  return new SqlError(sqlState.query_canceled, 'query execution canceled')
}

function clientStatus(transaction: TransactionState | undefined): 'I' | 'T' | 'E' {
  if (transaction === undefined) return 'I'
  return transaction.phase === 'failed' ? 'E' : 'T'
}
