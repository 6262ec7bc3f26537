import type pg from 'pg'
import { ConnectionLostError } from '../errors/connection-errors.js'
import { type Columns, createColumns, noColumns, type TypeSource } from './columns.js'
import { encodeExtendedRun, encodeSimpleQuery } from './messages.js'
import { prepareParameter } from './parameter.js'
import type { PreparedStatement, PreparedStatements } from './prepared-statements.js'
import type { QueryRequest } from './query-request.js'
import type { RunningStatement, TransactionStatus } from './running-statement.js'
import type { Statement } from './statement.js'
import { ResultBuilder, type StatementResult } from './statement-result.js'

/** What a running query needs of its connection. */
export interface QueryConnection {
  readonly types: TypeSource
  readonly prepared: PreparedStatements
  /** Tells that the query is now the one whose answers arrive. */
  started(query: RunningQuery): void
  /** Tells that the server has answered it completely. */
  finished(): void
  /** Sends a message of the query, and says so in `sent`. An error that is returned means that nothing was sent. */
  send(query: RunningQuery, message: Buffer): Error | undefined
  /** What an error means for the query: the server's own, or that the connection was lost and what is known of the statement. */
  explain(query: RunningQuery, error: unknown): unknown
  /** Runs the query once more if its prepared statement was the trouble. False when it was not. */
  runAnew(query: RunningQuery, error: unknown): boolean
}

/** Gets the outcome: an error, or one result, or several for several statements. */
export type QueryDone = (error: unknown, result: StatementResult | StatementResult[] | undefined) => void

/**
 * One statement on one connection: a node-postgres Submittable that prepares named statements, does not ask again for the columns of
 * those, and sends everything in one write. node-postgres calls the `handle…` methods as messages arrive.
 */
export class RunningQuery implements pg.Submittable, RunningStatement {
  readonly request: QueryRequest
  readonly statement: Statement
  /** True once the statement may have reached the server. */
  sent = false
  /** True once the server has bound the statement, which it does before it executes anything of it. */
  bound = false
  /** The session's state when the statement was sent. */
  transactionStatus: TransactionStatus = null
  /** Asked for by name and known to the server, so that the text was not sent. */
  reusedPlan = false
  /** Others may be sent behind it before it is answered, so that it may wait for them until the end of the event loop's turn. */
  shares = false
  /** node-postgres reads this; the outcome goes through it too, so that it can silence a query. */
  callback: QueryDone
  readonly #name: string | undefined
  readonly #connection: QueryConnection
  readonly #more: StatementResult[] = []
  #dispatched = false
  #refusal: Error | undefined
  #prepared: PreparedStatement | undefined
  #columns: Columns | undefined
  #builder: ResultBuilder
  #failure: { readonly error: unknown } | undefined

  /** @param name of the prepared statement; undefined runs it unprepared. */
  constructor(
    connection: QueryConnection,
    request: QueryRequest,
    statement: Statement,
    name: string | undefined,
    callback: QueryDone,
  ) {
    this.#connection = connection
    this.request = request
    this.statement = statement
    this.#name = name
    this.callback = callback
    this.#builder = this.#newBuilder()
  }

  /**
   * True when messages of the extended protocol are used, whose BindComplete proves what was not yet executed. A COMMIT always goes so: that it was not
   * executed is worth to know when its node shuts down.
   */
  get extended(): boolean {
    const { values } = this.request
    return this.#name !== undefined || this.statement.kind === 'commit' || (values !== undefined && values.length > 0)
  }

  /** Called by node-postgres when it is this query's turn to be answered. An error that is returned means that nothing was sent. */
  submit(): Error | null {
    const failure = this.#dispatched ? undefined : this.dispatch()
    if (failure !== undefined) return failure
    this.#connection.started(this)
    return null
  }

  /** Sends the query, be it its turn or not. An error that is returned means that nothing was sent. */
  dispatch(): Error | undefined {
    if (this.#refusal !== undefined) return this.#refusal
    let message: Buffer
    try {
      message = this.extended ? this.#encodeExtended() : encodeSimpleQuery(this.request.text)
    } catch (error) {
      if (this.#prepared?.state === 'parsing') this.#connection.prepared.forget(this.#prepared)
      return this.refuse(error)
    }
    const failure = this.#connection.send(this, message)
    this.#dispatched = failure === undefined
    return failure
  }

  get isRefused(): boolean {
    return this.#refusal !== undefined
  }

  /** Keeps a query that was not sent yet from being sent: it will fail with this error. */
  refuse(error: unknown): Error {
    this.#refusal = error instanceof Error ? error : new Error(String(error))
    return this.#refusal
  }

  handleRowDescription(message: { readonly fields: pg.FieldDef[] }): void {
    this.#columns = createColumns(message.fields)
    if (!this.extended && this.#builder.result.command !== '') this.#nextResult()
    try {
      this.#builder.describe(this.#columns)
    } catch (error) {
      this.#failure ??= { error } // what an application's parsers throw fails the query, not the process
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
    if (this.#builder.result.command !== '') this.#nextResult()
    this.#builder.complete(message.text)
  }

  handleReadyForQuery(): void {
    this.#settlePrepared()
    this.#connection.finished()
    if (this.#failure !== undefined) return this.callback(this.#failure.error, undefined)
    const { result } = this.#builder
    this.callback(undefined, this.#more.length === 0 ? result : [...this.#more, result])
  }

  /** An error of the server, of the connection, or of `submit`. The server's ReadyForQuery follows, but not to this query. */
  handleError(error: unknown): void {
    this.#settlePrepared()
    if (this.reusedPlan && this.#connection.runAnew(this, error)) return
    const explained = this.explain(error)
    if (this.#isCommitted && explained instanceof ConnectionLostError) this.callback(undefined, this.#builder.result)
    else this.callback(explained, undefined)
  }

  /** A server says so once it has committed; what may get lost after that says nothing more. */
  get #isCommitted(): boolean {
    const { command } = this.#builder.result
    return this.statement.kind === 'commit' && (command === 'COMMIT' || command === 'RELEASE')
  }

  /** What the caller is told of an error: that of a query which could not be sent is its own, unless the connection is to blame. */
  explain(error: unknown): unknown {
    return error === this.#refusal ? error : this.#connection.explain(this, error)
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleCopyInResponse(connection: pg.Connection & { sendCopyFail(reason: string): void }): void {
    connection.sendCopyFail('No source stream defined')
  }

  handleCopyData(): void {}

  /** Forgets the prepared statement, because the server did or its plan is stale, and everything of the first run. */
  reset(): void {
    if (this.#prepared !== undefined) this.#connection.prepared.forget(this.#prepared)
    this.#prepared = undefined
    this.#columns = undefined
    this.#builder = this.#newBuilder()
    this.reusedPlan = false
    this.#dispatched = false
    this.sent = false
    this.bound = false
  }

  #encodeExtended(): Buffer {
    const { request } = this
    const prepared = this.#name === undefined ? undefined : this.#prepare(this.#name)
    const known = prepared?.state === 'ready'
    const columns = known ? prepared.columns : undefined
    const values = request.values === undefined ? [] : request.values.map(prepareParameter)
    const message = encodeExtendedRun({
      close: this.#connection.prepared.takeClosing(),
      parse: known ? undefined : request.text,
      name: prepared?.name ?? '',
      values,
      describe: columns === undefined,
    })
    if (columns !== undefined) {
      this.#columns = columns
      this.#builder.describe(columns)
    }
    return message
  }

  /** Undefined while another query, sent but not answered, parses it: nobody knows yet whether that succeeds. */
  #prepare(name: string): PreparedStatement | undefined {
    const { prepared } = this.#connection
    let statement = this.#use(name)
    if (statement.state === 'parsing') return undefined
    if (statement.state === 'unsure') {
      prepared.forget(statement) // closes it, so that it can be parsed anew
      statement = this.#use(name)
    }
    if (statement.state === 'ready') this.reusedPlan = true
    else if (this.request.text === '')
      throw new Error(`There is no prepared statement "${name}" on this connection, and no text was given for it.`)
    else statement.state = 'parsing'
    this.#prepared = statement
    return statement
  }

  #use(name: string): PreparedStatement {
    const statement = this.#connection.prepared.use(name, this.request.text)
    if (statement === undefined)
      throw new Error(`Prepared statements must be unique - '${name}' was used for a different statement`)
    return statement
  }

  /** Binding needs the parsed statement, so that BindComplete proves it parsed. */
  #settlePrepared(): void {
    const prepared = this.#prepared
    if (prepared === undefined || prepared.state !== 'parsing') return
    prepared.state = this.bound ? 'ready' : 'unsure'
    if (this.bound && this.#builder.result.command !== '') prepared.columns = this.#columns ?? noColumns
  }

  #nextResult(): void {
    this.#more.push(this.#builder.result)
    this.#builder = this.#newBuilder()
  }

  #newBuilder(): ResultBuilder {
    return new ResultBuilder(this.request.types ?? this.#connection.types, this.request.asArrays)
  }
}
