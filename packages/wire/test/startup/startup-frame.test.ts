import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_STARTUP_BYTES, ProtocolViolation, parseStartup, serializeStartup } from '../../src/index.js'
import { startupMessages } from '../catalogue.js'
import { orViolation } from '../or-violation.js'

describe('startup frames', () => {
  for (const message of startupMessages) {
    it(`${message.name} is read as it was written, once it is whole`, () => {
      const frame = serializeStartup(message)
      for (let end = 0; end < frame.length; end++) expect(parseStartup(frame.subarray(0, end))).toBeUndefined()
      expect(parseStartup(frame)).toEqual({ message, end: frame.length })
      const more = Buffer.concat([frame, Buffer.from('next')])
      expect(parseStartup(more)).toEqual({ message, end: frame.length })
    })
  }

  it('refuses other protocol versions', () => {
    const frame = Buffer.from([0, 0, 0, 9, 0, 2, 0, 0, 0])
    expect(() => parseStartup(frame)).toThrowError(expect.objectContaining({ code: 'WIRE_VERSION_UNSUPPORTED' }))
  })

  it('refuses impossible lengths from the first four bytes', () => {
    const short = Buffer.from([0, 0, 0, 7])
    const long = Buffer.alloc(4)
    long.writeInt32BE(MAX_STARTUP_BYTES + 1)
    expect(() => parseStartup(short)).toThrowError(expect.objectContaining({ code: 'WIRE_FRAME_LENGTH' }))
    expect(() => parseStartup(long)).toThrowError(expect.objectContaining({ code: 'WIRE_FRAME_TOO_LARGE' }))
  })

  it('takes HTTP for what it is not', () => {
    expect(() => parseStartup(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toThrowError(ProtocolViolation)
  })

  it('survives any bytes: a message, a wait or a violation', () => {
    expect(() =>
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 64 }), body => {
          const frame = Buffer.alloc(body.length + 4)
          frame.writeInt32BE(frame.length)
          frame.set(body, 4)
          const read = orViolation(() => parseStartup(frame))
          if (read === 'violation' || read === undefined) return true
          return isDeepStrictEqual(parseStartup(serializeStartup(read.message))?.message, read.message)
        }),
      ),
    ).not.toThrow()
  })
})
