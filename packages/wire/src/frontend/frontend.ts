import { type MessageOf, readBody, writeFrame } from '../codec.js'
import { ProtocolViolation } from '../protocol-violation.js'
import { frontendCodecs } from './codecs.js'
import type { FrontendMessage } from './messages.js'

type FrontendName = FrontendMessage['name']

/**
 * Reads the body `buffer[bodyStart, end)` of a frame from a client. Byte values in it are views of `buffer`.
 * A frame `p` is read as PasswordMessage; what else it can be depends on the authentication under way: see {@link parseFrontendAs}.
 *
 * @throws {ProtocolViolation}
 */
export function parseFrontend(code: number, buffer: Buffer, bodyStart: number, end: number): FrontendMessage {
  const name = nameByCode.get(code)
  if (name === undefined) throw new ProtocolViolation('WIRE_CODE_UNKNOWN', `byte ${code} from a client`)
  return parseFrontendAs(name, buffer, bodyStart, end)
}

/** Reads a body as the named message, for frames whose code alone does not tell (`p`). */
export function parseFrontendAs<Name extends FrontendName>(
  name: Name,
  buffer: Buffer,
  bodyStart: number,
  end: number,
): MessageOf<FrontendMessage, Name> {
  return readBody(frontendCodecs[name], buffer, bodyStart, end)
}

/** Writes one message as a frame. */
export function serializeFrontend<Name extends FrontendName>(message: MessageOf<FrontendMessage, Name>): Buffer {
  return writeFrame(frontendCodecs[message.name], message)
}

const nameByCode: ReadonlyMap<number, FrontendName> = new Map(
  Object.keys(frontendCodecs)
    .filter(isFrontendName)
    .filter(name => name !== 'SASLInitialResponse' && name !== 'SASLResponse')
    .map(name => [frontendCodecs[name].code, name]),
)

function isFrontendName(name: string): name is FrontendName {
  return Object.hasOwn(frontendCodecs, name)
}
