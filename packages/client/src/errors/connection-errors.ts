import { CerciError } from './cerci-error.js'

/** No connection could be opened. */
export class ConnectionError extends CerciError {
  override readonly name = 'ConnectionError'
  /** What each node that was tried answered last. */
  readonly nodes: readonly { readonly address: string; readonly error: unknown }[]

  constructor(detail: string, nodes: readonly { readonly address: string; readonly error: unknown }[], cause: unknown) {
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

/** No connection became free in time. */
export class PoolTimeoutError extends CerciError {
  override readonly name = 'PoolTimeoutError'

  constructor(detail: string, cause?: unknown) {
    super('CERCI_POOL_TIMEOUT', detail, cause)
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

const knowledge: Record<StatementOutcome, string> = {
  'not-executed': 'the statement was not executed',
  aborted: 'nothing was committed',
  unknown: 'whether the statement took effect is unknown',
}
