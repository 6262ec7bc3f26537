import { ByteReader, type FrameReader, FrontendCode, ProtocolViolation } from '@cerci/wire'
import type { ExtendedMessage } from './client-batch.js'

/**
 * Reads of an extended-protocol message what a session must know; the rest goes to PostgreSQL, which checks it. Undefined
 * when the current frame is no such message.
 *
 * @throws {ProtocolViolation}
 */
export function readExtendedMessage(reader: FrameReader): ExtendedMessage | undefined {
  const { code, buffer, start, bodyStart, end } = reader
  switch (code) {
    case FrontendCode.Parse: {
      const body = new ByteReader(buffer, bodyStart, end)
      const name = body.string()
      const text = body.string()
      return { kind: 'parse', buffer, start, end, name, text, typesStart: end - body.remaining }
    }
    case FrontendCode.Bind: {
      const body = new ByteReader(buffer, bodyStart, end)
      return { kind: 'bind', buffer, start, end, portal: body.string(), statement: body.string() }
    }
    case FrontendCode.Describe:
    case FrontendCode.Close: {
      const body = new ByteReader(buffer, bodyStart, end)
      const kind = code === FrontendCode.Close ? 'close' : 'describe'
      return { kind, buffer, start, end, object: objectOf(body.byte()), name: body.string() }
    }
    case FrontendCode.Execute:
      return { kind: 'execute', buffer, start, end, portal: new ByteReader(buffer, bodyStart, end).string() }
    case FrontendCode.FunctionCall:
      return { kind: 'function-call', buffer, start, end }
    default:
      return undefined
  }
}

function objectOf(byte: number): 'S' | 'P' {
  if (byte === 0x53) return 'S'
  if (byte === 0x50) return 'P'
  throw new ProtocolViolation('WIRE_VALUE_INVALID', `byte ${byte} instead of S or P`)
}
