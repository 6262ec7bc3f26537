import type { ConnectionLostError } from '../../errors/connection-errors.js'
import type { ServerError } from '../../errors/from-server.js'
import { SqlState } from '../../errors/sqlstate.js'
import { TransactionAbortedError, TransactionSplitError } from '../../errors/transaction-errors.js'
import type { QueryDone } from '../../query/running-query.js'
import type { RunningStatement, TransactionStatus } from '../../query/running-statement.js'

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
    if (endsTransaction(query)) this.#split = false
    else if (query.transactionStatus === 'T' && status === 'I') this.#split = true
  }

  /** What is sent from here on belongs to something else. */
  over(): void {
    this.#split = false
  }

  /** What the caller is told of a statement that the server refused. */
  refused(query: RunningStatement, error: ServerError): unknown {
    if (query.transactionStatus === 'E' || error.code === SqlState.inFailedTransaction) {
      if (this.#failure !== undefined && error.cause === undefined) error.cause = this.#failure
      return error
    }
    if (query.transactionStatus === 'T') this.#failure = error
    const told = this.#unlessSplit(error)
    if (endsTransaction(query)) this.#split = false
    return told
  }

  /** Told of every statement that the connection was lost under. Returns what the caller is told. */
  interrupted(error: ConnectionLostError): Error {
    this.#lost ??= error
    return this.#unlessSplit(error)
  }

  /** A COMMIT that was answered with ROLLBACK has not committed, which node-postgres does not say. */
  committing(done: QueryDone): QueryDone {
    return (error, result) => {
      const rolledBack = !Array.isArray(result) && result?.command === 'ROLLBACK'
      if (rolledBack) done(new TransactionAbortedError(this.#failure), undefined)
      else done(error, result)
    }
  }

  /** What came before is committed, whatever the error says of its own statement: run again, it would happen twice. */
  #unlessSplit<E extends Error>(error: E): E | TransactionSplitError {
    return this.#split ? new TransactionSplitError(error) : error
  }
}

function endsTransaction({ statement: { kind } }: RunningStatement): boolean {
  return kind === 'commit' || kind === 'rollback'
}
