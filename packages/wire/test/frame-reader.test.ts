import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameReader, ProtocolViolation, serializeBackend, serializeFrontend } from '../src/index.js'
import { backendMessages, frontendMessages } from './catalogue.js'

const frontendFrames = frontendMessages.map(message => serializeFrontend(message))
const backendFrames = backendMessages.map(message => serializeBackend(message))

/** Every frame a reader finds, copied out, so that a frame that moved under the reader would show. */
function walk(chunks: readonly Buffer[], reader = new FrameReader()): Buffer[] {
  const frames: Buffer[] = []
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk))
    while (reader.next()) {
      expect(reader.bodyStart).toBe(reader.start + 5)
      expect(reader.buffer[reader.start]).toBe(reader.code)
      frames.push(Buffer.from(reader.buffer.subarray(reader.start, reader.end)))
    }
  }
  return frames
}

describe('FrameReader', () => {
  for (const [direction, frames] of Object.entries({ frontend: frontendFrames, backend: backendFrames })) {
    it(`finds every ${direction} frame, cut at every byte`, () => {
      const stream = Buffer.concat(frames)
      for (let cut = 0; cut <= stream.length; cut++) {
        expect(walk([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(frames)
      }
    })

    it(`finds every ${direction} frame, byte by byte`, () => {
      expect(walk(Array.from(Buffer.concat(frames), byte => Buffer.from([byte])))).toEqual(frames)
    })
  }

  it('finds the same frames however the stream is cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 })
    const sequence = fc.array(fc.constantFrom(...frontendFrames), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(sequence, cuts, (frames, sizes) => {
        const stream = Buffer.concat(frames)
        const chunks: Buffer[] = []
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = sizes[i % sizes.length] ?? 1
          chunks.push(stream.subarray(at, at + size))
          at += size
        }
        expect(walk(chunks)).toEqual(frames)
      }),
    )
  })

  it('walks a chunk of whole frames in the chunk itself', () => {
    const reader = new FrameReader()
    const chunk = Buffer.concat(backendFrames)
    reader.push(chunk)
    while (reader.next()) expect(reader.buffer).toBe(chunk)
  })

  it('says how many bytes wait for the rest of their frame', () => {
    const reader = new FrameReader()
    const frame = serializeFrontend({ name: 'Query', text: 'SELECT 1' })
    reader.push(frame.subarray(0, 3))
    expect(reader.next()).toBe(false)
    expect(reader.pendingBytes).toBe(3)
    reader.push(frame.subarray(3, 9))
    expect(reader.next()).toBe(false)
    expect(reader.pendingBytes).toBe(9)
    reader.push(frame.subarray(9))
    expect(reader.next()).toBe(true)
    expect(reader.pendingBytes).toBe(0)
  })

  it('hands over what it has not walked', () => {
    const reader = new FrameReader()
    const frame = serializeFrontend({ name: 'Sync' })
    reader.push(Buffer.concat([frame, Buffer.from('raw')]))
    expect(reader.next()).toBe(true)
    expect(reader.takeRest().toString()).toBe('raw')
    expect(reader.pendingBytes).toBe(0)
  })

  it('refuses a length smaller than itself', () => {
    const reader = new FrameReader()
    reader.push(Buffer.from([0x51, 0, 0, 0, 3]))
    expect(() => reader.next()).toThrowError(expect.objectContaining({ code: 'WIRE_FRAME_LENGTH' }))
  })

  it('refuses a negative length', () => {
    const reader = new FrameReader()
    reader.push(Buffer.from([0x51, 0xff, 0xff, 0xff, 0xff]))
    expect(() => reader.next()).toThrowError(ProtocolViolation)
  })

  it('refuses a code it does not expect from its first byte alone', () => {
    const reader = new FrameReader({ codes: new Set([0x51]) })
    expect(walk([serializeFrontend({ name: 'Query', text: 'SELECT 1' })], reader)).toHaveLength(1)
    reader.push(Buffer.from([0x00]))
    expect(() => reader.next()).toThrowError(expect.objectContaining({ code: 'WIRE_CODE_UNKNOWN' }))
  })

  it('refuses a frame above the maximum from its header alone', () => {
    const reader = new FrameReader({ maxFrameBytes: 13 })
    const fits = serializeFrontend({ name: 'Query', text: 'SELECT1' })
    expect(fits.length).toBe(13)
    expect(walk([fits], reader)).toHaveLength(1)
    reader.push(serializeFrontend({ name: 'Query', text: 'SELECT 1' }).subarray(0, 5))
    expect(() => reader.next()).toThrowError(expect.objectContaining({ code: 'WIRE_FRAME_TOO_LARGE' }))
  })
})
