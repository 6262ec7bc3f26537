import { FrameReader, FrontendCode, ProtocolViolation, parseFrontendAs } from '@cerci/wire'
import type { ClientBatch, ExtendedMessage } from './client-batch.js'
import { readExtendedMessage } from './read-extended-message.js'
import { SYNC } from './segment.js'

/**
 * Longest message a client may send: CockroachDB's `sql.conn.max_read_buffer_message_size`.
 * @see https://www.cockroachlabs.com/docs/v26.2/cluster-settings
 */
export const MAX_MESSAGE_BYTES: number = 16 * 1024 * 1024

/** Batches that may wait before the client is made to wait, and at which it may go on. */
const MANY_WAITING = 64
const FEW_WAITING = 32

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

/** Sorts what a client sends into batches, and passes the data of a COPY on. */
export class Inbox {
  readonly #reader = new FrameReader({ maxFrameBytes: MAX_MESSAGE_BYTES, codes: FRONTEND_CODES })
  readonly #onFull: () => void
  readonly #onRoom: () => void
  readonly #waiting: (ClientBatch | CopyFrames)[] = []
  #messages: ExtendedMessage[] = []
  #full = false
  #ended = false
  #wake: (() => void) | undefined
  #copy: CopyTarget | undefined
  #copyDone = false
  /** Where the CopyData frames begin and end that the chunk under way has and that were not passed on yet; -1 for none. */
  #dataStart = -1
  #dataEnd = 0

  /** @param onFull the client should be made to wait; `onRoom`: it need not any more */
  constructor(onFull: () => void, onRoom: () => void) {
    this.#onFull = onFull
    this.#onRoom = onRoom
  }

  /** @throws {ProtocolViolation} */
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
    if (!this.#full && this.#waiting.length >= MANY_WAITING) {
      this.#full = true
      this.#onFull()
    }
  }

  /** Ends the stream: `next()` gives no more. */
  end(): void {
    this.#ended = true
    this.#waiting.length = 0
    this.#wake?.()
  }

  /** Whether a whole batch waits. */
  get hasBatch(): boolean {
    return this.#waiting.length > 0
  }

  /** The next batch that waits, if any. */
  take(): ClientBatch | undefined {
    for (;;) {
      const item = this.#waiting.shift()
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
    for (let item = this.#waiting[0]; item !== undefined && this.#copy !== undefined; item = this.#waiting[0]) {
      if (item.kind === 'copy') this.#passOn(item.frames, item.ends)
      else if (isLoneSync(item)) this.#passSync()
      else break
      this.#waiting.shift()
    }
    this.#makeRoom()
  }

  /** The COPY is over, however it ended. */
  endCopy(): void {
    this.#copy = undefined
  }

  #makeRoom(): void {
    if (!this.#full || this.#waiting.length > FEW_WAITING) return
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
        this.#add({ kind: 'query', text: parseFrontendAs('Query', buffer, bodyStart, end).text })
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
        if (this.#copy === undefined) this.#add({ kind: 'copy', frames, ends })
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
        // It answers with ReadyForQuery by itself.
        if (code === FrontendCode.FunctionCall) this.#endBatch('sync')
      }
    }
  }

  #add(item: ClientBatch | CopyFrames): void {
    if (!this.#ended) this.#waiting.push(item)
  }

  #endBatch(end: 'sync' | 'flush'): void {
    this.#add({ kind: 'extended', messages: this.#messages, end })
    this.#messages = []
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

function isLoneSync(item: ClientBatch | CopyFrames): boolean {
  return item.kind === 'extended' && item.end === 'sync' && item.messages.length === 0
}
