import type { EventEmitter } from 'node:events'
import type pg from 'pg'
import { Pool } from 'pg'
import { createSettings, type PoolConfig, type Settings } from '../cluster/settings.js'
import { PoolClosedError } from '../errors/connection-errors.js'
import { QueryAbortedError } from '../errors/query-errors.js'
import { RetriesExhaustedError } from '../errors/transaction-errors.js'
import { type Observer, Observers } from '../query/observer.js'
import { isSubmittable, needsPortal, type QueryRequest, readQueryArguments } from '../query/query-request.js'
import type { CerciClient, CerciQueryConfig } from '../query/queryable.js'
import type { QueryDone } from '../query/running-query.js'
import { runForeign } from './connection/foreign-query.js'
import type { PooledClient } from './connection/pooled-client.js'
import { Connections } from './connections.js'
import { LoneQuery, runObserved } from './lone-query.js'
import { type NodeStatus, nodeStatuses } from './nodes/node-status.js'
import { pgOptionsOf } from './pg-pool-options.js'
import { asError, callBack, callBackWith, callbackOf, rethrowFromHere } from './settle.js'
import type { Waiter } from './waiters.js'

/** What `CerciPool` keeps of `pg.Pool`: its place in `instanceof`, its options and its events. */
export interface PgPool extends EventEmitter {
  options: pg.PoolOptions
  ending: boolean
  ended: boolean
}

/** The application's own `pg.Pool`, with the members that `CerciPool` replaces left out of its type. */
export const PgPool: new (config?: pg.PoolConfig) => PgPool = Pool

/**
 * node-postgres' Pool for a whole cluster: several nodes, balanced, with failover, drains, named statements and lone statements that are
 * retried where that is safe. It is `instanceof pg.Pool`, and emits node-postgres' errors as they are, so that ORMs take it.
 *
 * @example
 * const pool = new CerciPool('postgresql://app@10.0.0.1:26257,10.0.0.2:26257/shop')
 * const { rows } = await pool.query('SELECT name FROM users WHERE id = $1', [id])
 * await pool.end()
 */
export class CerciPool extends PgPool {
  readonly #connections: Connections
  readonly #observers = new Observers()
  #closed: Promise<void> | undefined

  /** @param config options of Cerci, of node-postgres, or a connection string */
  constructor(config: PoolConfig | string) {
    const settings = createSettings(config)
    super(pgOptionsOf(settings))
    this.#connections = new Connections(settings, this.#observers, {
      connected: client => this.#tell('connect', client),
      acquired: client => this.#tell('acquire', client),
      released: (error, client) => this.#tell('release', error, client),
      removed: client => this.#tell('remove', client),
      lost: (error, client) => this.#tell('error', error, client),
    })
    warnOfIgnored(settings)
  }

  /** Connections open or being opened. */
  get totalCount(): number {
    return this.#connections.total
  }

  get idleCount(): number {
    return this.#connections.idle
  }

  /** Callers waiting for a connection. */
  get waitingCount(): number {
    return this.#connections.waiters.size
  }

  /** Connections in use that will be closed when they are released. */
  get expiredCount(): number {
    let expired = 0
    for (const client of this.#connections.clients) if (client.retire !== undefined) expired++
    return expired
  }

  /** The pool by node, as far as nodes are known. */
  get nodes(): NodeStatus[] {
    return nodeStatuses(this.#connections)
  }

  /** For the rest of this package. */
  get connections(): Connections {
    return this.#connections
  }

  /** Watches queries, retries and nodes. Returns a function that ends that. */
  observe(observer: Observer): () => void {
    return this.#observers.add(observer)
  }

  /** Opens `min` connections, or one to every node that is known, and waits for them. */
  async warmUp(): Promise<void> {
    await this.#connections.opening.warmUp()
  }

  /** Takes a connection out of the pool; release it with `client.release()`. */
  connect(): Promise<CerciClient>
  connect(
    callback: (
      err: Error | undefined,
      client: CerciClient | undefined,
      done: (release?: Error | boolean) => void,
    ) => void,
  ): void
  connect(
    callback?: (
      err: Error | undefined,
      client: CerciClient | undefined,
      done: (release?: Error | boolean) => void,
    ) => void,
  ): Promise<CerciClient> | void {
    if (callback === undefined) return this.acquire().catch(rethrowFromHere)
    void this.#connectWith(callback)
  }

  /** `connect()` with a signal and a time limit of its own. */
  acquire(limits: AcquireLimits = {}): Promise<PooledClient> {
    const { signal, timeoutMs = this.#connections.settings.acquireTimeoutMs, begun = false } = limits
    if (this.#closed !== undefined && !begun) return Promise.reject(new PoolClosedError())
    if (signal?.aborted === true) return Promise.reject(new QueryAbortedError(signal.reason, 'not-executed'))
    const idle = this.#connections.tryTake()
    if (idle !== undefined) return Promise.resolve(this.#checkOut(idle))
    return new Promise((resolve, reject) => {
      const now = performance.now()
      const settle = (): void => signal?.removeEventListener('abort', onAbort)
      const waiter: Waiter = {
        give: client => {
          settle()
          resolve(this.#checkOut(client))
        },
        fail: error => {
          settle()
          reject(asError(error))
        },
        deadline: now + Math.min(timeoutMs, this.#connections.settings.acquireTimeoutMs),
        since: now,
        settled: false,
      }
      const onAbort = (): void => {
        this.#connections.waiters.leave(waiter)
        reject(new QueryAbortedError(signal?.reason, 'not-executed'))
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#connections.wait(waiter)
    })
  }

  /** Runs a unit of work that may take several connections, one after the other; a pool that is closed meanwhile lets it finish. */
  async runUnit<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw new PoolClosedError()
    this.#connections.beginUnit()
    try {
      return await work()
    } finally {
      this.#connections.endUnit()
    }
  }

  query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    textOrConfig: string | CerciQueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<R>>
  query<T extends pg.Submittable>(queryStream: T): T
  query<R extends unknown[] = unknown[], I = unknown[]>(
    queryConfig: pg.QueryArrayConfig<I>,
    values?: pg.QueryConfigValues<I>,
  ): Promise<pg.QueryArrayResult<R>>
  query<R extends pg.QueryResultRow = pg.QueryResultRow, I = unknown[]>(
    queryConfig: pg.QueryConfig<I>,
  ): Promise<pg.QueryResult<R>>
  query<R extends pg.QueryResultRow = pg.QueryResultRow, I = unknown[]>(
    queryTextOrConfig: string | pg.QueryConfig<I>,
    values?: pg.QueryConfigValues<I>,
  ): Promise<pg.QueryResult<R>>
  query<R extends unknown[] = unknown[], I = unknown[]>(
    queryConfig: pg.QueryArrayConfig<I>,
    callback: (err: Error, result: pg.QueryArrayResult<R>) => void,
  ): void
  query<R extends pg.QueryResultRow = pg.QueryResultRow, I = unknown[]>(
    queryTextOrConfig: string | pg.QueryConfig<I>,
    callback: (err: Error, result: pg.QueryResult<R>) => void,
  ): void
  query<R extends pg.QueryResultRow = pg.QueryResultRow, I = unknown[]>(
    queryText: string,
    values: pg.QueryConfigValues<I>,
    callback: (err: Error, result: pg.QueryResult<R>) => void,
  ): void
  query(textOrConfig: unknown, values?: unknown, callback?: unknown): unknown {
    const done = callbackOf(values, callback)
    if (isSubmittable(textOrConfig) || needsPortal(textOrConfig)) return runForeign(this, textOrConfig, values, done)
    const request = readQueryArguments(textOrConfig, typeof values === 'function' ? undefined : values)
    if (done !== undefined) {
      this.run(request, (error, result) => callBack(done, error, result))
      return undefined
    }
    return this.execute(request).catch((error: unknown) => rethrowFromHere(asServersError(error)))
  }

  /** `query` for a request that is read already; `done` must not throw. */
  run(request: QueryRequest, done: QueryDone): void {
    this.#run(request, (error, result) => done(error === undefined ? undefined : asServersError(error), result))
  }

  /** Runs a lone statement; unlike `query`, exhausted retries are an error of their own. */
  execute<R extends pg.QueryResultRow = pg.QueryResultRow>(request: QueryRequest): Promise<pg.QueryResult<R>>
  execute(request: QueryRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#run(request, (error, result) => (error === undefined ? resolve(result) : reject(asError(error))))
    })
  }

  end(): Promise<void>
  end(callback: () => void): void
  end(callback?: () => void): Promise<void> | void {
    if (callback === undefined) return this.close()
    void callBackWith(this.close(), callback)
  }

  /**
   * Closes the pool: what runs and waits gets until the deadline, then it is cancelled on the server, then cut. Every caller is settled.
   *
   * @param options `deadlineMs` defaults to 10000
   */
  close(options: { readonly deadlineMs?: number | undefined } = {}): Promise<void> {
    this.ending = true
    this.#closed ??= this.#close(options.deadlineMs ?? 10_000)
    return this.#closed
  }

  async #close(deadlineMs: number): Promise<void> {
    await this.#connections.close(deadlineMs)
    this.ended = true
  }

  async #connectWith(callback: CallableFunction): Promise<void> {
    let client: PooledClient
    try {
      client = await this.acquire()
    } catch (error) {
      return callBack(callback, error, undefined, () => {})
    }
    callBack(callback, undefined, client, client.release)
  }

  #run(request: QueryRequest, done: QueryDone): void {
    if (this.#closed !== undefined) return done(new PoolClosedError(), undefined)
    if (this.#observers.active) runObserved(this.#connections, request, done)
    else new LoneQuery(this.#connections, request, done).run()
  }

  /** Nobody has to listen, to errors neither: a lost idle connection is replaced. What a listener throws must not end up in the pool's bookkeeping. */
  #tell(event: string, ...details: readonly unknown[]): void {
    if (this.listenerCount(event) > 0) callBack(this.emit.bind(this), event, ...details)
  }

  #checkOut(client: PooledClient): PooledClient {
    let released = false
    this.#connections.held++
    client.release = error => {
      if (released) throw new Error('Release called on client which has already been released to the pool.')
      released = true
      this.#connections.held--
      this.#connections.release(client, error === undefined || error === false ? undefined : error)
    }
    return client
  }
}

/** What bounds waiting for a connection. */
export interface AcquireLimits {
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number | undefined
  /** For a unit of work that has begun: a closing pool lets it finish. */
  readonly begun?: boolean | undefined
}

/** pg.Pool's errors are the server's own; outer retry loops look for 40001. */
function asServersError(error: unknown): unknown {
  return error instanceof RetriesExhaustedError ? error.cause : error
}

function warnOfIgnored(settings: Settings): void {
  if (settings.ignored.length === 0) return
  process.emitWarning(
    `Cerci does not know these options or URL parameters, and ignores them: ${settings.ignored.join(', ')}.`,
    'CerciOptionWarning',
  )
}
