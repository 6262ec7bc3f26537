import { connect, type Socket } from 'node:net'
import {
  BackendCode,
  ErrorField,
  type ErrorFields,
  FrameReader,
  parseBackend,
  serializeFrontend,
  serializeStartup,
} from '@cerci/wire'
import { sqlState } from '../../errors/sql-state.js'
import { type BackendWatcher, Exchange, type ExchangeResult, NO_SINK, type ReplySink } from './exchange.js'
import { internalSegment, Segment, type SegmentEnd } from './segment.js'

export interface BackendOptions {
  readonly socketPath: string
  /** Startup parameters: `user`, `database`, and PostgreSQL settings by name. */
  readonly parameters: ReadonlyMap<string, string>
  readonly watcher: BackendWatcher
}

/** PostgreSQL refused a connection, or ended it. `fields` are those of its ErrorResponse, if it said anything. */
export class BackendLost extends Error {
  override readonly name = 'BackendLost'
  readonly fields: ErrorFields | undefined

  constructor(fields: ErrorFields | undefined) {
    super(fields?.get('M') ?? 'the connection to PostgreSQL has ended')
    this.fields = fields
  }
}

interface Pending {
  readonly exchange: Exchange
  readonly resolve: (result: ExchangeResult) => void
  readonly reject: (error: BackendLost) => void
}

/** Of a statement that is cancelled again and again. */
const MOST_ATTEMPTS = 10
const JOIN_BYTES = 32 * 1024

/** One connection to PostgreSQL, on which one exchange is under way at a time. */
export class Backend {
  /** Settles when a segment can be sent; rejects with {@link BackendLost} when PostgreSQL refuses user, database or a parameter. */
  readonly ready: Promise<void>
  /** Settles when PostgreSQL has ended the connection: then its transaction is over and its locks are free. */
  readonly closed: Promise<void>
  /** What PostgreSQL reported when the connection was made. */
  readonly parameters: Map<string, string> = new Map<string, string>()
  processId = 0

  readonly #socket: Socket
  readonly #reader = new FrameReader()
  readonly #options: BackendOptions
  #secretKey = 0
  #pending: Pending | undefined
  #lost: BackendLost | undefined
  #fatal: ErrorFields | undefined
  #onReady: (() => void) | undefined
  #onLost: (error: BackendLost) => void = () => undefined
  #onDrain: () => void = () => undefined
  /** Transaction status at the last ReadyForQuery. */
  status: 'I' | 'T' | 'E' = 'I'
  /** Whether the last exchange ended in Sync; if not, it may have begun an implicit transaction. */
  synced = true

  constructor(options: BackendOptions) {
    this.#options = options
    this.#socket = connect({ path: options.socketPath })
    this.#socket.on('data', chunk => this.#receive(chunk))
    this.#socket.on('error', () => undefined)
    this.#socket.on('drain', () => this.#onDrain())
    this.ready = new Promise((resolve, reject) => {
      this.#onReady = resolve
      this.#onLost = reject
    })
    this.closed = new Promise(resolve => {
      this.#socket.once('close', () => {
        this.#lose()
        resolve()
      })
    })
    this.#socket.write(serializeStartup({ name: 'StartupMessage', minorVersion: 0, parameters: options.parameters }))
  }

  /** Told when the connection ends while no exchange is under way, and when PostgreSQL takes bytes again. */
  watch(onLost: (error: BackendLost) => void, onDrain: () => void): void {
    this.#onLost = onLost
    this.#onDrain = onDrain
  }

  /**
   * Sends a segment and follows the replies to it.
   *
   * @throws {BackendLost}
   */
  exchange(segment: Segment, end: SegmentEnd, sink: ReplySink): Promise<ExchangeResult> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost)
    const exchange = new Exchange(segment, end, sink, this.#options.watcher)
    this.#write(segment.parts(end))
    if (exchange.result !== undefined) return Promise.resolve(exchange.result)
    return new Promise((resolve, reject) => {
      this.#pending = { exchange, resolve, reject }
    })
  }

  /** Runs a statement of the gateway's own, of which the client sees nothing. */
  run(sql: string): Promise<ExchangeResult> {
    return this.exchange(internalSegment(sql), 'sync', NO_SINK)
  }

  /**
   * As `run`, for what only a cancellation or a timeout can keep from succeeding: then it is tried again.
   *
   * @throws {Error} when PostgreSQL refuses it, after which the session cannot go on
   */
  async mustRun(sql: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { error } = await this.run(sql)
      if (error === undefined) return
      if (error.fields.get(ErrorField.Code) === sqlState.query_canceled && attempt < MOST_ATTEMPTS) continue
      throw new Error(`PostgreSQL refused ${sql}: ${error.fields.get(ErrorField.Message)}`)
    }
  }

  /** Ends what was begun without Sync; the client sees nothing. */
  sync(): Promise<ExchangeResult> {
    return this.exchange(new Segment(), 'sync', NO_SINK)
  }

  get busy(): boolean {
    return this.#pending !== undefined
  }

  get copying(): boolean {
    return this.#pending?.exchange.copying === true
  }

  /** Sends bytes into the exchange under way (CopyData). Returns false when the caller should wait for the drain. */
  forward(bytes: Buffer): boolean {
    return this.#socket.write(bytes)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Asks PostgreSQL to cancel what runs now. Settles when PostgreSQL has heard it. */
  async cancel(): Promise<void> {
    const request = serializeStartup({
      name: 'CancelRequest',
      processId: this.processId,
      secretKey: this.#secretKey,
    })
    const socket = connect({ path: this.#options.socketPath })
    socket.on('error', () => undefined)
    socket.end(request)
    socket.resume()
    await new Promise<void>(resolve => {
      socket.once('close', () => resolve())
    })
  }

  /** Takes leave. What runs now goes on to its end; see `closed`. */
  end(): void {
    this.#socket.resume()
    if (!this.#socket.destroyed) this.#socket.end(serializeFrontend({ name: 'Terminate' }))
  }

  /** Drops the connection, when nobody is there to take leave of. */
  destroy(): void {
    this.#socket.destroy()
  }

  #write(parts: readonly Buffer[]): void {
    const [first] = parts
    if (first === undefined) return
    if (parts.length === 1) {
      this.#socket.write(first)
      return
    }
    const bytes = parts.reduce((sum, part) => sum + part.length, 0)
    if (bytes <= JOIN_BYTES) {
      this.#socket.write(Buffer.concat(parts, bytes))
      return
    }
    this.#socket.cork()
    for (const part of parts) this.#socket.write(part)
    this.#socket.uncork()
  }

  #receive(chunk: Buffer): void {
    this.#reader.push(chunk)
    const pending = this.#pending
    if (pending !== undefined) {
      pending.exchange.walk(this.#reader)
      const { result } = pending.exchange
      if (result === undefined) return
      this.#pending = undefined
      this.status = result.status ?? this.status
      this.synced = result.status !== undefined
      pending.resolve(result)
    }
    while (this.#reader.next()) this.#handleUnasked()
  }

  /** A frame that answers nothing: during startup, and between exchanges. */
  #handleUnasked(): void {
    const { code, buffer, start, bodyStart, end } = this.#reader
    if (code === BackendCode.NoticeResponse || code === BackendCode.NotificationResponse) {
      this.#options.watcher.notice(buffer.subarray(start, end), code)
      return
    }
    const message = parseBackend(code, buffer, bodyStart, end)
    if (message.name === 'ReadyForQuery') {
      this.status = message.status
      this.#onReady?.()
      this.#onReady = undefined
    } else if (message.name === 'ParameterStatus') {
      this.parameters.set(message.parameter, message.value)
      if (this.#onReady === undefined) {
        this.#options.watcher.parameterChanged(message.parameter, message.value, buffer.subarray(start, end))
      }
    } else if (message.name === 'BackendKeyData') {
      this.processId = message.processId
      this.#secretKey = message.secretKey
    } else if (message.name === 'ErrorResponse') {
      this.#fatal = message.fields
    } else if (message.name === 'Authentication' && message.request.kind !== 'Ok') {
      this.#socket.destroy()
    }
  }

  #lose(): void {
    const pending = this.#pending
    this.#pending = undefined
    this.#lost = new BackendLost(pending?.exchange.failure ?? this.#fatal)
    if (pending === undefined) this.#onLost(this.#lost)
    else pending.reject(this.#lost)
  }
}
