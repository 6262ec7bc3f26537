import { HEADER_BYTES } from './codes.js'
import { ProtocolViolation } from './protocol-violation.js'

export interface FrameReaderOptions {
  /**
   * Longest frame accepted, header included, in bytes. A longer one is a {@link ProtocolViolation}.
   *
   * @default 1073741829 (PostgreSQL's own limit: 1 GiB and the header)
   */
  readonly maxFrameBytes?: number
  /**
   * Codes a frame may have. Another one is a {@link ProtocolViolation} as soon as its first byte is there: its length
   * would mean nothing, and waiting for so many bytes would never end.
   *
   * @default every byte
   */
  readonly codes?: ReadonlySet<number>
}

const EMPTY = Buffer.alloc(0)

/**
 * Finds the typed frames of a byte stream, in place: nothing is copied, and no object is made per frame, unless a frame
 * is spread over several chunks. After `push(chunk)` call `next()` until it is false; while it is true, the frame
 * is `buffer[start, end)`, its body `buffer[bodyStart, end)`.
 *
 * ```ts
 * reader.push(chunk)
 * while (reader.next()) handle(reader.code, reader.buffer, reader.bodyStart, reader.end)
 * ```
 */
export class FrameReader {
  /** The bytes the current frame lies in. */
  buffer: Buffer = EMPTY
  /** First byte of the current frame. */
  code = 0
  start = 0
  bodyStart = 0
  end = 0

  readonly #maxFrameBytes: number
  readonly #codes: ReadonlySet<number> | undefined
  #position = 0
  #parts: Buffer[] = []
  #partBytes = 0
  #neededBytes = 0

  constructor(options: FrameReaderOptions = {}) {
    this.#maxFrameBytes = options.maxFrameBytes ?? 0x40000000 + HEADER_BYTES
    this.#codes = options.codes
  }

  /** Bytes held back because their frame is not complete yet. */
  get pendingBytes(): number {
    return this.#partBytes + this.buffer.length - this.#position
  }

  /** Adds the next bytes of the stream. Legal only when `next()` has returned false. */
  push(chunk: Buffer): void {
    if (this.#parts.length === 0) {
      this.buffer = chunk
      this.#position = 0
      return
    }
    this.#parts.push(chunk)
    this.#partBytes += chunk.length
    if (this.#partBytes < this.#neededBytes) return
    this.buffer = Buffer.concat(this.#parts, this.#partBytes)
    this.#position = 0
    this.#parts = []
    this.#partBytes = 0
  }

  /**
   * Moves to the next complete frame.
   *
   * @throws {ProtocolViolation} when a length is impossible or above `maxFrameBytes`, or a code is not one of `codes`
   */
  next(): boolean {
    const position = this.#position
    const available = this.buffer.length - position
    if (available === 0) return false
    const code = this.buffer.readUInt8(position)
    if (this.#codes?.has(code) === false) throw new ProtocolViolation('WIRE_CODE_UNKNOWN', `byte ${code}`)
    this.#neededBytes = HEADER_BYTES
    if (available >= HEADER_BYTES) {
      const length = this.buffer.readInt32BE(position + 1)
      if (length < 4) throw new ProtocolViolation('WIRE_FRAME_LENGTH', `${length} bytes`)
      if (length + 1 > this.#maxFrameBytes) throw new ProtocolViolation('WIRE_FRAME_TOO_LARGE', `${length + 1} bytes`)
      this.#neededBytes = length + 1
    }
    if (available < this.#neededBytes) {
      this.#carry()
      return false
    }
    this.code = code
    this.start = position
    this.bodyStart = position + HEADER_BYTES
    this.end = position + this.#neededBytes
    this.#position = this.end
    return true
  }

  /** Takes every byte not yet walked, for a stream that changes its meaning here (TLS, raw forwarding). */
  takeRest(): Buffer {
    const rest = Buffer.concat([...this.#parts, this.buffer.subarray(this.#position)])
    this.buffer = EMPTY
    this.#position = 0
    this.#parts = []
    this.#partBytes = 0
    return rest
  }

  #carry(): void {
    this.#parts = [this.buffer.subarray(this.#position)]
    this.#partBytes = this.buffer.length - this.#position
    this.buffer = EMPTY
    this.#position = 0
  }
}
