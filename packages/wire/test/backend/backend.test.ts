import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BackendCode,
  type BackendMessage,
  ErrorField,
  parseBackend,
  parseBackendAs,
  serializeBackend,
} from '../../src/index.js'
import { backendMessages } from '../catalogue.js'
import { orViolation } from '../or-violation.js'

function readBack(frame: Buffer): BackendMessage {
  return parseBackend(frame[0] ?? 0, frame, 5, frame.length)
}

describe('backend messages', () => {
  it('are all in the catalogue under test', () => {
    const codes = new Set(backendMessages.map(message => serializeBackend(message)[0]))
    expect(codes).toEqual(new Set(Object.values(BackendCode)))
  })

  for (const message of backendMessages) {
    it(`${message.name} is read as it was written`, () => {
      const frame = serializeBackend(message)
      expect(frame.readInt32BE(1)).toBe(frame.length - 1)
      expect(parseBackend(frame[0] ?? 0, frame, 5, frame.length)).toEqual(message)
      expect(parseBackendAs(message.name, frame, 5, frame.length)).toEqual(message)
    })

    it(`${message.name} cut at any byte is a violation, unless it ends in free bytes`, () => {
      const frame = serializeBackend(message)
      const cut = Array.from({ length: frame.length - 5 }, (_, length) =>
        orViolation(() => parseBackend(frame[0] ?? 0, frame, 5, 5 + length)),
      )
      const whole = cut.filter(read => read !== 'violation')
      expect(whole.length === 0 || ['CopyData', 'Authentication'].includes(message.name)).toBe(true)
    })
  }

  it('carries every field of an error', () => {
    const fields = new Map(Object.values(ErrorField).map(letter => [letter, `field ${letter}`]))
    const frame = serializeBackend({ name: 'ErrorResponse', fields })
    expect(parseBackendAs('ErrorResponse', frame, 5, frame.length).fields).toEqual(fields)
  })

  it('refuses an unknown transaction status, authentication request and option count', () => {
    const cases: [number, Buffer][] = [
      [BackendCode.ReadyForQuery, Buffer.from('X')],
      [BackendCode.Authentication, Buffer.from([0, 0, 0, 99])],
      [BackendCode.NegotiateProtocolVersion, Buffer.from([0, 3, 0, 0, 0x7f, 0xff, 0xff, 0xff])],
      [BackendCode.DataRow, Buffer.from([0, 1, 0xff, 0xff, 0xff, 0xfe])],
    ]
    for (const [code, body] of cases) {
      expect(() => parseBackend(code, body, 0, body.length)).toThrowError(
        expect.objectContaining({ code: 'WIRE_VALUE_INVALID' }),
      )
    }
  })

  it('survives any bytes: a message or a violation', () => {
    const code = fc.constantFrom(...Object.values(BackendCode))
    expect(() =>
      fc.assert(
        fc.property(code, fc.uint8Array({ maxLength: 64 }), (byte, body) => {
          const buffer = Buffer.from(body)
          const message = orViolation(() => parseBackend(byte, buffer, 0, buffer.length))
          return message === 'violation' || isDeepStrictEqual(readBack(serializeBackend(message)), message)
        }),
      ),
    ).not.toThrow()
  })
})
