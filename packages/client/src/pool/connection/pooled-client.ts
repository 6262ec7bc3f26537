import { Socket } from 'node:net'
import type pg from 'pg'
import { Client } from 'pg'
import { isServerError } from '../../errors/from-server.js'
import { AmbiguousCommitError } from '../../errors/transaction-errors.js'
import type { TypeSource } from '../../query/columns.js'
import { Outbox } from '../../query/outbox.js'
import { PreparedStatements } from '../../query/prepared-statements.js'
import { isSubmittable, needsPortal, type QueryRequest, readQueryArguments } from '../../query/query-request.js'
import type { CerciQueryConfig } from '../../query/queryable.js'
import { type QueryConnection, type QueryDone, RunningQuery } from '../../query/running-query.js'
import type { RunningStatement } from '../../query/running-statement.js'
import type { StatementKind } from '../../query/statement.js'
import { isWorthName, type KnownStatement } from '../../query/statement-cache.js'
import { markStalePlan, stalePlanCodes } from '../../retry/stale-plan.js'
import type { Endpoint } from '../nodes/endpoint.js'
import type { PoolNode } from '../nodes/pool-node.js'
import { asError, callBack, callbackOf, rethrowFromHere } from '../settle.js'
import { Cancelling } from './cancelling.js'
import type { ClientContext } from './client-context.js'
import { runLimited } from './limited-query.js'
import { closedUnder, endsSession, isCancelledCommit, lostStatement } from './lost-statement.js'
import { observeStatement } from './observe-statement.js'
import { Pipeline } from './pipeline.js'
import { Readiness } from './readiness.js'
import { pingSession } from './session-ping.js'
import { submittableOf } from './submittable.js'
import { TransactionMemory } from './transaction-memory.js'

/** Why a connection will be closed as soon as nobody uses it. */
export type RetireReason = 'lifetime' | 'draining' | 'rebalance' | 'distance' | 'removed' | 'closing'

/** A connection of the pool: node-postgres' client, with named statements, limits, and a memory of what ended it. */
export class PooledClient extends Client implements QueryConnection {
  readonly endpoint: Endpoint
  readonly prepared: PreparedStatements
  readonly context: ClientContext
  /** Set once the node has introduced itself, before anybody gets the client. */
  node: PoolNode
  retire: RetireReason | undefined
  /** The first error that ended the connection. Later ones only say that it has ended. */
  fatal: unknown
  ended = false
  /** What runs on it was cancelled because the pool is closed. */
  cancelledByClose = false
  /** `Date.now()` of the last release. Wall-clock time, which goes on while a laptop or a serverless function sleeps. */
  idleSince = 0
  /** `Date.now()` after which the connection is replaced. */
  expiresAt: number = Number.POSITIVE_INFINITY
  /** `Date.now()` since which the current statement runs, kept only by the housekeeping. */
  silentSince: number | undefined
  /** Set while checked out by `pool.connect()`. */
  release: (error?: Error | boolean) => void = notCheckedOut
  /** The lone statements under way. */
  readonly shared: Pipeline = new Pipeline(this)
  /** How many lone statements share the connection, besides the one it was taken for. */
  shares = 0
  readonly #memory = new TransactionMemory()
  readonly #outbox = new Outbox(this.connection)
  readonly #readiness = new Readiness(this)
  readonly #cancelling: Cancelling
  #running: RunningStatement | undefined

  constructor(config: pg.ClientConfig, endpoint: Endpoint, node: PoolNode, context: ClientContext) {
    super(config)
    this.endpoint = endpoint
    this.node = node
    this.context = context
    this.#cancelling = new Cancelling(this, () => context.cancel(this))
    this.prepared = new PreparedStatements(context.statementCacheSize)
    // Never removed: without a listener the loss of a connection in use would end the process.
    this.on('error', error => {
      this.fatal ??= error
      this.shared.lose()
    })
    this.once('end', () => {
      this.ended = true
      this.shared.lose()
      context.gone(this)
    })
    this.connection.on('bindComplete', () => {
      if (this.#running !== undefined) this.#running.bound = true
    })
    // node-postgres tells a failed query nothing of it. It listens later than this, and then begins the next statement.
    this.connection.on('readyForQuery', () => {
      this.#readiness.answered()
      this.shared.advance()
    })
  }

  get types(): TypeSource {
    return this
  }

  get running(): RunningStatement | undefined {
    return this.#running
  }

  get bytesReceived(): number {
    const { stream } = this.connection
    return stream instanceof Socket ? stream.bytesRead : 0
  }

  /** Everything is answered, and no transaction is open. */
  get isSettled(): boolean {
    return this.#readiness.isReady && this.shared.length === 0 && this.getTransactionStatus() === 'I'
  }

  get isUsable(): boolean {
    return this.fatal === undefined && !this.ended
  }

  override query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    textOrConfig: string | CerciQueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<R>>
  override query<T extends pg.Submittable>(queryStream: T): T
  override query<R extends unknown[] = unknown[], I = unknown[]>(
    queryConfig: pg.QueryArrayConfig<I>,
    values?: pg.QueryConfigValues<I>,
  ): Promise<pg.QueryArrayResult<R>>
  override query<R extends pg.QueryResultRow = pg.QueryResultRow, I = unknown>(
    queryConfig: pg.QueryConfig<I>,
  ): Promise<pg.QueryResult<R>>
  override query<R extends pg.QueryResultRow = pg.QueryResultRow, I = unknown[]>(
    queryTextOrConfig: string | pg.QueryConfig<I>,
    values?: pg.QueryConfigValues<I>,
  ): Promise<pg.QueryResult<R>>
  override query<R extends unknown[] = unknown[], I = unknown[]>(
    queryConfig: pg.QueryArrayConfig<I>,
    callback: (err: Error, result: pg.QueryArrayResult<R>) => void,
  ): void
  override query<R extends pg.QueryResultRow = pg.QueryResultRow, I = unknown[]>(
    queryTextOrConfig: string | pg.QueryConfig<I>,
    callback: (err: Error, result: pg.QueryResult<R>) => void,
  ): void
  override query<R extends pg.QueryResultRow = pg.QueryResultRow, I = unknown[]>(
    queryText: string,
    values: pg.QueryConfigValues<I>,
    callback: (err: Error, result: pg.QueryResult<R>) => void,
  ): void
  override query(textOrConfig: unknown, values?: unknown, callback?: unknown): unknown {
    const done = callbackOf(values, callback)
    if (isSubmittable(textOrConfig) || needsPortal(textOrConfig)) return this.queryForeign(textOrConfig, values, done)
    const request = readQueryArguments(textOrConfig, typeof values === 'function' ? undefined : values)
    if (done !== undefined) {
      this.run(request, (error, result) => callBack(done, error, result))
      return undefined
    }
    return new Promise((resolve, reject) => {
      this.run(request, (error, result) => (error === undefined ? resolve(result) : reject(asError(error))))
    }).catch(rethrowFromHere)
  }

  kindOf(text: string): StatementKind {
    return this.context.statements.read(text).kind
  }

  /** Runs a statement; `done` gets the outcome once, and the connection is the next statement's by then, unless it has ended. */
  run(request: QueryRequest, done: QueryDone, known?: KnownStatement): void {
    const timeoutMs = request.timeoutMs ?? this.context.queryTimeoutMs
    if (request.signal !== undefined || timeoutMs !== Number.POSITIVE_INFINITY)
      runLimited(this, { signal: request.signal, timeoutMs }, done, ended => this.start(request, ended, known))
    else this.start(request, done, known)
  }

  /** Runs a statement without limits and returns it, so that limits can be laid on it. */
  start(
    request: QueryRequest,
    done: QueryDone,
    known: KnownStatement = this.context.statements.get(request.text),
  ): RunningQuery {
    const query = this.#create(request, known, done)
    super.query(query)
    return query
  }

  /** Runs a lone statement that others may be sent behind, or that is sent behind others; see `Sharing`. */
  runShared(request: QueryRequest, known: KnownStatement, done: QueryDone, onStall: (() => void) | undefined): void {
    this.shared.add({ query: this.#create(request, known, done), known, onStall })
  }

  answerNext(query: pg.Submittable): void {
    super.query(query)
  }

  started(query: RunningStatement): void {
    query.transactionStatus = this.getTransactionStatus()
    if (query.statement.kind === 'begin') this.#memory.began()
    this.#running = query
    this.#readiness.asked()
  }

  send(query: RunningQuery, message: Buffer): Error | undefined {
    const { stream } = this.connection
    if (!stream.writable) return new Error('The connection is closed')
    if (query.shares) this.#outbox.add(query, message)
    else if (this.#cancelling.isUnderWay) this.#cancelling.hold(() => this.#sendHeld(query, message))
    else this.#outbox.send(query, message)
    return undefined
  }

  /** node-postgres takes the statement for sent; one that was stopped meanwhile costs the connection. */
  #sendHeld(query: RunningQuery, message: Buffer): void {
    if (query.isRefused) this.destroy(new Error('The statement was stopped before it was sent'))
    else this.#outbox.send(query, message)
  }

  finished(): void {
    if (this.#running !== undefined) this.#memory.succeeded(this.#running, this.getTransactionStatus())
    this.#running = undefined
    this.#readiness.answered()
  }

  /** Nothing that comes is part of the transaction, which a schema change has ended. */
  forgetTransaction(): void {
    this.#memory.over()
  }

  explain(query: RunningStatement, error: unknown): unknown {
    if (this.#running === query) this.#running = undefined
    if (isServerError(error) && !endsSession(error)) {
      const refused = this.#memory.refused(query, error)
      if (isCancelledCommit(query, error)) return new AmbiguousCommitError('COMMIT', error)
      return this.cancelledByClose ? closedUnder(error, refused) : refused
    }
    this.fatal ??= error
    this.shared.lose() // a server that takes leave does not answer those behind; nor need it close the connection soon
    return this.#memory.interrupted(lostStatement(query, this.fatal, this.#memory.lost))
  }

  /**
   * A server that forgot a statement, or whose plan no longer fits after a schema change, refuses to run it; prepared anew it will run.
   * Inside a transaction the refusal has aborted the transaction, so there the error is only marked for those who can run all of it again.
   */
  runAnew(query: RunningQuery, error: unknown): boolean {
    if (!isServerError(error) || !stalePlanCodes.has(error.code)) return false
    const inTransaction = query.transactionStatus !== 'I'
    query.reset()
    if (inTransaction) markStalePlan(error)
    else if (query.shares) this.shared.runAgain(query)
    else super.query(query)
    return !inTransaction
  }

  /** Calls back when the server has answered everything that was sent: at once, unless an error was just answered. */
  whenReady(ready: () => void): void {
    this.#readiness.whenReady(ready)
  }

  /** Asks the session for a sign of life; the connection is cut if it gives none. */
  ping(timeoutMs: number): Promise<boolean> {
    return pingSession(this, timeoutMs)
  }

  /** Cancels the running statement on the server. Resolves when the server has taken note of that, or the connection has ended. */
  cancel(): Promise<void> {
    return this.#cancelling.cancel()
  }

  /** Ends the connection at once, with an error for whatever runs on it. */
  destroy(error: unknown): void {
    this.fatal ??= error
    this.connection.stream.destroy()
  }

  /** Says goodbye, and cuts the connection if that takes longer than `graceMs`. */
  async close(graceMs: number): Promise<void> {
    if (this.ended) return
    const timer = setTimeout(() => this.connection.stream.destroy(), graceMs)
    await this.end().catch(() => {})
    clearTimeout(timer)
  }

  /** Whether an idle connection keeps the process alive. */
  holdProcess(hold: boolean): void {
    const { stream } = this.connection
    if (stream instanceof Socket) stream[hold ? 'ref' : 'unref']()
  }

  #create(request: QueryRequest, known: KnownStatement, done: QueryDone): RunningQuery {
    const { preparedStatements, observers } = this.context
    const name = request.name ?? (preparedStatements && isWorthName(known) ? known.name : undefined)
    const told = known.statement.kind === 'commit' ? this.#memory.committing(done) : done
    const observed = observeStatement(observers, this, request, name, told)
    return new RunningQuery(this, request, known.statement, name, observed)
  }

  /** Runs a query object of another library. Its state is not followed, so that the session is asked for its own afterwards. */
  queryForeign(query: unknown, values: unknown, callback: CallableFunction | undefined): unknown {
    this.#readiness.askedByOthers()
    const submittable = submittableOf(query, values, callback)
    if (callback !== undefined || isSubmittable(query)) return super.query(submittable)
    return new Promise((resolve, reject) => {
      Reflect.set(submittable, 'callback', (error: unknown, result: unknown) =>
        error ? reject(asError(error)) : resolve(result),
      )
      super.query(submittable)
    })
  }
}

function notCheckedOut(): void {
  throw new Error('This client is not checked out of the pool.')
}
