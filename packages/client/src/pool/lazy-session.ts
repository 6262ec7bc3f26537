import type pg from 'pg'
import { OptionError } from '../errors/option-error.js'
import { isSubmittable, needsPortal, type QueryRequest } from '../query/query-request.js'
import type { CerciQueryConfig } from '../query/queryable.js'
import type { QueryDone } from '../query/running-query.js'
import type { CerciPool } from './cerci-pool.js'
import type { PooledClient } from './connection/pooled-client.js'
import { callBack, callBackWith, callbackOf } from './settle.js'

/**
 * A client for libraries that check one out for every single statement. Its lone reads and writes run as `pool.query()` runs them, with failover and
 * retries; the first statement that needs a session (BEGIN, SET, a cursor, a function that may change settings) borrows a connection until `release()`.
 */
export class LazySession {
  readonly #pool: CerciPool
  #client: PooledClient | undefined
  #coming: Promise<PooledClient> | undefined
  #released = false

  constructor(pool: CerciPool) {
    this.#pool = pool
  }

  /** A transaction is open on the connection that was borrowed, also a failed one. */
  get isInTransaction(): boolean {
    const status = this.#client?.getTransactionStatus()
    return status === 'T' || status === 'E'
  }

  /** node-postgres' `client.query()` in all its forms. */
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    textOrConfig: string | CerciQueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<R>>
  query<T extends pg.Submittable>(query: T): T
  query(...call: unknown[]): unknown
  query(...call: unknown[]): unknown {
    if (this.#released) throw new Error('This client was released to the pool.')
    const [query] = call
    if (this.#client !== undefined) return ask(this.#client, call)
    if (this.#coming === undefined && this.#isLone(query)) return ask(this.#pool, call)
    if (isSubmittable(query)) return this.#submit(query, call)
    const done = callbackOf(call[1], call[2])
    const result = this.#onOwnConnection(done === undefined ? call : call.filter(argument => argument !== done))
    if (done === undefined) return result
    void callBackWith(result, done)
    return undefined
  }

  /** `query()` for a request that is read already; `done` gets the outcome, and must not throw. */
  run(request: QueryRequest, done: QueryDone): void {
    if (this.#released) throw new Error('This client was released to the pool.')
    if (this.#client !== undefined) this.#client.run(request, done)
    else if (this.#coming === undefined && this.#isSessionless(request.text)) this.#pool.run(request, done)
    else void this.#runOnOwnConnection(request, done)
  }

  /** Gives the connection back, if one was borrowed. Once is enough; Knex does so twice when the reader of a stream leaves. */
  release(error?: Error | boolean): void {
    if (this.#released) return
    this.#released = true
    if (this.#client !== undefined) this.#client.release(error)
    else if (this.#coming !== undefined) void giveBack(this.#coming, error)
  }

  /** What `cancel()` would cancel, which is all that callers may do with it. Knex looks whether it has a `processID` of 0. */
  get activeQuery(): object {
    return this
  }

  /**
   * Cancels on the server what runs on the connection that was borrowed, and waits for the server's answer, because a late cancel request would hit the next statement.
   *
   * @throws OptionError when none was borrowed: lone statements share connections, where a cancel request would hit those of others.
   */
  async cancel(): Promise<void> {
    const client = await this.#coming
    if (client === undefined)
      throw new OptionError(
        'cancel',
        'outside of a transaction, a statement is cancelled by .options({ timeoutMs }) or .options({ signal })',
      )
    const answered = new Promise<void>(resolve => client.whenReady(resolve))
    await client.cancel()
    await answered
  }

  async #runOnOwnConnection(request: QueryRequest, done: QueryDone): Promise<void> {
    let client: PooledClient
    try {
      client = await this.#borrow()
    } catch (error) {
      return done(error, undefined)
    }
    client.run(request, done)
  }

  async #onOwnConnection(call: readonly unknown[]): Promise<unknown> {
    return await ask(await this.#borrow(), call)
  }

  /** Query objects are returned at once, and run when there is a connection. */
  #submit(query: object, call: readonly unknown[]): unknown {
    this.#borrow().then(
      client => ask(client, call),
      (error: unknown) => {
        const handler: unknown = 'handleError' in query ? query.handleError : undefined
        if (typeof handler === 'function') callBack(handler.bind(query), error, undefined)
      },
    )
    return query
  }

  #isLone(query: unknown): boolean {
    if (isSubmittable(query) || needsPortal(query)) return false
    const text: unknown = typeof query === 'object' && query !== null && 'text' in query ? query.text : query
    return typeof text === 'string' && this.#isSessionless(text)
  }

  #isSessionless(text: string): boolean {
    return this.#pool.connections.context.statements.read(text).sessionless
  }

  #borrow(): Promise<PooledClient> {
    this.#coming ??= this.#pool.acquire().then(client => {
      this.#client = client
      return client
    })
    return this.#coming
  }
}

/** A connection that nobody waited for. */
async function giveBack(coming: Promise<PooledClient>, reason: Error | boolean | undefined): Promise<void> {
  const client = await coming.catch(() => undefined)
  client?.release(reason)
}

/** `query` with the arguments as they came: TypeScript has no way to pass an overloaded call on. */
function ask(target: object, call: readonly unknown[]): unknown {
  const query: unknown = Reflect.get(target, 'query')
  return typeof query === 'function' ? Reflect.apply(query, target, call) : undefined
}
