import { describe, expect, test } from 'vitest'
import { Strain } from '../../src/history/strain.js'

const SECOND = 1_000_000

/** Whether there is strain after readings one second apart, `changes` being what each second has brought. */
function strainAfter(changes: readonly number[], crowded = false): boolean {
  const strain = new Strain()
  let total = 0
  strain.read({ epochMicros: 0, changes: total, crowded })
  for (const [at, made] of changes.entries()) {
    total += made
    strain.read({ epochMicros: (at + 1) * SECOND, changes: total, crowded })
  }
  return strain.high
}

describe('Strain', () => {
  test('is high once rows have been changed fast for a while', () => {
    expect(strainAfter([500, 500])).toBe(false)
    expect(strainAfter([500, 500, 500])).toBe(true)
  })

  test('is not made by one large statement, nor by a few changes', () => {
    expect(strainAfter([0, 1_000_000, 0, 0, 0])).toBe(false)
    expect(strainAfter([50, 50, 50, 50, 50])).toBe(false)
  })

  test('is felt sooner where few rows have many old versions', () => {
    expect(strainAfter([50, 50, 50], true)).toBe(true)
    expect(strainAfter([0, 0, 0, 0], true)).toBe(false)
  })

  test('ends when the changes do', () => {
    expect(strainAfter([500, 500, 500, 0])).toBe(false)
  })
})
