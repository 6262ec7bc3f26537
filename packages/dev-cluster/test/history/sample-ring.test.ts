import { describe, expect, test } from 'vitest'
import { SampleRing } from '../../src/history/sample-ring.js'

function ringOf(...times: readonly number[]): SampleRing {
  const ring = new SampleRing()
  for (const epochMicros of times) ring.add({ epochMicros, snapshot: `${epochMicros}:${epochMicros}:` })
  return ring
}

describe('SampleRing', () => {
  test('finds the newest sample that is not later, and one that was taken later for sure', () => {
    const ring = ringOf(10, 20, 30, 40)
    expect(ring.before(25)?.epochMicros).toBe(20)
    expect(ring.before(20)?.epochMicros).toBe(20)
    expect(ring.before(99)?.epochMicros).toBe(40)
    // The sample of 30 may have looked before 25.
    expect(ring.after(25)?.epochMicros).toBe(40)
    expect(ring.after(35)).toBeUndefined()
  })

  test('has the first sample for times before it', () => {
    expect(ringOf(10, 20).before(5)?.epochMicros).toBe(10)
    expect(ringOf().before(5)).toBeUndefined()
  })

  test('does not repeat what has not changed', () => {
    const ring = ringOf(10)
    ring.add({ epochMicros: 20, snapshot: '10:10:' })
    expect(ring.length).toBe(1)
  })

  test('forgets only what no later time needs', () => {
    const ring = ringOf(10, 20, 30)
    ring.trim(25)
    expect([ring.length, ring.before(25)?.epochMicros]).toEqual([2, 20])
    ring.trim(5)
    expect(ring.length).toBe(2)
  })
})
