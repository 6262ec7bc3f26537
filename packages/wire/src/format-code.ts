import type { ByteReader } from './byte-reader.js'
import type { FormatCode } from './frontend/messages.js'
import { ProtocolViolation } from './protocol-violation.js'

export function readFormat(body: ByteReader): FormatCode {
  return checkFormat(body.int16())
}

/** The copy responses write the overall format as one byte. */
export function readFormatByte(body: ByteReader): FormatCode {
  return checkFormat(body.byte())
}

function checkFormat(format: number): FormatCode {
  if (format === 0 || format === 1) return format
  throw new ProtocolViolation('WIRE_VALUE_INVALID', `format code ${format}`)
}
