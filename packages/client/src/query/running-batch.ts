import type pg from 'pg'
import { createColumns, type TypeSource } from './columns.js'
import { encodeExtendedRun, syncMessage } from './messages.js'
import { prepareParameter } from './parameter.js'
import type { QueryRequest } from './query-request.js'
import type { RunningStatement, TransactionStatus } from './running-statement.js'
import type { StatementKind } from './statement.js'
import { ResultBuilder, type StatementResult } from './statement-result.js'

/** What a running batch needs of its connection; see `QueryConnection`. */
export interface BatchConnection {
  readonly types: TypeSource
  started(batch: RunningStatement): void
  finished(): void
  explain(batch: RunningStatement, error: unknown): unknown
}

/** Gets the outcome: an error, or one result for each statement. */
export type BatchDone = (error: unknown, results: StatementResult[]) => void

/**
 * Several statements up to one Sync, sent in one write: one round trip, and outside of a transaction one implicit transaction, which the server
 * runs again by itself after a conflict. https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
export class RunningBatch implements pg.Submittable, RunningStatement {
  readonly statement: { readonly kind: StatementKind }
  readonly extended = true
  sent = false
  bound = false
  transactionStatus: TransactionStatus = null
  /** node-postgres reads this; the outcome goes through it too, so that it can silence a query. */
  callback: BatchDone
  readonly #connection: BatchConnection
  readonly #requests: readonly QueryRequest[]
  readonly #results: StatementResult[] = []
  #builder: ResultBuilder
  #failure: { readonly error: unknown } | undefined
  #refusal: Error | undefined

  constructor(
    connection: BatchConnection,
    requests: readonly QueryRequest[],
    kind: 'read' | 'write',
    callback: BatchDone,
  ) {
    this.#connection = connection
    this.#requests = requests
    this.statement = { kind }
    this.callback = callback
    this.#builder = this.#newBuilder()
  }

  /** Called by node-postgres when the connection is free. An error that is returned means that nothing was sent. */
  submit(connection: pg.Connection): Error | null {
    if (this.#refusal !== undefined) return this.#refusal
    let message: Buffer
    try {
      message = encodeBatch(this.#requests)
    } catch (error) {
      return this.refuse(error)
    }
    if (!connection.stream.writable) return new Error('The connection is closed')
    this.sent = true
    this.#connection.started(this)
    connection.stream.write(message)
    return null
  }

  /** Keeps a batch that was not sent yet from being sent: it will fail with this error. */
  refuse(error: unknown): Error {
    this.#refusal = error instanceof Error ? error : new Error(String(error))
    return this.#refusal
  }

  handleRowDescription(message: { readonly fields: pg.FieldDef[] }): void {
    try {
      this.#builder.describe(createColumns(message.fields))
    } catch (error) {
      this.#failure ??= { error }
    }
  }

  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void {
    if (this.#failure !== undefined) return
    try {
      this.#builder.addRow(message.fields)
    } catch (error) {
      this.#failure = { error }
    }
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#builder.complete(message.text)
    this.#results.push(this.#builder.result)
    this.#builder = this.#newBuilder()
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' })
  }

  handleReadyForQuery(): void {
    this.#connection.finished()
    this.callback(this.#failure?.error, this.#results)
  }

  /** The server skips the rest up to Sync, and answers that with ReadyForQuery, but not to this query. */
  handleError(error: unknown): void {
    this.callback(error === this.#refusal ? error : this.#connection.explain(this, error), [])
  }

  handlePortalSuspended(): void {}

  handleCopyInResponse(connection: pg.Connection & { sendCopyFail(reason: string): void }): void {
    connection.sendCopyFail('No source stream defined')
  }

  handleCopyData(): void {}

  #newBuilder(): ResultBuilder {
    const request = this.#requests[this.#results.length]
    return new ResultBuilder(request?.types ?? this.#connection.types, request?.asArrays ?? false)
  }
}

/** Each statement's messages, without the Sync that ends them, except after the last. */
function encodeBatch(requests: readonly QueryRequest[]): Buffer {
  const runs = requests.map(({ text, values = [] }) =>
    encodeExtendedRun({ close: [], parse: text, name: '', values: values.map(prepareParameter), describe: true }),
  )
  return Buffer.concat(
    runs.map((run, at) => (at === runs.length - 1 ? run : run.subarray(0, run.length - syncMessage.length))),
  )
}
