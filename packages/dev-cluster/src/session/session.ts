import { randomBytes } from 'node:crypto'
import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'
import type { Backend } from './backend/backend.js'
import { switchDatabase } from './backend/switch-database.js'
import { BatchRunner } from './batch/batch-runner.js'
import { batchText, type ClientBatch } from './client/client-batch.js'
import { failureFrame, sqlErrorFrame } from './client/error-frames.js'
import { feedCopy } from './client/feed-copy.js'
import { Inbox } from './client/inbox.js'
import { strikeFaults } from './fault-stage.js'
import { Interruption } from './interruption.js'
import { FollowedPast } from './past/followed-past.js'
import { QueryCancellation } from './query-cancellation.js'
import type { SessionContext } from './session-context.js'
import { describeSession, type SessionInfo } from './session-info.js'
import type { SessionOptions } from './session-options.js'
import { createSessionParts, type SessionParts } from './session-parts.js'
import { isRunning, type SessionState } from './session-state.js'
import { greeting } from './startup/greeting.js'
import { roleDefaults } from './startup/role-defaults.js'

const READY = { phase: 'ready' } as const

/** The life of one client connection: one backend of PostgreSQL works for it alone. */
export class Session {
  readonly id: string = randomBytes(16).toString('hex')
  readonly options: SessionOptions
  /** Settles when the client is gone and PostgreSQL has forgotten the session: its locks are free, nothing of it runs. */
  readonly ended: Promise<void>

  readonly #startedAt = new Date()
  readonly #interruption = new Interruption()
  readonly #inbox: Inbox
  readonly #parts: SessionParts
  readonly #context: SessionContext
  readonly #runner: BatchRunner
  readonly #past: FollowedPast
  #state: SessionState = { phase: 'startup' }
  #draining = false
  /** Told to go while a statement ran, which is being ended. */
  #evicted = false
  #transactionsExecuted = 0
  #lastBatch: ClientBatch | undefined
  readonly #cancellation = new QueryCancellation()
  /** Given to the batch under way when somebody asks. */
  #queryId: string | undefined
  #finish: () => void = () => undefined

  constructor(options: SessionOptions) {
    this.options = options
    this.ended = new Promise(resolve => {
      this.#finish = resolve
    })
    this.#inbox = new Inbox(
      () => options.client.pause(),
      () => options.client.resume(),
    )
    this.#parts = createSessionParts(options, {
      sessionId: this.id,
      beginCopy: () => this.#beginCopy(),
      useDatabase: name => this.#useDatabase(name),
      cut: () => this.close(),
      sleep: ms => this.#sleep(ms),
      undisturbed: work => this.#cancellation.hold(work),
    })
    this.#context = this.#parts.context
    this.#runner = new BatchRunner(this.#context)
    this.#past = new FollowedPast(options.services)
  }

  /**
   * Greets the client and serves it until either side ends it.
   *
   * @param rest what the client has sent after its startup message
   */
  async serve(rest: Buffer): Promise<void> {
    const { client } = this.options
    void client.closed.then(() => this.close())
    try {
      if (await this.#begin()) {
        this.#receive(rest)
        await this.#serveBatches()
        this.#leave()
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      if (!this.closed) this.close()
      await this.#context.backend.closed
      this.#past.end()
      this.#finish()
    }
  }

  /** Whether PostgreSQL works for it, or holds something for it. */
  get busy(): boolean {
    const { transaction, implicitOpen } = this.#context
    return this.#state.phase !== 'ready' || transaction !== undefined || implicitOpen || this.#inbox.hasBatch
  }

  /** Whether the client is gone, though PostgreSQL may not have noticed yet. */
  get closed(): boolean {
    return this.#state.phase === 'closed'
  }

  /** Closes the connection with 57P01 as soon as it is not busy. */
  drain(): void {
    this.#draining = true
    if (!this.busy) this.shutDown()
  }

  /**
   * Tells the client that the node goes away, and closes the connection. A statement that runs is ended first: what the client is told, and may do
   * next elsewhere, must not be overtaken by a COMMIT that is still under way.
   */
  shutDown(): void {
    if (isRunning(this.#state) && !this.#evicted) {
      this.#evicted = true
      this.#draining = true
      this.#interrupt('closed')
      void this.#parts.backends.dismiss(this.#context.backend)
      return
    }
    this.#dismiss(sqlErrorFrame(new SqlError(sqlState.admin_shutdown, 'server is shutting down')))
  }

  /** Cancels what runs now, if anything does. */
  cancelQuery(): void {
    if (!isRunning(this.#state)) return
    this.#interrupt('cancelled')
    this.#cancellation.begin(() => this.#context.backend.cancel())
  }

  /** Ends the session as CANCEL SESSION does. */
  cancel(): void {
    this.#dismiss(sqlErrorFrame(new SqlError(sqlState.query_canceled, 'session canceled'), 'FATAL'))
  }

  /** Ends what PostgreSQL does for the client, and resets the connection, if it is still there; in this order, as in `shutDown`. */
  close(): void {
    const { client } = this.options
    const { backend } = this.#context
    const settled = isRunning(this.#state) && !client.ended ? backend.closed : undefined
    this.#stop()
    if (settled === undefined) return client.reset()
    client.mute()
    void settled.then(() => client.reset())
  }

  /** What SHOW SESSIONS says of it. */
  info(): SessionInfo {
    const state = this.#state
    const active = isRunning(state) ? state : undefined
    if (active !== undefined) this.#queryId ??= randomBytes(16).toString('hex')
    return describeSession(this.#context, {
      id: this.id,
      clientAddress: this.options.client.address,
      startedAt: this.#startedAt,
      query: active && {
        id: this.#queryId ?? '',
        text: batchText(active.batch),
        startedAt: new Date(active.startedAt),
      },
      lastQuery: this.#lastBatch === undefined ? '' : batchText(this.#lastBatch),
      transactionsExecuted: this.#transactionsExecuted,
      authenticationMethod: this.options.authenticationMethod,
    })
  }

  /** @returns whether the client may go on */
  async #begin(): Promise<boolean> {
    const { client, parameters, cancelKey, services } = this.options
    const { backend } = this.#context
    const { user, database } = parameters
    const [defaults] = await Promise.all([
      roleDefaults(services.engine, user, database),
      this.#past.follow(database),
      backend.ready,
    ])
    this.#context.variables.begin(defaults)
    this.#adopt(backend)
    if (services.faults.active) {
      const { cut, error } = await strikeFaults(this.#context, 'connect', '')
      if (error !== undefined) this.#dismiss(sqlErrorFrame(error))
      if (cut || error !== undefined) return false
    }
    if (this.#state.phase === 'closed') return false
    client.write(greeting(parameters, backend, cancelKey))
    this.#state = READY
    client.receive(
      chunk => this.#receive(chunk),
      () => this.#context.backend.resume(),
    )
    client.resume()
    if (this.#draining) this.shutDown()
    return true
  }

  async #serveBatches(): Promise<void> {
    while (await this.#inbox.ready()) {
      const batch = this.#inbox.take()
      if (batch === undefined) continue
      this.#state = { phase: 'query', batch, startedAt: Date.now() }
      if (this.#context.interrupted === 'cancelled') this.#context.interrupted = undefined
      try {
        await this.#runner.run(batch)
      } finally {
        await this.#cancellation.end()
      }
      this.#inbox.endCopy()
      this.#lastBatch = batch
      this.#queryId = undefined
      if (this.#context.transaction === undefined) this.#transactionsExecuted++
      if (this.closed) return
      this.#state = READY
      // As CockroachDB does: what the client has sent beyond that is not run.
      const between = this.#context.transaction === undefined && !this.#context.implicitOpen
      if (this.#draining && (this.#evicted || between)) this.shutDown()
    }
  }

  #receive(chunk: Buffer): void {
    try {
      this.#inbox.push(chunk)
    } catch (error) {
      this.#fail(error)
    }
  }

  #beginCopy(): void {
    if (this.#state.phase !== 'query') return
    this.#state = { ...this.#state, phase: 'copy' }
    feedCopy(this.#context, this.#inbox, this.options.client, this.#state.batch)
  }

  #adopt(backend: Backend): void {
    this.#context.watcher.begin(backend.parameters)
    backend.watch(
      error => this.#fail(error),
      () => this.options.client.resume(),
    )
  }

  #useDatabase(database: string): Promise<void> {
    return switchDatabase(this.#context, this.#parts.backends, database, {
      follow: async name => {
        await this.#past.follow(name)
        if (this.closed) throw new SqlError(sqlState.admin_shutdown, 'the session has ended')
      },
      adopt: backend => this.#adopt(backend),
    })
  }

  /** Something went wrong that ends the session. */
  #fail(error: unknown): void {
    if (this.#evicted) return this.shutDown()
    const { parameters, services } = this.options
    this.#dismiss(
      failureFrame(error, { user: parameters.user, log: line => services.log(`session ${this.id}: ${line}`) }),
    )
  }

  /** Says a last word to the client and closes the connection. */
  #dismiss(frame: Buffer): void {
    if (this.#state.phase === 'closed') return
    this.options.client.end(frame)
    this.#stop()
  }

  /** The client has said good-bye. */
  #leave(): void {
    if (this.#state.phase === 'closed') return
    this.options.client.end()
    this.#stop()
  }

  /** Keeps what runs from waiting: for what it waits for now, and for all that would follow. */
  #interrupt(why: 'cancelled' | 'closed'): void {
    if (this.#context.interrupted !== 'closed') this.#context.interrupted = why
    this.#interruption.wake()
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#context.interrupted === undefined) await this.#interruption.sleep(ms)
  }

  /** Ends what PostgreSQL does for the session. */
  #stop(): void {
    if (this.#state.phase === 'closed') return
    const { backend } = this.#context
    this.#state = { phase: 'closed' }
    this.#inbox.end()
    this.#interrupt('closed')
    void this.#parts.backends.dismiss(backend)
  }
}
