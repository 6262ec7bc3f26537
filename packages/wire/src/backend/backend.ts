import { type MessageOf, readBody, writeFrame } from '../codec.js'
import { ProtocolViolation } from '../protocol-violation.js'
import { backendCodecs } from './codecs.js'
import type { BackendMessage } from './messages.js'

type BackendName = BackendMessage['name']

/**
 * Reads the body `buffer[bodyStart, end)` of a frame from a server. Byte values in it are views of `buffer`.
 *
 * @throws {ProtocolViolation}
 */
export function parseBackend(code: number, buffer: Buffer, bodyStart: number, end: number): BackendMessage {
  const name = nameByCode.get(code)
  if (name === undefined) throw new ProtocolViolation('WIRE_CODE_UNKNOWN', `byte ${code} from a server`)
  return parseBackendAs(name, buffer, bodyStart, end)
}

/** Reads a body as the named message, when the frame's code has been looked at already. */
export function parseBackendAs<Name extends BackendName>(
  name: Name,
  buffer: Buffer,
  bodyStart: number,
  end: number,
): MessageOf<BackendMessage, Name> {
  return readBody(backendCodecs[name], buffer, bodyStart, end)
}

/** Writes one message as a frame. */
export function serializeBackend<Name extends BackendName>(message: MessageOf<BackendMessage, Name>): Buffer {
  return writeFrame(backendCodecs[message.name], message)
}

const nameByCode: ReadonlyMap<number, BackendName> = new Map(
  Object.keys(backendCodecs)
    .filter(isBackendName)
    .map(name => [backendCodecs[name].code, name]),
)

function isBackendName(name: string): name is BackendName {
  return Object.hasOwn(backendCodecs, name)
}
