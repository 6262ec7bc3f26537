import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { PastSnapshot } from '../../history/history.js'
import { readsSingleRow } from '../../history/single-row-read.js'
import { hlcText, timestampText } from '../../history/time-text.js'
import type { TableAccess } from '../../placement/table-access.js'
import type { AsOf } from '../../translate/as-of/as-of.js'
import type { Translation, TranslationKind } from '../../translate/translation.js'
import { NO_SINK } from '../backend/exchange.js'
import { internalSegment } from '../backend/segment.js'
import { resolvedMicros } from '../ranges/resolved-time.js'
import type { SessionContext } from '../session-context.js'
import type { Statement } from '../statement/statement.js'
import type { TransactionState } from '../transaction/transaction-state.js'

/** The time at which a client's implicit transaction reads; PostgreSQL is in a transaction block of the gateway's. */
export interface ImplicitPast {
  readonly asOf: AsOf
  readonly epochMicros: number
}

/** `follower_read_timestamp()`, https://www.cockroachlabs.com/docs/v26.2/follower-reads. */
const FOLLOWER_READ: AsOf = { mode: 'exact', time: { microsAgo: 4_200_000 } }

/** Statements that are no part of what an implicit transaction reads. */
const outsideKinds: ReadonlySet<TranslationKind> = new Set<TranslationKind>([
  'commit',
  'rollback',
  'savepoint',
  'release',
  'rollback-to',
  'empty',
])

/** Whether a statement outside of a transaction reads what followers have, because the session says so. */
function readsFollowers({ transaction, variables }: SessionContext, { kind, tag }: Translation): boolean {
  if (transaction !== undefined || kind === 'set' || tag === 'SHOW' || outsideKinds.has(kind)) return false
  return variables.isOn('default_transaction_use_follower_reads')
}

/** Whether a statement reads the past, or changes when its transaction reads. */
export function reachesPast(context: SessionContext, translation: Translation): boolean {
  return translation.asOf !== undefined || context.implicitPast !== undefined || readsFollowers(context, translation)
}

/** Whether what runs now reads the past. */
export function readsPast({ implicitPast, transaction }: SessionContext): boolean {
  return implicitPast !== undefined || transaction?.readsAt !== undefined
}

/**
 * Does what must be done before a statement that may read the past: checks that it can, and for one outside of a transaction
 * takes PostgreSQL to its time.
 *
 * @returns why it cannot run
 * @see https://www.cockroachlabs.com/docs/v26.2/as-of-system-time
 */
export async function prepareHistorical(context: SessionContext, statement: Statement): Promise<SqlError | undefined> {
  const { transaction } = context
  const { kind, asOf, transaction: modes } = statement.translation
  if (context.implicitPast !== undefined && (kind === 'begin' || outsideKinds.has(kind))) {
    await leaveImplicitPast(context, 'COMMIT')
  }
  if (outsideKinds.has(kind)) return undefined
  const wanted = wantedTime(context, statement.translation)
  if (wanted === undefined) return undefined
  if (asOf !== undefined && (kind === 'ddl' || kind === 'other')) return onlyReads(kind)
  if (kind === 'begin' || kind === 'set') {
    if (modes?.readOnly === false) return readWriteMode()
    if (wanted.mode === 'bounded') return onlyExact()
    return kind === 'set' ? checkFirst(transaction) : undefined
  }
  if (transaction !== undefined) return asOf && checkSameTime(transaction, asOf)
  if (context.implicitPast !== undefined) return checkSameImplicitTime(context.implicitPast, wanted)
  if (context.implicitOpen && asOf !== undefined) return inconsistent(Date.now() * 1000, asOf)
  if (wanted.mode === 'bounded' && !canBeBounded(context, statement.text)) return notSingleRow()
  return enterImplicitPast(context, wanted, statement.translation.accesses ?? [])
}

/**
 * Takes an explicit transaction to its time, when the statement that has just succeeded was BEGIN or SET TRANSACTION with one.
 *
 * @returns why it cannot read at that time
 */
export async function enterPast(context: SessionContext, translation: Translation): Promise<SqlError | undefined> {
  const { transaction } = context
  if (transaction?.phase !== 'open' || (translation.kind !== 'begin' && translation.kind !== 'set')) return undefined
  const wanted = translation.asOf ?? (translation.kind === 'begin' ? defaultTime(context) : undefined)
  if (wanted === undefined) return undefined
  const snapshot = await takeSnapshot(context, wanted)
  if (snapshot instanceof SqlError) return snapshot
  const refusal = await importSnapshot(context, snapshot, 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  if (refusal !== undefined) return alreadyRead(transaction)
  // Nothing that it does can conflict, so nothing of it need be repeated.
  transaction.journal.giveUp()
  context.transaction = { ...transaction, readsAt: snapshot.epochMicros }
  return undefined
}

/** Takes a transaction that was begun anew to the time it has read at before. */
export async function enterPastAgain(context: SessionContext, readsAt: number): Promise<SqlError | undefined> {
  const snapshot = await takeSnapshot(context, { mode: 'exact', time: { epochMicros: readsAt } })
  if (snapshot instanceof SqlError) return snapshot
  return importSnapshot(context, snapshot, 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
}

/** Ends the transaction block in which PostgreSQL has read the past for an implicit transaction, if there is one. */
export async function leaveImplicitPast(context: SessionContext, end: 'COMMIT' | 'ROLLBACK'): Promise<void> {
  if (context.implicitPast === undefined) return
  context.implicitPast = undefined
  context.implicitOpen = false
  await context.backend.mustRun(end)
}

async function enterImplicitPast(
  context: SessionContext,
  asOf: AsOf,
  accesses: readonly TableAccess[],
): Promise<SqlError | undefined> {
  // A Parse by itself has begun a transaction too, which is of the present.
  if (!context.backend.synced) await context.backend.sync()
  context.implicitOpen = false
  const snapshot = await takeSnapshot(context, asOf, resolvedMicros(context, accesses))
  if (snapshot instanceof SqlError) return snapshot
  const refusal = await importSnapshot(context, snapshot, 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  if (refusal === undefined) context.implicitPast = { asOf, epochMicros: snapshot.epochMicros }
  else if (context.backend.status !== 'I') await context.backend.mustRun('ROLLBACK')
  return refusal
}

async function takeSnapshot(
  { services, database }: SessionContext,
  asOf: AsOf,
  resolved?: number,
): Promise<PastSnapshot | SqlError> {
  try {
    return await services.history.snapshotAt(database, asOf, resolved)
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
}

async function importSnapshot(
  { backend }: SessionContext,
  snapshot: PastSnapshot,
  before: string,
): Promise<SqlError | undefined> {
  const segment = internalSegment(
    before,
    `SET TRANSACTION SNAPSHOT '${snapshot.id}'`,
    `SET LOCAL crdb.read_time = '${timestampText(snapshot.epochMicros)}'`,
  )
  try {
    const { error } = await backend.exchange(segment, 'sync', NO_SINK)
    return (
      error && new SqlError(sqlState.internal_error, `internal error: ${error.fields.get('M') ?? 'the past was lost'}`)
    )
  } finally {
    snapshot.release()
  }
}

function wantedTime(context: SessionContext, translation: Translation): AsOf | undefined {
  const { asOf, kind } = translation
  if (kind === 'set' && context.transaction === undefined) return undefined
  return asOf ?? (readsFollowers(context, translation) ? FOLLOWER_READ : undefined)
}

function defaultTime({ variables }: SessionContext): AsOf | undefined {
  return variables.isOn('default_transaction_use_follower_reads') ? FOLLOWER_READ : undefined
}

function canBeBounded({ services, database, watcher }: SessionContext, text: string): boolean {
  const catalog = services.catalogs.peek(database)
  return readsSingleRow(text, parts => {
    const [name = '', schema] = parts.toReversed()
    return catalog?.table(name, schema, watcher.searchPath)
  })
}

/** SET TRANSACTION AS OF SYSTEM TIME must come before all that reads. */
function checkFirst(transaction: TransactionState | undefined): SqlError | undefined {
  if (transaction?.phase !== 'open') return undefined
  return transaction.statements > 0 || transaction.savepoints.length > 0 ? alreadyRead(transaction) : undefined
}

function checkSameTime(transaction: TransactionState, asOf: AsOf): SqlError | undefined {
  if (transaction.phase !== 'open') return undefined
  if (asOf.mode === 'bounded') {
    return new SqlError(sqlState.feature_not_supported, 'cannot use a bounded staleness query in a transaction')
  }
  if ('epochMicros' in asOf.time && asOf.time.epochMicros === transaction.readsAt) return undefined
  return inconsistent(transaction.readsAt ?? transaction.startedAt.getTime() * 1000, asOf)
}

function checkSameImplicitTime(past: ImplicitPast, asOf: AsOf): SqlError | undefined {
  return JSON.stringify(past.asOf) === JSON.stringify(asOf) ? undefined : inconsistent(past.epochMicros, asOf)
}

function inconsistent(expected: number, { time }: AsOf): SqlError {
  const got = 'epochMicros' in time ? time.epochMicros : Math.floor(Date.now() * 1000 - time.microsAgo)
  return new SqlError(
    sqlState.feature_not_supported,
    `inconsistent AS OF SYSTEM TIME timestamp; expected: ${hlcText(expected)}, got: ${hlcText(got)}`,
    { hint: 'try SET TRANSACTION AS OF SYSTEM TIME' },
  )
}

function alreadyRead({ id }: TransactionState): SqlError {
  return new SqlError(
    sqlState.invalid_transaction_state,
    `cannot set fixed timestamp, txn "sql txn" meta={id=${id.slice(0, 8)}} already performed reads`,
  )
}

/** A prepared statement would read the present when it is executed, and PostgreSQL makes nothing from another time. */
function onlyReads(kind: 'ddl' | 'other'): SqlError {
  const what = kind === 'ddl' ? 'making a table or view' : 'PREPARE'
  return new SqlError(sqlState.feature_not_supported, `unimplemented: ${what} AS OF SYSTEM TIME`, {
    hint: "The dev cluster reads the past in SELECT, BEGIN and SET TRANSACTION; the protocol's prepared statements work.",
  })
}

function readWriteMode(): SqlError {
  return new SqlError(sqlState.syntax_error, 'AS OF SYSTEM TIME specified with READ WRITE mode')
}

function onlyExact(): SqlError {
  return new SqlError(
    sqlState.invalid_parameter_value,
    'AS OF SYSTEM TIME: only constant expressions or follower_read_timestamp are allowed',
  )
}

function notSingleRow(): SqlError {
  return new SqlError(
    sqlState.feature_not_supported,
    'unimplemented: cannot use bounded staleness for queries that may touch more than one row or require an index join',
    {
      hint: 'You have attempted to use a feature that is not yet implemented.\nSee: https://go.crdb.dev/issue-v/67562/v26.2',
    },
  )
}
