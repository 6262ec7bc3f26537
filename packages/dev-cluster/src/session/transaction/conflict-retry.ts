import { ErrorField } from '@cerci/wire'
import { sqlState } from '../../errors/sql-state.js'
import { type ExchangeError, NO_SINK } from '../backend/exchange.js'
import { exchangeErrorFrame } from '../client/error-frames.js'
import type { ResultMark } from '../client/result-buffer.js'
import type { SessionContext } from '../session-context.js'
import type { VariablesMark } from '../session-variables.js'
import { closing } from '../statement/prepared-statements.js'
import { restorePrepared } from '../statement/restore-prepared.js'
import { type JournalEntry, type JournalMark, ReplayDigest } from './journal.js'
import type { TransactionState } from './transaction-state.js'

/** Runs of one batch, conflicts included, before the client is asked to retry. */
const MAX_ATTEMPTS = 64
/** Full jitter between 0 and the smaller of these: `BASE_MS * 2^attempt`, `CAP_MS`. */
const BASE_MS = 0.5
const CAP_MS = 25

/** A point in a batch to which the gateway can go back without the client noticing. */
export interface Checkpoint {
  /** The unit to run next. */
  readonly unit: number
  readonly results: ResultMark
  readonly variables: VariablesMark
  readonly transaction: TransactionState | undefined
  readonly journal: JournalMark | undefined
  /** False when the client has seen results of an implicit transaction that is still open. */
  readonly repeatable: boolean
}

export function takeCheckpoint(context: SessionContext, unit: number): Checkpoint {
  context.prepared.checkpoint()
  return {
    unit,
    results: context.output.mark(),
    variables: context.variables.mark(),
    transaction: context.transaction,
    journal: context.transaction?.journal.mark(),
    repeatable: !context.implicitOpen,
  }
}

/** Whether an error means that others were in the way, and a run on a newer snapshot may succeed. */
export function isConflict({ fields }: ExchangeError): boolean {
  return (
    fields.get(ErrorField.Code) === sqlState.serialization_failure || isDeadlock({ fields }) || isCatalogRace(fields)
  )
}

function isDeadlock({ fields }: Pick<ExchangeError, 'fields'>): boolean {
  return fields.get(ErrorField.Code) === sqlState.deadlock_detected
}

/** Two schema changes at once, which CockroachDB puts one after the other, and PostgreSQL lets collide in its catalog's own tables. */
function isCatalogRace(fields: ExchangeError['fields']): boolean {
  if (fields.get(ErrorField.Code) === sqlState.unique_violation) return fields.get(ErrorField.Schema) === 'pg_catalog'
  return catalogRaces.has(fields.get(ErrorField.Routine) ?? '')
}

/**
 * Where PostgreSQL finds that a row of its catalog was "concurrently updated", an error without a code of its own; that a table's row type
 * came into being after it had looked for the table; or that a database to be dropped is being read by the gateway itself, as whose
 * clients none may end a session.
 */
const catalogRaces: ReadonlySet<string> = new Set([
  'simple_heap_update',
  'simple_heap_delete',
  'TypeCreate',
  'heap_create_with_catalog',
  'TerminateOtherDBBackends',
])

/** Goes back to checkpoints after conflicts, as often as is sensible for one batch. */
export class ConflictRetry {
  readonly #context: SessionContext
  #attempts = 0

  constructor(context: SessionContext) {
    this.#context = context
  }

  /** The batch has got past something that cannot be undone. */
  reset(): void {
    this.#attempts = 0
  }

  /**
   * Makes everything as it was at the checkpoint, on a new snapshot: what the transaction did before is replayed, and must give
   * what the client has seen.
   *
   * @returns false when the client has to be told of the conflict
   */
  async goBack(checkpoint: Checkpoint, error: ExchangeError): Promise<boolean> {
    const context = this.#context
    const { transaction } = checkpoint
    // PostgreSQL must listen again, whatever comes of this.
    if (error.needsSync) await context.backend.sync()
    if (!checkpoint.repeatable || !context.output.holding || transaction?.phase === 'failed') return false
    if (transaction?.journal.replayable === false) return false
    // CockroachDB aborts one of those who wait for each other, and runs it again only while its client has seen nothing.
    if (isDeadlock(error) && transaction !== undefined && transaction.statements > 0) return false
    for (let replayed: Replayed = 'conflict'; replayed !== 'same'; ) {
      if (replayed === 'different' || !(await this.#wait())) return false
      await this.#rewind(checkpoint)
      replayed = transaction === undefined ? 'same' : await replay(context, transaction)
    }
    if (transaction !== undefined) {
      context.transaction = { ...transaction, automaticRetries: transaction.automaticRetries + 1 }
    }
    return true
  }

  /** Others need time to finish; jitter keeps those who wait from meeting again. The first conflict costs no wait. */
  async #wait(): Promise<boolean> {
    if (this.#attempts >= MAX_ATTEMPTS) return false
    const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** this.#attempts)
    if (this.#attempts > 0) await this.#context.sleep(Math.random() * ceiling)
    this.#attempts++
    return this.#context.interrupted === undefined
  }

  async #rewind(checkpoint: Checkpoint): Promise<void> {
    const { backend, output, prepared, variables } = this.#context
    if (backend.status !== 'I') await backend.mustRun('ROLLBACK')
    output.rewind(checkpoint.results)
    variables.rewind(checkpoint.variables)
    await restorePrepared(this.#context, prepared.rewind())
    this.#context.transaction = checkpoint.transaction
    this.#context.implicitOpen = false
    this.#context.implicitPast = undefined
    if (checkpoint.journal !== undefined) checkpoint.transaction?.journal.rewind(checkpoint.journal)
  }
}

type Replayed = 'same' | 'different' | 'conflict'

/** Runs a transaction so far again. Unless that gives the same, nothing of it is left, and what was prepared is still there. */
async function replay(context: SessionContext, transaction: TransactionState): Promise<Replayed> {
  const { backend, prepared } = context
  const names = preparedNames(transaction.journal.entries)
  if (names.size > 0) await context.undisturbed(() => backend.exchange(closing(names), 'sync', NO_SINK))
  const replayed = await replayEntries(context, transaction)
  const complete = replayed === 'same' && (await restoreUnnamed(context))
  if (complete) return replayed
  if (backend.status !== 'I') await backend.mustRun('ROLLBACK')
  await restorePrepared(context, new Set([...names, ...(prepared.get('') === undefined ? [] : [''])]))
  return replayed === 'same' ? 'different' : replayed
}

/** @returns whether PostgreSQL took it; if not, its transaction has failed */
async function restoreUnnamed({ backend, prepared, undisturbed }: SessionContext): Promise<boolean> {
  if (prepared.get('') === undefined) return true
  const { error } = await undisturbed(() => backend.exchange(prepared.restore(['']), 'sync', NO_SINK))
  return error === undefined
}

async function replayEntries({ backend }: SessionContext, { begin, journal }: TransactionState): Promise<Replayed> {
  const digest = new ReplayDigest()
  const begun = await backend.run(begin)
  if (begun.error !== undefined) return 'different'
  for (const { segment, failed } of journal.entries) {
    const { error } = await backend.exchange(segment, 'sync', digest)
    if (error !== undefined) digest.results(exchangeErrorFrame(error, segment.expected, { catalog: undefined }))
    if ((error !== undefined) === failed) continue
    if (error === undefined || !isConflict(error)) return 'different'
    return 'conflict'
  }
  return journal.matches(digest) ? 'same' : 'different'
}

/** The names that a replay will prepare: PostgreSQL must have forgotten them. */
function preparedNames(entries: readonly JournalEntry[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { segment } of entries) {
    for (const reply of segment.expected)
      if (reply.kind === 'parse' && reply.prepared !== undefined) names.add(reply.name)
  }
  return names
}
