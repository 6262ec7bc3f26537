import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { StorefrontError } from '../../src/errors/storefront-error.js'
import { decodeCursor, encodeCursor } from '../../src/paging/cursor.js'
import { timeCursor, timePosition } from '../../src/paging/time-position.js'

test('gives back what went in', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), parts => {
      const cursor = encodeCursor(parts)
      expect(cursor).toMatch(/^[\w-]*$/)
      expect(
        decodeCursor(
          cursor,
          parts.map(() => /^.*$/su),
        ),
      ).toEqual(parts)
    }),
  )
})

test('keeps microseconds', () => {
  const row = { id: '6f1e7a52-8d5c-4d0a-9b7e-2f6f0f6f3c11', position: '2026-06-01 12:34:56.123456+00' }
  expect(timePosition(timeCursor(row))).toEqual({ id: row.id, at: row.position })
})

test('refuses everything else', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map(json => Buffer.from(json).toString('base64url')),
      ),
      text => {
        expect(() => timePosition(text)).toThrow(StorefrontError)
      },
    ),
  )
})
