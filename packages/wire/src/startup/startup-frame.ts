import { ByteReader } from '../byte-reader.js'
import { ByteWriter } from '../byte-writer.js'
import { StartupCode } from '../codes.js'
import { ProtocolViolation } from '../protocol-violation.js'

/**
 * The untyped frames that are legal only before a connection is started.
 *
 * @see https://www.postgresql.org/docs/18/protocol-message-formats.html
 */
export type StartupMessage =
  | Startup
  | CancelRequest
  | { readonly name: 'SSLRequest' }
  | { readonly name: 'GSSENCRequest' }

export interface Startup {
  readonly name: 'StartupMessage'
  /** Minor version of protocol 3. */
  readonly minorVersion: number
  readonly parameters: ReadonlyMap<string, string>
}

export interface CancelRequest {
  readonly name: 'CancelRequest'
  readonly processId: number
  readonly secretKey: number
}

/** PostgreSQL's own limit. */
export const MAX_STARTUP_BYTES = 10_000

/**
 * Reads the frame at the beginning of `buffer`, the bytes received so far.
 *
 * @returns the message and where it ends, or undefined while more bytes are needed
 * @throws {ProtocolViolation}
 */
export function parseStartup(buffer: Buffer): { message: StartupMessage; end: number } | undefined {
  if (buffer.length < 4) return undefined
  const length = buffer.readInt32BE(0)
  if (length < 8) throw new ProtocolViolation('WIRE_FRAME_LENGTH', `${length} bytes in a startup packet`)
  if (length > MAX_STARTUP_BYTES) {
    throw new ProtocolViolation('WIRE_FRAME_TOO_LARGE', `${length} bytes in a startup packet`)
  }
  if (buffer.length < length) return undefined
  const body = new ByteReader(buffer, 4, length)
  const message = readMessage(body)
  body.finish()
  return { message, end: length }
}

/** Writes one untyped frame. */
export function serializeStartup(message: StartupMessage): Buffer {
  const out = new ByteWriter().beginUntyped()
  switch (message.name) {
    case 'StartupMessage':
      out.int32(StartupCode.ProtocolVersion3 + message.minorVersion)
      for (const [parameter, value] of message.parameters) out.string(parameter).string(value)
      out.byte(0)
      break
    case 'CancelRequest':
      out.int32(StartupCode.CancelRequest).int32(message.processId).int32(message.secretKey)
      break
    case 'SSLRequest':
    case 'GSSENCRequest':
      out.int32(StartupCode[message.name])
  }
  return out.end().finish()
}

function readMessage(body: ByteReader): StartupMessage {
  const code = body.int32()
  switch (code) {
    case StartupCode.CancelRequest:
      return { name: 'CancelRequest', processId: body.int32(), secretKey: body.int32() }
    case StartupCode.SSLRequest:
      return { name: 'SSLRequest' }
    case StartupCode.GSSENCRequest:
      return { name: 'GSSENCRequest' }
    default:
      if (code >>> 16 !== 3) throw new ProtocolViolation('WIRE_VERSION_UNSUPPORTED', `version code ${code}`)
      return { name: 'StartupMessage', minorVersion: code & 0xffff, parameters: readParameters(body) }
  }
}

function readParameters(body: ByteReader): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (let name = body.string(); name !== ''; name = body.string()) parameters.set(name, body.string())
  return parameters
}
