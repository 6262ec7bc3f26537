import { CerciError } from './cerci-error.js'

/** Why a node could not be reached. */
export interface NodeFailure {
  readonly address: string
  readonly error: unknown
  /** Since when it is not up; undefined of one that has not answered yet. */
  readonly since?: Date | undefined
}

/** No connection could be opened. */
export class ConnectionError extends CerciError {
  override readonly name = 'ConnectionError'
  /** What each node that was tried answered last. */
  readonly nodes: readonly NodeFailure[]

  constructor(detail: string, nodes: readonly NodeFailure[], cause: unknown) {
    super('CERCI_CONNECTION', detail, cause)
    this.nodes = nodes
  }
}

/**
 * What is known about a statement whose connection ended under it:
 * `not-executed`: it was never run. `aborted`: it ran inside a transaction that cannot have committed, or had no effect.
 * `unknown`: it may have been committed.
 */
export type StatementOutcome = 'not-executed' | 'aborted' | 'unknown'

/** The connection ended while it was used. */
export class ConnectionLostError extends CerciError {
  override readonly name: string = 'ConnectionLostError'
  readonly outcome: StatementOutcome

  constructor(
    outcome: StatementOutcome,
    cause: unknown,
    code: 'CERCI_CONNECTION_LOST' | 'CERCI_NODE_DRAINING' = 'CERCI_CONNECTION_LOST',
  ) {
    super(code, `The connection ended${reasonOf(cause)}; ${knowledge[outcome]}.`, cause)
    this.outcome = outcome
  }
}

/** The node shut down or drained and ended the connection. */
export class NodeDrainingError extends ConnectionLostError {
  override readonly name = 'NodeDrainingError'

  constructor(outcome: StatementOutcome, cause: unknown) {
    super(outcome, cause, 'CERCI_NODE_DRAINING')
  }
}

/**
 * Why nobody got a connection. `busy`: all that the pool may have were in use. `short`: all that are open were, and no further one was opened in time.
 * `unreachable`: none is open, and none could be opened.
 */
export type PoolTimeoutReason = 'busy' | 'short' | 'unreachable'

/** No connection was to be had in time. Where no node could be reached, `cause` is the ConnectionError that says so of each. */
export class PoolTimeoutError extends CerciError {
  override readonly name = 'PoolTimeoutError'
  readonly reason: PoolTimeoutReason

  constructor(detail: string, cause?: unknown, reason: PoolTimeoutReason = 'busy') {
    super('CERCI_POOL_TIMEOUT', detail, cause, adviceFor[reason])
    this.reason = reason
  }
}

/** The pool is closing or closed. A statement that still ran at the deadline was cancelled on the server, whose answer is the `cause`. */
export class PoolClosedError extends CerciError {
  override readonly name = 'PoolClosedError'
  readonly outcome: 'not-executed' | 'cancelled'

  constructor(detail = 'The pool is closed.', cause?: unknown) {
    super('CERCI_POOL_CLOSED', detail, cause)
    this.outcome = cause === undefined ? 'not-executed' : 'cancelled'
  }
}

/** What the first of several such errors was about: each of them says itself what is known. */
function reasonOf(cause: unknown): string {
  if (cause instanceof ConnectionLostError) return reasonOf(cause.cause)
  return cause instanceof Error ? `: ${cause.message}` : ''
}

const adviceFor: Readonly<Record<PoolTimeoutReason, string>> = {
  busy: 'Release clients sooner, or raise `max`.',
  short: 'Release clients sooner, and see why the nodes take no further connection.',
  unreachable: 'Check that the nodes run and can be reached from here; the pool goes on trying by itself.',
}

const knowledge: Record<StatementOutcome, string> = {
  'not-executed': 'the statement was not executed',
  aborted: 'nothing was committed',
  unknown: 'whether the statement took effect is unknown',
}
