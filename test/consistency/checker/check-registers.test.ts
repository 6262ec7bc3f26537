import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkRegisters, type RegisterAction, type RegisterOperation } from './check-registers.js'

const NEVER = Number.POSITIVE_INFINITY

function operation(action: RegisterAction, invokedAt: number, completedAt: number, key = 0): RegisterOperation {
  return { key, action, invokedAt, completedAt }
}

const write = (value: number): RegisterAction => ({ kind: 'write', value })
const read = (value: number): RegisterAction => ({ kind: 'read', value })
const swap = (expected: number, value: number, swapped?: boolean): RegisterAction => ({
  kind: 'swap',
  expected,
  value,
  swapped,
})

interface Move {
  readonly kind: 'read' | 'write' | 'swap'
  readonly value: number
  readonly expected: number
  readonly early: number
  readonly late: number
}

function moves(spread: number): fc.Arbitrary<Move[]> {
  return fc.array(
    fc.record({
      kind: fc.constantFrom('read', 'write', 'swap'),
      value: fc.nat(3),
      expected: fc.nat(3),
      early: fc.nat(spread),
      late: fc.nat(spread),
    }),
    { minLength: 1, maxLength: 40 },
  )
}

/** What a register answers that does one thing after the other; calls are longer than what they do. */
function run(planned: readonly Move[]): RegisterOperation[] {
  let state = 0
  return planned.map(({ kind, value, expected, early, late }, at) => {
    const [began, ended] = [at - early - 0.1, at + late + 0.1]
    if (kind === 'read') return operation(read(state), began, ended)
    const swapped = kind === 'swap' ? expected === state : true
    if (swapped) state = value
    return operation(kind === 'swap' ? swap(expected, value, swapped) : write(value), began, ended)
  })
}

describe('the checker of registers', () => {
  test.each<[string, RegisterOperation[]]>([
    ['a stale read', [operation(write(1), 0, 1), operation(read(0), 2, 3)]],
    ['a lost write', [operation(write(1), 0, 1), operation(write(2), 2, 3), operation(read(1), 4, 5)]],
    [
      'a read that goes back in time, while a write is under way',
      [operation(write(1), 0, 9), operation(read(1), 1, 2), operation(read(0), 3, 4)],
    ],
    ['a value that was never written', [operation(read(7), 0, 1)]],
    ['two swaps of the same value', [operation(swap(0, 1, true), 0, 9), operation(swap(0, 2, true), 0, 9)]],
    ['a swap that must have succeeded', [operation(swap(0, 1, false), 0, 1)]],
    ['a swap that cannot have succeeded', [operation(write(5), 0, 1), operation(swap(0, 1, true), 2, 3)]],
    [
      'an ambiguous write that is seen, and then not',
      [operation(write(1), 0, NEVER), operation(read(1), 2, 3), operation(read(0), 4, 5)],
    ],
    [
      'an ambiguous write that is seen before it was asked for',
      [operation(read(1), 0, 1), operation(write(1), 2, NEVER)],
    ],
  ])('finds %s', (_what, operations) => {
    expect(checkRegisters(operations, 0)).toEqual([expect.stringContaining('register 0 has no order')])
  })

  test('names the register, and leaves the others in peace', () => {
    const operations = [operation(write(1), 0, 1, 3), operation(read(0), 2, 3, 4), operation(read(0), 2, 3, 5)]
    expect(checkRegisters(operations, 0)).toEqual([])
    expect(checkRegisters([...operations, operation(read(0), 4, 5, 3)], 0)).toHaveLength(1)
  })

  test('takes an ambiguous write for done, at any later time, or for undone', () => {
    const ambiguous = operation(write(1), 0, NEVER)
    expect(checkRegisters([ambiguous, operation(read(0), 2, 3), operation(read(0), 4, 5)], 0)).toEqual([])
    expect(checkRegisters([ambiguous, operation(read(0), 2, 3), operation(read(1), 4, 5)], 0)).toEqual([])
    expect(checkRegisters([operation(swap(0, 1), 0, NEVER), operation(read(1), 4, 5)], 0)).toEqual([])
  })

  test('finds an order for whatever a register answers, however calls overlap', () => {
    fc.assert(
      fc.property(moves(8), planned => {
        expect(checkRegisters(run(planned), 0)).toEqual([])
      }),
    )
  })

  test('finds a read of something else, when calls do not overlap', () => {
    fc.assert(
      fc.property(moves(0), fc.nat(), (planned, choice) => {
        const operations = run(planned)
        const reads = operations.filter(({ action }) => action.kind === 'read')
        const victim = reads[choice % Math.max(1, reads.length)]
        fc.pre(victim !== undefined)
        const wrong = operations.map(each => (each === victim ? { ...each, action: otherValue(each.action) } : each))
        expect(checkRegisters(wrong, 0)).toHaveLength(1)
      }),
    )
  })
})

function otherValue(action: RegisterAction): RegisterAction {
  return { kind: 'read', value: action.value + 1 }
}
