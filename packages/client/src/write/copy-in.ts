import type { Duplex } from 'node:stream'
import type pg from 'pg'
import { ConnectionLostError, NodeDrainingError } from '../errors/connection-errors.js'
import { fromServer, isServerError } from '../errors/from-server.js'
import { QueryAbortedError } from '../errors/query-errors.js'
import { SqlState } from '../errors/sqlstate.js'
import { AmbiguousCommitError } from '../errors/transaction-errors.js'
import { cancelGraceMs, commitGraceMs } from '../pool/connection/limited-query.js'
import { endsSession } from '../pool/connection/lost-statement.js'
import { classify } from '../retry/classify.js'

/** What a COPY needs of a pool; a `CerciPool` has it. */
export interface CopyPool {
  acquire(limits: { readonly signal: AbortSignal | undefined }): Promise<CopyClient>
}

export interface CopyClient {
  query(copy: CopyIn): unknown
  release(): void
  /** Cuts the connection. */
  destroy(error: unknown): void
}

/** What node-postgres' connection has beyond its published types. */
export interface CopyConnection {
  readonly stream: Duplex
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

/**
 * A COPY … FROM STDIN as a query of node-postgres, which calls the methods as messages arrive. Chunks are taken from the source only while
 * the socket takes them.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY
 */
export class CopyIn implements pg.Submittable {
  /** The number of rows copied; rejects with the source's error, QueryAbortedError, or what became of the COPY otherwise. */
  readonly done: Promise<number>
  readonly #text: string
  readonly #chunks: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>
  #settle: { resolve(rows: number): void; reject(error: unknown): void } = unsettled
  #rows = 0
  /** Why the copy was ended from this side; the server's answer only says that it was. */
  #ownFailure: { readonly error: unknown } | undefined
  #ended = false
  #complete = false
  /** The signal's error, when it fired after the end of the data was sent. */
  #stopped: QueryAbortedError | undefined
  /** Set while the server waits for data. */
  #connection: CopyConnection | undefined
  /** Aborted when the server answers while data is still being sent. */
  readonly #answered = new AbortController()

  constructor(text: string, chunks: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>) {
    this.#text = text
    this.#chunks = chunks
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
  }

  /** Runs it on a client. The signal ends it at any time; a server that does not answer to that in a while loses the connection. */
  async run(client: CopyClient, signal: AbortSignal | undefined): Promise<number> {
    if (signal?.aborted === true) throw new QueryAbortedError(signal.reason, 'not-executed')
    let cut: NodeJS.Timeout | undefined
    const abort = (): void => {
      const error = new QueryAbortedError(signal?.reason, this.#complete ? 'unknown' : 'aborted')
      cut = setTimeout(() => client.destroy(error), this.#complete ? commitGraceMs : cancelGraceMs)
      if (this.#complete) this.#stopped = error
      else this.#fail(error)
    }
    signal?.addEventListener('abort', abort, { once: true })
    try {
      client.query(this)
      return await this.done
    } finally {
      signal?.removeEventListener('abort', abort)
      clearTimeout(cut)
    }
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#text)
  }

  handleCopyInResponse(connection: CopyConnection): void {
    this.#connection = connection
    if (this.#ownFailure !== undefined) return this.#fail(this.#ownFailure.error)
    const finish = (): void => {
      this.#complete = true
      connection.endCopyFrom()
    }
    this.#pump(connection).then(
      () => this.#end(finish),
      (error: unknown) => this.#fail(error),
    )
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#rows = Number(message.text.split(' ').at(-1))
  }

  handleReadyForQuery(): void {
    this.#end()
    this.#settle.resolve(this.#rows)
  }

  handleError(error: unknown): void {
    this.#end()
    this.#settle.reject(this.#ownFailure ? this.#ownFailure.error : this.#explain(error))
  }

  /** Ends the COPY from this side: at once, or when the server asks for the data. */
  #fail(error: unknown): void {
    this.#ownFailure ??= { error }
    const connection = this.#connection
    if (connection !== undefined) this.#end(() => connection.sendCopyFail('The source of the data failed.'))
  }

  /** All rows are written when the server has taken the end of the data; before that nothing is. */
  #explain(error: unknown): unknown {
    const ambiguous = classify(error).kind === 'ambiguous'
    if (isServerError(error) && !endsSession(error) && !ambiguous) return fromServer(error)
    if (this.#complete) return new AmbiguousCommitError('COPY', isServerError(error) ? error : (this.#stopped ?? error))
    return isServerError(error) && error.code === SqlState.adminShutdown
      ? new NodeDrainingError('aborted', error)
      : new ConnectionLostError('aborted', error)
  }

  handleRowDescription(): void {}

  handleDataRow(): void {}

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleCopyData(): void {}

  async #pump(connection: CopyConnection): Promise<void> {
    const { stream } = connection
    for await (const chunk of this.#chunks) {
      if (this.#ended) return
      connection.sendCopyFromChunk(typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk))
      if (stream.writableNeedDrain) await drained(stream, this.#answered.signal)
    }
  }

  /** After the server's answer nothing more may be sent, as it would be taken for the next message. */
  #end(say?: () => void): void {
    if (this.#ended) return
    this.#ended = true
    say?.()
    this.#answered.abort()
  }
}

/** Waits until the socket takes more, or until that has no point any more. */
function drained(stream: Duplex, answered: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      stream.off('drain', done)
      stream.off('close', done)
      answered.removeEventListener('abort', done)
      resolve()
    }
    stream.once('drain', done)
    stream.once('close', done)
    answered.addEventListener('abort', done)
  })
}

const unsettled = { resolve: (): void => {}, reject: (): void => {} }
