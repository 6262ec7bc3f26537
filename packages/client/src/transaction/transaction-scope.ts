import type pg from 'pg'
import { fromServer, isServerError } from '../errors/from-server.js'
import { OptionError } from '../errors/option-error.js'
import { SqlState } from '../errors/sqlstate.js'
import { TransactionAbortedError, TransactionEndedError, TransactionSplitError } from '../errors/transaction-errors.js'
import { type BatchStatement, readBatch, sendBatch } from '../pool/batch.js'
import type { PooledClient } from '../pool/connection/pooled-client.js'
import type { CerciQueryConfig } from '../query/queryable.js'
import type { StatementKind } from '../query/statement.js'
import { classify, isRetryable } from '../retry/classify.js'
import type { Transaction } from './transaction.js'

/** What one attempt of a transaction knows of itself, shared by its nested savepoints. */
export class TransactionState {
  readonly client: PooledClient
  readonly attempt: number
  /** The first failure of a statement that no savepoint has undone. */
  failure: unknown
  /** A statement ended the transaction before its COMMIT: a schema change, which commits what came before. */
  split = false
  /** Statements that were sent, awaited by the application or not. */
  readonly pending: Set<Promise<unknown>> = new Set()
  savepoints = 0
  #ended: Error | undefined

  constructor(client: PooledClient, attempt: number) {
    this.client = client
    this.attempt = attempt
  }

  get ended(): Error | undefined {
    return this.#ended
  }

  end(error: Error = new TransactionEndedError()): void {
    this.#ended ??= error
  }

  /** Waits until everything that was sent is answered, so that the session's state is known. */
  async settle(): Promise<void> {
    while (this.pending.size > 0) await Promise.allSettled(this.pending)
    if (this.failure !== undefined) await new Promise<void>(resolve => this.client.whenReady(resolve))
  }
}

/** The `tx` of a transaction's function, and of a savepoint's. */
export class TransactionScope implements Transaction {
  readonly #state: TransactionState
  #ended: Error | undefined
  /** A savepoint under way: another one beside it would be undone with it. */
  #nested = false

  constructor(state: TransactionState) {
    this.#state = state
  }

  get attempt(): number {
    return this.#state.attempt
  }

  query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    textOrConfig: string | CerciQueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<R>> {
    const text = typeof textOrConfig === 'string' ? textOrConfig : textOrConfig?.text
    if (typeof text === 'string' && endingKinds.has(this.#state.client.kindOf(text)))
      return Promise.reject(
        new OptionError('text', 'a transaction begins and ends by itself: return to commit, throw to roll back'),
      )
    return this.#send(client => client.query<R>(textOrConfig, values))
  }

  async batch(statements: readonly BatchStatement[]): Promise<pg.QueryResult[]> {
    const batch = readBatch(statements)
    return batch.requests.length === 0 ? [] : await this.#send(client => sendBatch(client, batch))
  }

  #send<R>(run: (client: PooledClient) => Promise<R>): Promise<R> {
    const ended = this.#ended ?? this.#state.ended
    if (ended !== undefined) return Promise.reject(ended)
    // What came now would be outside of the transaction.
    if (this.#state.split) return Promise.reject(new TransactionSplitError())
    const { pending, client } = this.#state
    const answer = run(client).then(
      result => {
        if (client.getTransactionStatus() === 'I') this.#state.split = true
        return result
      },
      (error: unknown) => {
        throw this.#failed(error)
      },
    )
    pending.add(answer)
    const forget = (): void => void pending.delete(answer)
    answer.then(forget, forget)
    return answer
  }

  async savepoint<T>(fn: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#nested)
      throw new TransactionEndedError(
        'Another savepoint of this transaction is under way; await it first, or nest them.',
      )
    const name = `cerci_${++this.#state.savepoints}`
    this.#nested = true
    const inner = new TransactionScope(this.#state)
    try {
      await this.query(`SAVEPOINT ${name}`)
      const result = await this.#guarded(name, inner, fn)
      await this.query(`RELEASE SAVEPOINT ${name}`)
      return result
    } finally {
      inner.#ended = new TransactionEndedError('The savepoint has ended.')
      this.#nested = false
    }
  }

  /** Runs the function; what it throws undoes it, unless all of the transaction has to be run again. */
  async #guarded<T>(name: string, inner: TransactionScope, fn: (tx: Transaction) => Promise<T>): Promise<T> {
    const before = this.#state.failure
    try {
      const result = await fn(inner)
      await this.#state.settle()
      if (this.#state.failure !== before && this.#state.client.getTransactionStatus() === 'E')
        throw new TransactionAbortedError(this.#state.failure)
      return result
    } catch (error) {
      await this.#state.settle()
      const failure = this.#state.failure === before ? error : this.#state.failure
      if (isRetryable(classify(failure).kind) || !this.#state.client.isUsable || this.#state.ended !== undefined)
        throw error
      this.#state.failure = before
      await this.query(`ROLLBACK TO SAVEPOINT ${name}`)
      await this.query(`RELEASE SAVEPOINT ${name}`)
      throw error
    }
  }

  /** Remembers the first failure, and reports it where later statements only say that the transaction is aborted. */
  #failed(error: unknown): unknown {
    const state = this.#state
    if (isServerError(error) && error.code === SqlState.inFailedTransaction)
      return new TransactionAbortedError(state.failure ?? error)
    state.failure ??= error
    return state.ended ?? fromServer(error)
  }
}

const endingKinds: ReadonlySet<StatementKind> = new Set(['begin', 'commit', 'rollback'])
