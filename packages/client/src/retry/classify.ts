import { CerciError } from '../errors/cerci-error.js'
import { ConnectionLostError } from '../errors/connection-errors.js'
import { QueryAbortedError, QueryTimeoutError } from '../errors/query-errors.js'
import { SqlState } from '../errors/sqlstate.js'
import { errorChain } from './error-chain.js'
import { isStalePlan } from './stale-plan.js'

/**
 * What a failure of a transaction or lone statement means for running it again.
 * `serialization`, `commit-deadline`, `connection` and `plan-changed`: it had no effect, so it may be run again.
 * `ambiguous`: it may have had its effect. `committed`: it has. `final`: it had none, but would fail again.
 */
export type FailureKind =
  | 'serialization'
  | 'commit-deadline'
  | 'connection'
  | 'plan-changed'
  | 'ambiguous'
  | 'committed'
  | 'final'

export interface Failure {
  readonly kind: FailureKind
  /** SQLSTATE or code of this package that decided. */
  readonly code: string | undefined
}

/**
 * Classifies an error, however an ORM has wrapped it. The link nearest to the caller that says anything decides.
 *
 * @example
 * classify(prismaError).kind === 'serialization' // P2034, P2010 and the bare DriverAdapterError of a failed COMMIT alike
 */
export function classify(error: unknown): Failure {
  for (const link of errorChain(error)) {
    const failure = classifyLink(link)
    if (failure !== undefined) return failure
  }
  return { kind: 'final', code: undefined }
}

/** Whether running again is safe. */
export function isRetryable(kind: FailureKind): boolean {
  return kind === 'serialization' || kind === 'commit-deadline' || kind === 'connection' || kind === 'plan-changed'
}

function classifyLink(link: object): Failure | undefined {
  if (link instanceof ConnectionLostError)
    return { kind: link.outcome === 'unknown' ? 'ambiguous' : 'connection', code: link.code }
  if (link instanceof QueryTimeoutError || link instanceof QueryAbortedError)
    return { kind: link.outcome === 'unknown' ? 'ambiguous' : 'final', code: link.code }
  if (isStalePlan(link)) return { kind: 'plan-changed', code: undefined }
  if (link instanceof CerciError)
    return ownErrors[link.code] === undefined ? undefined : { kind: ownErrors[link.code] ?? 'final', code: link.code }
  for (const name of ['code', 'originalCode']) {
    const code: unknown = name in link ? Reflect.get(link, name) : undefined
    if (typeof code !== 'string') continue
    const kind = sqlStates[code]
    if (kind === 'serialization' && isCommitDeadline(link)) return { kind: 'commit-deadline', code }
    if (kind !== undefined) return { kind, code }
  }
  return undefined
}

const ownErrors: Readonly<Record<string, FailureKind>> = {
  CERCI_AMBIGUOUS_COMMIT: 'ambiguous',
  CERCI_COMMITTED_SCHEMA_FAILED: 'committed',
  CERCI_AFTER_COMMIT: 'committed',
  CERCI_TRANSACTION_SPLIT: 'committed',
  CERCI_RETRIES_EXHAUSTED: 'final',
  CERCI_TRANSACTION_DEADLINE: 'final',
  CERCI_RESTART_FAILED: 'connection',
  CERCI_CONNECTION: 'final',
  CERCI_POOL_TIMEOUT: 'final',
  CERCI_POOL_CLOSED: 'final',
  CERCI_MIGRATION_LOCK_LOST: 'final',
  CERCI_STALE_INSTANCE: 'final',
}

/** Only 40001 and its kin are always safe. https://www.cockroachlabs.com/docs/v26.2/transaction-retry-error-reference */
const sqlStates: Readonly<Record<string, FailureKind>> = {
  [SqlState.serializationFailure]: 'serialization',
  [SqlState.legacySerializationFailure]: 'serialization',
  [SqlState.deadlockDetected]: 'serialization',
  [SqlState.statementCompletionUnknown]: 'ambiguous',
  [SqlState.transactionResolutionUnknown]: 'ambiguous',
  [SqlState.internalConnectionFailure]: 'ambiguous',
  [SqlState.committedWithSchemaChangeFailure]: 'committed',
}

/**
 * The one sub-reason of 40001 for which retrying for long is not advised: the same slow transaction will miss its deadline again.
 * CockroachDB gives it no code of its own, only this stable name in the message.
 */
function isCommitDeadline(link: object): boolean {
  return (
    'message' in link && typeof link.message === 'string' && link.message.includes('RETRY_COMMIT_DEADLINE_EXCEEDED')
  )
}
