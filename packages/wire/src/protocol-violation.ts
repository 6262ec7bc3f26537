const violations = {
  WIRE_FRAME_LENGTH: 'a frame length is too small; the peer does not speak the PostgreSQL protocol, or lost its place',
  WIRE_FRAME_TOO_LARGE: 'a frame is longer than allowed; send less at once or raise maxFrameBytes',
  WIRE_FRAME_TRUNCATED: 'a message ends before its last field; the peer wrote a wrong length',
  WIRE_FRAME_TRAILING: 'a message goes on after its last field; the peer wrote a wrong length',
  WIRE_STRING_UNTERMINATED: 'a string has no terminating zero byte; the peer wrote a wrong length',
  WIRE_STRING_ZERO: 'a string holds a zero byte, which ends strings in this protocol; remove it',
  WIRE_CODE_UNKNOWN: 'a message code does not exist in this direction of the protocol',
  WIRE_VALUE_INVALID: 'a field has a value the protocol does not define',
  WIRE_VERSION_UNSUPPORTED: 'the startup packet asks for another protocol than version 3; use a current driver',
} as const

export type ProtocolViolationCode = keyof typeof violations

/** Every code of this package with its message: the package's error table. */
export const protocolViolations: Readonly<Record<ProtocolViolationCode, string>> = violations

/** Thrown when bytes do not follow the protocol. Recognise it by `code`; nothing after it on the stream can be trusted. */
export class ProtocolViolation extends Error {
  static {
    this.prototype.name = 'ProtocolViolation'
  }

  readonly code: ProtocolViolationCode

  constructor(code: ProtocolViolationCode, found: string) {
    super(`${violations[code]} (${found})`)
    this.code = code
  }
}
