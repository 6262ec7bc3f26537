import type { ByteReader } from '../byte-reader.js'
import type { ByteWriter } from '../byte-writer.js'
import type { Codec } from '../codec.js'
import { AuthenticationCode, BackendCode } from '../codes.js'
import { ProtocolViolation } from '../protocol-violation.js'
import type { Authentication, AuthenticationRequest } from './messages.js'

/** Authentication* share one frame code; the Int32 that begins the body tells them apart. */
export const authenticationCodec: Codec<Authentication> = {
  code: BackendCode.Authentication,
  read: body => ({ name: 'Authentication', request: readRequest(body) }),
  write(out, { request }) {
    out.int32(AuthenticationCode[request.kind])
    writeRequest(out, request)
  },
}

function readRequest(body: ByteReader): AuthenticationRequest {
  const code = body.int32()
  switch (code) {
    case AuthenticationCode.Ok:
      return { kind: 'Ok' }
    case AuthenticationCode.CleartextPassword:
      return { kind: 'CleartextPassword' }
    case AuthenticationCode.MD5Password:
      return { kind: 'MD5Password', salt: body.bytes(4) }
    case AuthenticationCode.SASL:
      return { kind: 'SASL', mechanisms: readMechanisms(body) }
    case AuthenticationCode.SASLContinue:
      return { kind: 'SASLContinue', data: body.rest() }
    case AuthenticationCode.SASLFinal:
      return { kind: 'SASLFinal', data: body.rest() }
    default:
      throw new ProtocolViolation('WIRE_VALUE_INVALID', `authentication request ${code}`)
  }
}

function writeRequest(out: ByteWriter, request: AuthenticationRequest): void {
  switch (request.kind) {
    case 'Ok':
    case 'CleartextPassword':
      return
    case 'MD5Password':
      out.bytes(request.salt)
      return
    case 'SASL':
      for (const mechanism of request.mechanisms) out.string(mechanism)
      out.byte(0)
      return
    case 'SASLContinue':
    case 'SASLFinal':
      out.bytes(request.data)
  }
}

function readMechanisms(body: ByteReader): string[] {
  const mechanisms: string[] = []
  for (let name = body.string(); name !== ''; name = body.string()) mechanisms.push(name)
  return mechanisms
}
