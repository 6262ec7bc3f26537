import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { TranslationKind } from '../../translate/translation.js'
import type { ExchangeError } from '../backend/exchange.js'
import { noticeFrame } from '../client/error-frames.js'
import { ambiguousResult, strikeFaults } from '../fault-stage.js'
import { enterPastAgain, prepareHistorical, reachesPast } from '../past/historical-read.js'
import { shiftClock } from '../past/shifted-clock.js'
import type { SessionContext } from '../session-context.js'
import { type RestartAction, restartAction } from '../transaction/restart-savepoint.js'
import { restartTransaction, type TransactionState } from '../transaction/transaction-state.js'
import { prepareDropDatabase } from './drop-database.js'
import { checksPlan, refuseFullScans } from './full-scans.js'
import type { Statement } from './statement.js'
import { moveToDatabase } from './use-database.js'

/** Whether a statement may run now. */
export type Preparation =
  | { readonly kind: 'run'; readonly ambiguousId?: string }
  | { readonly kind: 'refuse'; readonly error: SqlError }
  /** What had to be done before it failed in PostgreSQL. */
  | { readonly kind: 'fail'; readonly error: ExchangeError }
  /** The client is gone. */
  | { readonly kind: 'gone' }

export const RUN: Preparation = { kind: 'run' }

/** With `inject_retry_errors_enabled`, retries through cockroach_restart after which a transaction may go on. */
const INJECTED_RESTARTS = 3

const controlKinds: ReadonlySet<TranslationKind> = new Set<TranslationKind>([
  'begin',
  'commit',
  'rollback',
  'savepoint',
  'release',
  'rollback-to',
])

/** Whether a statement manages the transaction instead of working in it. */
export function isControl(kind: TranslationKind): boolean {
  return controlKinds.has(kind)
}

/**
 * Does what CockroachDB does before it runs a statement, and says whether to run it.
 *
 * @param options.endsImplicit whether an implicit transaction is committed right after it
 */
export async function prepareStatement(
  context: SessionContext,
  statement: Statement,
  options: { readonly askFaults: boolean; readonly endsImplicit: boolean },
): Promise<Preparation> {
  const own = await prepareOwn(context, statement)
  if (own.kind !== 'run' || !options.askFaults || !context.services.faults.active) return own
  return prepareFaults(context, statement, options.endsImplicit)
}

async function prepareOwn(context: SessionContext, statement: Statement): Promise<Preparation> {
  const { translation } = statement
  const { transaction } = context
  if (transaction?.phase === 'committed')
    return translation.observes ? RUN : prepareCommitted(context, translation.kind)
  if (reachesPast(context, translation)) {
    const error = await prepareHistorical(context, statement)
    if (error !== undefined) return { kind: 'refuse', error }
  }
  const action = restartAction(translation, context.variables.isOn('force_savepoint_restart'))
  if (action !== undefined) return prepareRestart(context, action, translation.savepoint ?? '')
  const { kind } = translation
  if (kind === 'begin' && transaction?.phase === 'open') {
    return refuse(sqlState.active_sql_transaction, 'there is already a transaction in progress')
  }
  if (kind === 'commit' && transaction?.phase === 'open') return prepareCommit(context, transaction)
  if (kind === 'commit' || kind === 'rollback') return outsideTransaction(context)
  if (kind === 'ddl') {
    const prepared = await prepareDdl(context)
    if (prepared.kind !== 'run' || translation.effect === undefined || !('dropDatabase' in translation.effect))
      return prepared
    return prepareDropDatabase(context, translation.effect)
  }
  if (translation.effect !== undefined && 'setClusterSetting' in translation.effect && transaction !== undefined) {
    return refuse(
      sqlState.active_sql_transaction,
      'SET CLUSTER SETTING cannot be used inside a multi-statement transaction',
    )
  }
  if (translation.effect !== undefined && 'useDatabase' in translation.effect) {
    return moveToDatabase(context, translation.effect.useDatabase)
  }
  if (
    injectsRetry(context, 'inject_retry_errors_enabled') &&
    !isControl(translation.kind) &&
    translation.kind !== 'set'
  ) {
    return { kind: 'refuse', error: injectedRetry('inject_retry_errors_enabled') }
  }
  if (!checksPlan(context, translation)) return RUN
  const error = await refuseFullScans(context, statement)
  return error === undefined ? RUN : { kind: 'fail', error }
}

/** After RELEASE SAVEPOINT cockroach_restart PostgreSQL is outside of the transaction already, and would say so. */
function prepareCommitted(context: SessionContext, kind: TranslationKind): Preparation {
  if (kind !== 'commit' && kind !== 'rollback') {
    return refuse(
      sqlState.invalid_transaction_state,
      'current transaction is committed, commands ignored until end of transaction block',
    )
  }
  context.watcher.muteNotices = true
  return RUN
}

async function prepareRestart(context: SessionContext, action: RestartAction, name: string): Promise<Preparation> {
  const { transaction } = context
  if (transaction === undefined) return outsideTransaction(context)
  if (action === 'declare') return declareRestart(context, transaction, name)
  if (!transaction.restartable) return refuse(sqlState.invalid_savepoint, `savepoint "${name}" does not exist`)
  if (action === 'restart') return RUN
  if (transaction.phase === 'failed') {
    return refuse(
      sqlState.in_failed_sql_transaction,
      'current transaction is aborted, commands ignored until end of transaction block',
    )
  }
  // inject_retry_errors_on_commit_enabled is about COMMIT only.
  return RUN
}

async function declareRestart(
  context: SessionContext,
  transaction: TransactionState,
  name: string,
): Promise<Preparation> {
  if (transaction.phase === 'failed') {
    // Declared again, it restarts: drivers do so that cannot roll back to a savepoint after a failed release.
    if (transaction.restartable) await restart(context, transaction)
    return RUN
  }
  if (transaction.statements > 0 || transaction.savepoints.length > 0) {
    return refuse(sqlState.syntax_error, `SAVEPOINT "${name}" needs to be the first statement in a transaction`)
  }
  return RUN
}

/** Begins the transaction anew, as ROLLBACK TO SAVEPOINT cockroach_restart does. */
export async function restart(context: SessionContext, transaction: TransactionState): Promise<void> {
  if (context.backend.status !== 'I') await context.backend.mustRun('ROLLBACK')
  context.variables.rewind(transaction.variables)
  for (const sql of [transaction.begin, ...transaction.modes]) await context.backend.mustRun(sql)
  const lost = transaction.readsAt === undefined ? undefined : await enterPastAgain(context, transaction.readsAt)
  if (lost !== undefined) throw lost
  context.transaction = restartTransaction(transaction)
}

async function prepareCommit(context: SessionContext, transaction: TransactionState): Promise<Preparation> {
  if (!injectsRetry(context, 'inject_retry_errors_on_commit_enabled')) return RUN
  await rollBack(context, transaction)
  return { kind: 'refuse', error: injectedRetry('inject_retry_errors_on_commit_enabled') }
}

/** PostgreSQL warns about COMMIT and ROLLBACK here; CockroachDB does too, but only with autocommit_before_ddl. */
function outsideTransaction(context: SessionContext): Preparation {
  if (context.transaction !== undefined || context.variables.isOn('autocommit_before_ddl')) return RUN
  return refuse(sqlState.no_active_sql_transaction, 'there is no transaction in progress')
}

/** As {@link outsideTransaction}, for a statement in the place of which PostgreSQL gets one that it would warn about otherwise. */
export function warnOutside(context: SessionContext): Preparation {
  const preparation = outsideTransaction(context)
  if (preparation.kind !== 'run') return preparation
  context.watcher.muteNotices = true
  context.output.results(
    noticeFrame('there is no transaction in progress', 'WARNING', sqlState.no_active_sql_transaction),
  )
  return RUN
}

/** @see https://www.cockroachlabs.com/docs/v26.2/online-schema-changes#schema-changes-within-transactions */
async function prepareDdl(context: SessionContext): Promise<Preparation> {
  if (!context.variables.isOn('autocommit_before_ddl')) return RUN
  const { transaction } = context
  if (transaction === undefined) {
    if (!context.implicitOpen) return RUN
    context.implicitOpen = false
    const { error } = await context.backend.sync()
    return error === undefined ? RUN : { kind: 'fail', error }
  }
  if (transaction.phase === 'failed') return RUN
  const { error } = await context.backend.run('COMMIT')
  if (error !== undefined) return { kind: 'fail', error }
  endTransaction(context, transaction)
  context.output.results(
    noticeFrame('auto-committing transaction before processing DDL due to autocommit_before_ddl setting'),
  )
  return RUN
}

async function prepareFaults(
  context: SessionContext,
  { translation }: Statement,
  endsImplicit: boolean,
): Promise<Preparation> {
  const { transaction } = context
  const { kind, fingerprint } = translation
  const releases = restartAction(translation, context.variables.isOn('force_savepoint_restart')) === 'commit'
  const commits =
    transaction?.phase === 'open'
      ? kind === 'commit' || releases
      : kind === 'write' && transaction === undefined && endsImplicit
  if (!isControl(kind)) {
    const struck = await strikeFaults(context, 'statement', fingerprint)
    if (struck.cut) return { kind: 'gone' }
    if (struck.error !== undefined) return { kind: 'refuse', error: struck.error }
    // Who calls this ends what was interrupted: nothing more strikes it.
    if (context.interrupted !== undefined) return RUN
    if (struck.clockOffsetMs !== undefined) await shiftClock(context, struck.clockOffsetMs)
  }
  if (!commits) return RUN
  const { cut, error, ambiguous } = await strikeFaults(context, 'commit', fingerprint)
  if (cut) return { kind: 'gone' }
  if (context.interrupted !== undefined) return RUN
  if (error === undefined && ambiguous === undefined) return RUN
  if (error === undefined && ambiguous?.committed === true) return { kind: 'run', ambiguousId: ambiguous.id }
  if (ambiguous !== undefined) context.services.faults.recordTruth(ambiguous.id, false)
  if (transaction !== undefined && !releases) await rollBack(context, transaction)
  return { kind: 'refuse', error: error ?? ambiguousResult(ambiguous?.id ?? '') }
}

/** Ends the transaction in PostgreSQL and here: a failed COMMIT leaves none behind. */
export async function rollBack(context: SessionContext, transaction: TransactionState): Promise<void> {
  await context.backend.mustRun('ROLLBACK')
  context.variables.rewind(transaction.variables)
  endTransaction(context, transaction)
}

/** Forgets the transaction, which has ended in PostgreSQL. */
export function endTransaction(context: SessionContext, transaction: TransactionState): void {
  context.transaction = undefined
  context.suspendedPortal = undefined
  context.variables.endTransaction()
  if (transaction.changedCatalog) context.services.catalogs.invalidate(context.database)
}

function injectsRetry({ transaction, variables }: SessionContext, variable: string): boolean {
  if (transaction?.phase !== 'open' || !variables.isOn(variable)) return false
  return !(transaction.restartable && transaction.restarts >= INJECTED_RESTARTS)
}

/** @see https://www.cockroachlabs.com/docs/v26.2/transaction-retry-error-example#test-transaction-retry-logic */
function injectedRetry(variable: string): SqlError {
  return new SqlError(
    sqlState.serialization_failure,
    `restart transaction: TransactionRetryWithProtoRefreshError: injected by \`${variable}\` session variable`,
  )
}

function refuse(code: string, message: string, hint?: string): Preparation {
  return { kind: 'refuse', error: new SqlError(code, message, hint === undefined ? {} : { hint }) }
}
