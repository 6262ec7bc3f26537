import { ProtocolViolation } from './protocol-violation.js'

/** Reads the fields of one message body, and refuses to read past it. */
export class ByteReader {
  readonly #buffer: Buffer
  readonly #end: number
  #position: number

  constructor(buffer: Buffer, start: number, end: number) {
    this.#buffer = buffer
    this.#position = start
    this.#end = end
  }

  get remaining(): number {
    return this.#end - this.#position
  }

  byte(): number {
    return this.#buffer.readUInt8(this.#take(1))
  }

  int16(): number {
    return this.#buffer.readInt16BE(this.#take(2))
  }

  int32(): number {
    return this.#buffer.readInt32BE(this.#take(4))
  }

  uint32(): number {
    return this.#buffer.readUInt32BE(this.#take(4))
  }

  /** A 16-bit count of what follows. PostgreSQL reads it unsigned: a statement can have 65535 parameters. */
  count(): number {
    return this.#buffer.readUInt16BE(this.#take(2))
  }

  string(): string {
    const zero = this.#buffer.indexOf(0, this.#position)
    if (zero === -1 || zero >= this.#end)
      throw new ProtocolViolation('WIRE_STRING_UNTERMINATED', `${this.remaining} bytes left`)
    const text = this.#buffer.toString('utf8', this.#position, zero)
    this.#position = zero + 1
    return text
  }

  /** A view, not a copy: valid as long as the frame's buffer is left alone. */
  bytes(length: number): Buffer {
    const start = this.#take(length)
    return this.#buffer.subarray(start, start + length)
  }

  /** An Int32 length and that many bytes; -1 is SQL NULL. */
  value(): Buffer | null {
    const length = this.int32()
    if (length === -1) return null
    if (length < 0) throw new ProtocolViolation('WIRE_VALUE_INVALID', `value length ${length}`)
    return this.bytes(length)
  }

  rest(): Buffer {
    return this.bytes(this.remaining)
  }

  /** Checks that the message ends here. */
  finish(): void {
    if (this.remaining > 0) throw new ProtocolViolation('WIRE_FRAME_TRAILING', `${this.remaining} bytes left`)
  }

  #take(length: number): number {
    const start = this.#position
    if (start + length > this.#end) {
      throw new ProtocolViolation('WIRE_FRAME_TRUNCATED', `${length} bytes wanted, ${this.#end - start} left`)
    }
    this.#position = start + length
    return start
  }
}
