import { HEADER_BYTES } from './codes.js'
import { ProtocolViolation } from './protocol-violation.js'

/** Builds frames, one after the other, in one growing buffer. */
export class ByteWriter {
  #buffer: Buffer
  #position = 0
  #frameStart = 0

  constructor(initialBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(initialBytes)
  }

  /** Begins a typed frame; `end()` fills in its length. */
  begin(code: number): this {
    this.#reserve(HEADER_BYTES)
    this.#frameStart = this.#position + 1
    this.#buffer[this.#position] = code
    this.#position += HEADER_BYTES
    return this
  }

  /** Begins an untyped frame of the startup phase. */
  beginUntyped(): this {
    this.#reserve(4)
    this.#frameStart = this.#position
    this.#position += 4
    return this
  }

  end(): this {
    this.#buffer.writeInt32BE(this.#position - this.#frameStart, this.#frameStart)
    return this
  }

  byte(value: number): this {
    this.#reserve(1)
    this.#position = this.#buffer.writeUInt8(value, this.#position)
    return this
  }

  int16(value: number): this {
    this.#reserve(2)
    this.#position = this.#buffer.writeInt16BE(value, this.#position)
    return this
  }

  uint16(value: number): this {
    this.#reserve(2)
    this.#position = this.#buffer.writeUInt16BE(value, this.#position)
    return this
  }

  int32(value: number): this {
    this.#reserve(4)
    this.#position = this.#buffer.writeInt32BE(value, this.#position)
    return this
  }

  uint32(value: number): this {
    this.#reserve(4)
    this.#position = this.#buffer.writeUInt32BE(value, this.#position)
    return this
  }

  string(text: string): this {
    if (text.includes('\0')) throw new ProtocolViolation('WIRE_STRING_ZERO', JSON.stringify(text.slice(0, 40)))
    const length = Buffer.byteLength(text)
    this.#reserve(length + 1)
    this.#buffer.write(text, this.#position)
    this.#buffer[this.#position + length] = 0
    this.#position += length + 1
    return this
  }

  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#position)
    this.#position += bytes.length
    return this
  }

  value(value: Uint8Array | null): this {
    if (value === null) return this.int32(-1)
    return this.int32(value.length).bytes(value)
  }

  /** Everything written so far. The writer must not be used after it. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#position)
  }

  #reserve(length: number): void {
    const needed = this.#position + length
    if (needed <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
    this.#buffer.copy(grown, 0, 0, this.#position)
    this.#buffer = grown
  }
}
