import { FrameReader, FrontendCode, ProtocolViolation, parseFrontendAs } from '@cerci/wire'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { SYNC } from '../backend/segment.js'
import type { ClientBatch, ExtendedMessage } from './client-batch.js'
import { readExtendedMessage } from './read-extended-message.js'

/**
 * Longest message a client may send: CockroachDB's `sql.conn.max_read_buffer_message_size`.
 * @see https://www.cockroachlabs.com/docs/v26.2/cluster-settings
 */
const MAX_MESSAGE_BYTES: number = 16 * 1024 * 1024

/**
 * Most that a client may send before Sync or Flush, in bytes. CockroachDB runs each message as it comes and holds nothing
 * back; here a batch is run as a whole.
 */
const MAX_BATCH_BYTES = 256 * 1024 * 1024
/** What a message costs here beside its bytes. */
const MESSAGE_BYTES = 200

/** Batches, and bytes of them, that may wait before the client is made to wait; at half of both it may go on. */
const MANY_WAITING = 64
const MANY_WAITING_BYTES = 32 * 1024 * 1024

const FRONTEND_CODES: ReadonlySet<number> = new Set(Object.values(FrontendCode))

/** A COPY FROM STDIN under way. */
export interface CopyTarget {
  /** Sends frames on to PostgreSQL. */
  receive(frames: Buffer): void
  /** Whether PostgreSQL still reads; false after an error. */
  readonly active: boolean
  /** In the extended protocol PostgreSQL has dropped the Sync that followed Execute, and waits for the one after the data. */
  readonly untilSync: boolean
}

interface CopyFrames {
  readonly kind: 'copy'
  readonly frames: Buffer
  /** Ends with CopyDone or CopyFail. */
  readonly ends: boolean
}

interface Waiting {
  readonly item: ClientBatch | CopyFrames
  readonly bytes: number
}

/** Sorts what a client sends into batches, and passes the data of a COPY on. */
export class Inbox {
  readonly #reader = new FrameReader({ maxFrameBytes: MAX_MESSAGE_BYTES, codes: FRONTEND_CODES })
  readonly #onFull: () => void
  readonly #onRoom: () => void
  readonly #maxBatchBytes: number
  readonly #waiting: Waiting[] = []
  #waitingBytes = 0
  #messages: ExtendedMessage[] = []
  #messageBytes = 0
  #full = false
  #ended = false
  #wake: (() => void) | undefined
  #copy: CopyTarget | undefined
  #copyDone = false
  /** Where the CopyData frames begin and end that the chunk under way has and that were not passed on yet; -1 for none. */
  #dataStart = -1
  #dataEnd = 0

  /**
   * @param onFull the client should be made to wait; `onRoom`: it need not any more
   * @param maxBatchBytes most that may come before Sync or Flush. @default 256 MiB
   */
  constructor(onFull: () => void, onRoom: () => void, maxBatchBytes: number = MAX_BATCH_BYTES) {
    this.#onFull = onFull
    this.#onRoom = onRoom
    this.#maxBatchBytes = maxBatchBytes
  }

  /**
   * @throws {ProtocolViolation}
   * @throws {SqlError} 54000 when a batch does not end
   */
  push(chunk: Buffer): void {
    this.#reader.push(chunk)
    // The reader lets go of the chunk when its last frame is cut off.
    const { buffer } = this.#reader
    while (this.#reader.next()) {
      // Data of a COPY under way: neighbouring frames go on in one piece.
      if (this.#reader.code === FrontendCode.CopyData && this.#copy !== undefined) {
        if (this.#dataStart < 0) this.#dataStart = this.#reader.start
        this.#dataEnd = this.#reader.end
        continue
      }
      this.#passData(buffer)
      this.#sort(this.#reader.code)
    }
    this.#passData(buffer)
    this.#notify()
    if (!this.#full && this.#exceeds(1)) {
      this.#full = true
      this.#onFull()
    }
  }

  /** Ends the stream: `next()` gives no more. */
  end(): void {
    this.#ended = true
    this.#waiting.length = 0
    this.#waitingBytes = 0
    this.#messages = []
    this.#wake?.()
  }

  /** Whether a whole batch waits. */
  get hasBatch(): boolean {
    return this.#waiting.length > 0
  }

  /** The next batch that waits, if any. */
  take(): ClientBatch | undefined {
    for (;;) {
      const item = this.#shift()
      this.#makeRoom()
      // Data without a COPY: the COPY failed before the client knew.
      if (item?.kind !== 'copy') return item
    }
  }

  /** Waits until a batch waits. False when the client has taken leave. */
  async ready(): Promise<boolean> {
    while (this.#waiting.length === 0) {
      if (this.#ended) return false
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
    return true
  }

  /** PostgreSQL has begun to read a COPY: its data goes to `target` from now on. */
  beginCopy(target: CopyTarget): void {
    this.#copy = target
    this.#copyDone = false
    for (let item = this.#first; item !== undefined && this.#copy !== undefined; item = this.#first) {
      if (item.kind === 'copy') this.#passOn(item.frames, item.ends)
      else if (isLoneSync(item)) this.#passSync()
      else break
      this.#shift()
    }
    this.#makeRoom()
  }

  /** The COPY is over, however it ended. */
  endCopy(): void {
    this.#copy = undefined
  }

  get #first(): Waiting['item'] | undefined {
    return this.#waiting[0]?.item
  }

  #shift(): Waiting['item'] | undefined {
    const first = this.#waiting.shift()
    this.#waitingBytes -= first?.bytes ?? 0
    return first?.item
  }

  #exceeds(share: number): boolean {
    return this.#waiting.length >= MANY_WAITING * share || this.#waitingBytes >= MANY_WAITING_BYTES * share
  }

  #makeRoom(): void {
    if (!this.#full || this.#exceeds(0.5)) return
    this.#full = false
    this.#onRoom()
  }

  #passData(buffer: Buffer): void {
    if (this.#dataStart < 0) return
    this.#passOn(buffer.subarray(this.#dataStart, this.#dataEnd), false)
    this.#dataStart = -1
  }

  #sort(code: number): void {
    const { buffer, start, bodyStart, end } = this.#reader
    switch (code) {
      case FrontendCode.Query:
        this.#add({ kind: 'query', text: parseFrontendAs('Query', buffer, bodyStart, end).text }, end - start)
        return
      case FrontendCode.Sync:
        if (this.#copy === undefined || !this.#passSync()) this.#endBatch('sync')
        return
      case FrontendCode.Flush:
        if (this.#copy === undefined) this.#endBatch('flush')
        return
      case FrontendCode.CopyData:
      case FrontendCode.CopyDone:
      case FrontendCode.CopyFail: {
        const frames = buffer.subarray(start, end)
        const ends = code !== FrontendCode.CopyData
        if (this.#copy === undefined) this.#add({ kind: 'copy', frames, ends }, frames.length)
        else this.#passOn(frames, ends)
        return
      }
      case FrontendCode.Terminate:
        this.#endAfterWaiting()
        return
      default: {
        const message = readExtendedMessage(this.#reader)
        if (message === undefined) throw new ProtocolViolation('WIRE_CODE_UNKNOWN', `byte ${code} from a client`)
        this.#messages.push(message)
        this.#messageBytes += end - start + MESSAGE_BYTES
        if (this.#messageBytes > this.#maxBatchBytes) throw tooLong(this.#maxBatchBytes)
        // It answers with ReadyForQuery by itself.
        if (code === FrontendCode.FunctionCall) this.#endBatch('sync')
      }
    }
  }

  #add(item: ClientBatch | CopyFrames, bytes: number): void {
    if (this.#ended) return
    this.#waiting.push({ item, bytes })
    this.#waitingBytes += bytes
  }

  #endBatch(end: 'sync' | 'flush'): void {
    this.#add({ kind: 'extended', messages: this.#messages, end }, this.#messageBytes)
    this.#messages = []
    this.#messageBytes = 0
  }

  #passOn(frames: Buffer, ends: boolean): void {
    const copy = this.#copy
    if (copy === undefined) return
    copy.receive(frames)
    if (!ends) return
    this.#copyDone = true
    if (!copy.untilSync) this.#copy = undefined
  }

  /** Passes on the Sync that ends a COPY of the extended protocol; one before the end means nothing. */
  #passSync(): boolean {
    const copy = this.#copy
    if (copy === undefined || !copy.untilSync) return false
    if (this.#copyDone || !copy.active) {
      copy.receive(SYNC)
      this.#copy = undefined
    }
    return true
  }

  #endAfterWaiting(): void {
    this.#ended = true
  }

  #notify(): void {
    if (this.#waiting.length === 0 && !this.#ended) return
    this.#wake?.()
    this.#wake = undefined
  }
}

function tooLong(mostBytes: number): SqlError {
  return new SqlError(
    sqlState.program_limit_exceeded,
    `a batch of the extended protocol is longer than ${mostBytes} bytes, and no Sync has come`,
    { hint: 'The dev cluster of Cerci holds a batch until its Sync: send Sync or Flush more often, or use COPY.' },
  )
}

function isLoneSync(item: ClientBatch | CopyFrames): boolean {
  return item.kind === 'extended' && item.end === 'sync' && item.messages.length === 0
}
