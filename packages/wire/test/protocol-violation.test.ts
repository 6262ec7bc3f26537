import { expect, it } from 'vitest'
import { ProtocolViolation, protocolViolations } from '../src/index.js'

it('names its code, says what to do and what was found', () => {
  const error = new ProtocolViolation('WIRE_FRAME_TOO_LARGE', '99 bytes')
  expect(error).toMatchObject({ name: 'ProtocolViolation', code: 'WIRE_FRAME_TOO_LARGE' })
  expect(error.message).toBe(`${protocolViolations.WIRE_FRAME_TOO_LARGE} (99 bytes)`)
})

it('has one prefix for all codes', () => {
  for (const code of Object.keys(protocolViolations)) expect(code).toMatch(/^WIRE_[A-Z_]+$/)
})
