import type { ConnectionLostError } from '../errors/connection-errors.js'
import type { ServerError } from '../errors/from-server.js'
import { SqlState } from '../errors/sqlstate.js'
import { TransactionAbortedError, TransactionSplitError } from '../errors/transaction-errors.js'
import type { QueryDone } from '../query/running-query.js'
import type { RunningStatement, TransactionStatus } from '../query/running-statement.js'

/**
 * What a connection remembers of its transaction, so that later errors tell the first one. ORMs catch errors, go on, and report what comes last:
 * `25P02`, a failing ROLLBACK, or, of a COMMIT that the server answered with ROLLBACK, nothing at all.
 */
export class TransactionMemory {
  /** The error that aborted the transaction. */
  #failure: unknown
  /** A statement other than COMMIT or ROLLBACK ended the transaction: a schema change has committed what came before it. */
  #split = false
  /** The first statement that the connection was lost under. */
  #lost: ConnectionLostError | undefined

  get lost(): ConnectionLostError | undefined {
    return this.#lost
  }

  began(): void {
    this.#failure = undefined
    this.#split = false
  }

  /** Told of every statement that succeeded, with the session's state after it. */
  succeeded(query: RunningStatement, status: TransactionStatus): void {
    const { kind } = query.statement
    if (query.transactionStatus === 'T' && status === 'I' && kind !== 'commit' && kind !== 'rollback')
      this.#split = true
  }

  /** What the caller is told of a statement that the server refused. */
  refused(query: RunningStatement, error: ServerError): unknown {
    if (query.transactionStatus === 'E' || error.code === SqlState.inFailedTransaction) {
      if (this.#failure !== undefined && error.cause === undefined) error.cause = this.#failure
      return error
    }
    if (query.transactionStatus === 'T') this.#failure = error
    return this.#split ? new TransactionSplitError(error) : error
  }

  /** Told of every statement that the connection was lost under. */
  interrupted(error: ConnectionLostError): ConnectionLostError {
    this.#lost ??= error
    return error
  }

  /** A COMMIT that was answered with ROLLBACK has not committed, which node-postgres does not say. */
  committing(done: QueryDone): QueryDone {
    return (error, result) => {
      const rolledBack = !Array.isArray(result) && result?.command === 'ROLLBACK'
      if (rolledBack) done(new TransactionAbortedError(this.#failure), undefined)
      else done(error, result)
    }
  }
}
