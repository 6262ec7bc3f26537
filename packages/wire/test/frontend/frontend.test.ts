import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FrontendCode,
  type FrontendMessage,
  parseFrontend,
  parseFrontendAs,
  serializeFrontend,
} from '../../src/index.js'
import { frontendMessages } from '../catalogue.js'
import { orViolation } from '../or-violation.js'

function readBack(frame: Buffer, name: FrontendMessage['name']): FrontendMessage {
  return parseFrontendAs(name, frame, 5, frame.length)
}

describe('frontend messages', () => {
  it('are all in the catalogue under test', () => {
    const codes = new Set(frontendMessages.map(message => serializeFrontend(message)[0]))
    expect(codes).toEqual(new Set(Object.values(FrontendCode)))
  })

  for (const message of frontendMessages) {
    it(`${message.name} is read as it was written`, () => {
      const frame = serializeFrontend(message)
      expect(frame.readInt32BE(1)).toBe(frame.length - 1)
      expect(readBack(frame, message.name)).toEqual(message)
    })

    it(`${message.name} cut at any byte is a violation, unless it ends in free bytes`, () => {
      const frame = serializeFrontend(message)
      const cut = Array.from({ length: frame.length - 5 }, (_, length) =>
        orViolation(() => parseFrontendAs(message.name, frame, 5, 5 + length)),
      )
      const whole = cut.filter(read => read !== 'violation')
      expect(whole.length === 0 || ['CopyData', 'SASLResponse'].includes(message.name)).toBe(true)
    })
  }

  for (const message of frontendMessages.filter(({ name }) => !name.startsWith('SASL'))) {
    it(`${message.name} is recognised by its code`, () => {
      const frame = serializeFrontend(message)
      expect(parseFrontend(frame[0] ?? 0, frame, 5, frame.length)).toEqual(message)
    })
  }

  it('refuses bytes after the last field', () => {
    const frame = Buffer.concat([serializeFrontend({ name: 'Query', text: 'SELECT 1' }), Buffer.from('x')])
    expect(() => readBack(frame, 'Query')).toThrowError(expect.objectContaining({ code: 'WIRE_FRAME_TRAILING' }))
  })

  it('refuses a string without an end', () => {
    expect(() => parseFrontend(0x51, Buffer.from('SELECT 1'), 0, 8)).toThrowError(
      expect.objectContaining({ code: 'WIRE_STRING_UNTERMINATED' }),
    )
  })

  it('refuses a string that ends only in the next frame', () => {
    const two = Buffer.from('SELECT 1\0')
    expect(() => parseFrontend(0x51, two, 0, 8)).toThrowError(
      expect.objectContaining({ code: 'WIRE_STRING_UNTERMINATED' }),
    )
  })

  it('refuses to write a zero byte inside a string', () => {
    expect(() => serializeFrontend({ name: 'Query', text: 'a\0b' })).toThrowError(
      expect.objectContaining({ code: 'WIRE_STRING_ZERO' }),
    )
  })

  it('refuses an unknown code', () => {
    expect(() => parseFrontend(0x21, Buffer.alloc(0), 0, 0)).toThrowError(
      expect.objectContaining({ code: 'WIRE_CODE_UNKNOWN' }),
    )
  })

  it('refuses a wrong object kind and a wrong format code', () => {
    expect(() => parseFrontend(FrontendCode.Close, Buffer.from('Xs1\0'), 0, 4)).toThrowError(
      expect.objectContaining({ code: 'WIRE_VALUE_INVALID' }),
    )
    const bind = Buffer.from([0, 0, 0, 1, 0, 2, 0, 0, 0, 0])
    expect(() => parseFrontend(FrontendCode.Bind, bind, 0, bind.length)).toThrowError(
      expect.objectContaining({ code: 'WIRE_VALUE_INVALID' }),
    )
  })

  it('carries 65535 parameters', () => {
    const values = Array.from({ length: 65_535 }, () => null)
    const frame = serializeFrontend({
      name: 'Bind',
      portal: '',
      statement: '',
      parameterFormats: [],
      values,
      resultFormats: [],
    })
    expect(readBack(frame, 'Bind')).toMatchObject({ values })
  })

  it('survives any bytes: a message or a violation', () => {
    const code = fc.constantFrom(...Object.values(FrontendCode))
    expect(() =>
      fc.assert(
        fc.property(code, fc.uint8Array({ maxLength: 64 }), (byte, body) => {
          const buffer = Buffer.from(body)
          const message = orViolation(() => parseFrontend(byte, buffer, 0, buffer.length))
          return (
            message === 'violation' || isDeepStrictEqual(readBack(serializeFrontend(message), message.name), message)
          )
        }),
      ),
    ).not.toThrow()
  })
})
