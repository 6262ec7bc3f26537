import type { TranslationEffect } from '../../translate/translation.js'
import type { SessionContext } from '../session-context.js'
import { restartAction } from '../transaction/restart-savepoint.js'
import { beginTransaction, type TransactionState } from '../transaction/transaction-state.js'
import { type Cancellation, cancelOthers } from './cancel-others.js'
import { controlJobs } from './control-jobs.js'
import type { Statement } from './statement.js'
import { endTransaction, isControl, restart } from './statement-preparation.js'

/**
 * Takes note of what statements that have succeeded mean to the session. A promise only when PostgreSQL has to be asked for
 * something: most statements cost no wait.
 *
 * @param status PostgreSQL's transaction status, or undefined when it was not asked for
 * @throws {SqlError} when an effect outside of PostgreSQL fails
 */
export function completeStatements(
  context: SessionContext,
  statements: readonly Statement[],
  status: 'I' | 'T' | 'E' | undefined,
): Promise<void> | undefined {
  for (const statement of statements) noteStatement(context, statement)
  const cancellation = statements.map(({ translation }) => translation.effect).find(isCancellation)
  if (cancellation) {
    return cancelOthers(context, cancellation, context.watcher.takeCancellations()).then(() =>
      completeStatus(context, statements, status),
    )
  }
  const control = statements.map(({ translation }) => translation.effect).find(controlsJobs)
  if (control) {
    return controlJobs(context, control.controlJobs, context.watcher.takeCancellations()).then(() =>
      completeStatus(context, statements, status),
    )
  }
  const setup = statements.find(hasSetup)
  if (setup) return setUpDatabase(context, setup).then(() => completeStatus(context, statements, status))
  return completeStatus(context, statements, status)
}

function completeStatus(
  context: SessionContext,
  statements: readonly Statement[],
  status: 'I' | 'T' | 'E' | undefined,
): Promise<void> | undefined {
  if (status !== undefined) return followStatus(context, statements.at(-1), status)
  context.implicitOpen ||= statements.length > 0
  return undefined
}

function isCancellation(effect: TranslationEffect | undefined): effect is Cancellation {
  return effect !== undefined && 'cancel' in effect
}

function controlsJobs(
  effect: TranslationEffect | undefined,
): effect is Extract<TranslationEffect, { readonly controlJobs: string }> {
  return effect !== undefined && 'controlJobs' in effect
}

function hasSetup({ translation: { effect } }: Statement): boolean {
  return effect !== undefined && 'createDatabase' in effect && effect.setup !== undefined
}

function noteStatement(context: SessionContext, { translation }: Statement): void {
  const { effect, job, kind, savepoint } = translation
  if (job) recordJob(context, job)
  if (effect !== undefined) applyEffect(context, effect)
  if (kind === 'ddl') context.services.catalogs.invalidate(context.database)
  if (kind === 'write' && changesRows(translation.fingerprint)) context.services.history.noteChange(context.database)
  const { transaction } = context
  if (transaction === undefined) return
  if (savepoint !== undefined) noteSavepoint(context, transaction, translation)
  else if (!isControl(kind)) {
    context.transaction = {
      ...transaction,
      statements: transaction.statements + (kind === 'set' ? 0 : 1),
      modes: translation.transaction === undefined ? transaction.modes : [...transaction.modes, translation.sql],
      changedCatalog: transaction.changedCatalog || kind === 'ddl',
    }
  }
}

/** The job that CockroachDB would have run. */
export function recordJob(
  { services, user, nodeId }: SessionContext,
  job: NonNullable<Statement['translation']['job']>,
): void {
  services.jobs.record({ ...job, user, nodeId, createdAt: new Date() })
}

/** Whether old versions of rows are left behind, as far as the first letter tells: UPDATE, UPSERT and DELETE, not INSERT. */
function changesRows(fingerprint: string): boolean {
  return fingerprint.startsWith('U') || fingerprint.startsWith('D')
}

function applyEffect({ variables, prepared, services }: SessionContext, effect: TranslationEffect): void {
  if ('set' in effect) variables.set(effect.set, effect.value, effect.local)
  else if ('reset' in effect) {
    variables.reset()
    if (effect.reset === 'discard') prepared.clear()
  } else if ('setClusterSetting' in effect) services.setSetting(effect.setClusterSetting, effect.value)
  else if ('configureZone' in effect) {
    services.setZone(effect.configureZone, effect.fields)
    // Translations hold where tables are.
    services.catalogs.invalidateAll()
  } else if ('createDatabase' in effect) services.catalogs.invalidateAll()
  else if ('dropDatabase' in effect) services.catalogs.forget(effect.dropDatabase)
}

/** What CREATE DATABASE still has to do inside of the new database. */
async function setUpDatabase({ services }: SessionContext, { translation }: Statement): Promise<void> {
  const { effect } = translation
  if (effect === undefined || !('createDatabase' in effect) || effect.setup === undefined) return
  await services.engine.query(effect.createDatabase, effect.setup)
  services.catalogs.invalidateAll()
}

function noteSavepoint(
  context: SessionContext,
  transaction: TransactionState,
  { kind, savepoint: name = '' }: Statement['translation'],
): void {
  const { variables } = context
  if (restartAction({ kind, savepoint: name, sql: '', fingerprint: '' }, variables.isOn('force_savepoint_restart'))) {
    if (kind === 'savepoint') context.transaction = { ...transaction, restartable: true }
    return
  }
  const { savepoints } = transaction
  const at = savepoints.findLastIndex(savepoint => savepoint.name === name)
  if (kind === 'savepoint') {
    context.transaction = { ...transaction, savepoints: [...savepoints, { name, variables: variables.mark() }] }
  } else if (kind === 'release') {
    context.transaction = { ...transaction, savepoints: savepoints.slice(0, Math.max(at, 0)) }
  } else {
    const savepoint = savepoints[at]
    if (savepoint !== undefined) variables.rewind(savepoint.variables)
    context.transaction = { ...transaction, savepoints: savepoints.slice(0, at + 1) }
  }
}

async function followStatus(
  context: SessionContext,
  last: Statement | undefined,
  status: 'I' | 'T' | 'E',
): Promise<void> {
  context.implicitOpen = false
  const { transaction } = context
  if (transaction === undefined) {
    if (status === 'T')
      context.transaction = beginTransaction(last?.translation.sql ?? 'BEGIN', context.variables.mark())
    return
  }
  if (status === 'T') {
    if (transaction.phase === 'failed') context.transaction = { ...transaction, phase: 'open' }
    return
  }
  if (status === 'E') {
    context.transaction = { ...transaction, phase: 'failed' }
    return
  }
  await followEnd(context, transaction, last)
}

/** PostgreSQL's transaction has ended. */
function followEnd(
  context: SessionContext,
  transaction: TransactionState,
  last: Statement | undefined,
): Promise<void> | undefined {
  const anyName = context.variables.isOn('force_savepoint_restart')
  const action = last === undefined ? undefined : restartAction(last.translation, anyName)
  if (transaction.phase !== 'committed' && action === 'commit') {
    context.transaction = { ...transaction, phase: 'committed' }
    return undefined
  }
  if (transaction.phase !== 'committed' && action === 'restart') return restart(context, transaction)
  const rolledBack = transaction.phase === 'failed' || last?.translation.kind === 'rollback'
  if (rolledBack) context.variables.rewind(transaction.variables)
  endTransaction(context, transaction)
  return undefined
}
