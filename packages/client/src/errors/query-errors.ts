import { CerciError } from './cerci-error.js'

/** The statement took longer than its `timeoutMs`. */
export class QueryTimeoutError extends CerciError {
  override readonly name = 'QueryTimeoutError'
  readonly timeoutMs: number

  constructor(timeoutMs: number, cause?: unknown) {
    super('CERCI_QUERY_TIMEOUT', `The statement was not done within ${Math.ceil(timeoutMs)} ms.`, cause)
    this.timeoutMs = timeoutMs
  }
}

/** The caller's AbortSignal fired. `cause` is the signal's reason. */
export class QueryAbortedError extends CerciError {
  override readonly name = 'QueryAbortedError'

  constructor(reason: unknown) {
    super('CERCI_QUERY_ABORTED', 'The statement was aborted by its signal.', reason)
  }
}
