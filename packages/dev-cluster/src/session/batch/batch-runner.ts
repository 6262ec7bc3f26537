import { serializeBackend } from '@cerci/wire'
import { SqlError } from '../../errors/sql-error.js'
import type { ReplySink } from '../backend/exchange.js'
import type { SegmentEnd } from '../backend/segment.js'
import type { ClientBatch } from '../client/client-batch.js'
import { leaveImplicitPast, readsPast } from '../past/historical-read.js'
import { checkPastTables } from '../past/past-tables.js'
import { restoreClock } from '../past/shifted-clock.js'
import type { SessionContext } from '../session-context.js'
import { completeStatements } from '../statement/statement-completion.js'
import { noteSuspended } from '../statement/suspended-portal.js'
import { ConflictRetry, isConflict, takeCheckpoint } from '../transaction/conflict-retry.js'
import type { TransactionState } from '../transaction/transaction-state.js'
import { failBatch } from './batch-failure.js'
import type { StepFailure, StepOutcome } from './batch-outcome.js'
import { ExtendedUnits } from './extended-units.js'
import { canceled, runAlone } from './lone-step.js'
import { QueryUnits } from './query-units.js'
import { runElsewhere } from './run-elsewhere.js'
import type { Step } from './step.js'
import type { Unit, UnitSource } from './unit.js'
import { endsInSync, joinsBefore, standsAlone } from './unit-rules.js'

/** Why a batch ended before its last unit; undefined when it did not. */
type BatchFailure = StepFailure | { readonly kind: 'gone' } | undefined

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
      const outcome = await (step.alone
        ? runAlone(this.#context, source, step, () => this.#exchange(source, step))
        : this.#exchange(source, step))
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

  async #exchange(source: UnitSource, step: Step): Promise<StepOutcome> {
    const context = this.#context
    const visits = step.units.at(-1)?.visits
    if (visits !== undefined) return runElsewhere(context, source, step, visits)
    const { transaction } = context
    const statements = step.units.flatMap(({ statement }) => statement ?? [])
    const sharesBegin = context.implicitOpen || statements.length > 1
    const end = this.#endOf(source, step)
    const segment = source.segment(step.from, step.to, end)
    const mark = context.output.mark()
    const { status, error, suspended } = await context.backend.exchange(segment, end, this.#sinkOf(transaction))
    context.prepared.confirm(segment.expected, error === undefined ? segment.expected.length : error.answered)
    if (source instanceof QueryUnits) context.prepared.dropUnnamed()
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
      if (!(effectError instanceof SqlError)) throw effectError
      if (context.output.holding) context.output.rewind(mark)
      return { kind: 'refused', error: effectError }
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

function clientStatus(transaction: TransactionState | undefined): 'I' | 'T' | 'E' {
  if (transaction === undefined) return 'I'
  return transaction.phase === 'failed' ? 'E' : 'T'
}
