import { describe, expect, it } from 'vitest'
import { findAnomaly, type ListTransaction } from './list-append-history.js'

function read(key: number, ...list: number[]): { key: number; list: number[] } {
  return { key, list }
}

describe('the checker', () => {
  it.each([
    [
      'a lost update',
      [
        { id: 1, reads: [], appends: [0] },
        { id: 2, reads: [], appends: [0] },
      ],
      [[0, [2]]],
    ],
    ['a dirty read', [{ id: 1, reads: [read(0, 9)], appends: [] }], [[0, []]]],
    [
      'write skew',
      [
        { id: 1, reads: [read(0), read(1)], appends: [0] },
        { id: 2, reads: [read(0), read(1)], appends: [1] },
      ],
      [
        [0, [1]],
        [1, [2]],
      ],
    ],
    [
      'a torn read',
      [
        { id: 1, reads: [], appends: [0, 1] },
        { id: 2, reads: [read(0, 1), read(1)], appends: [] },
      ],
      [
        [0, [1]],
        [1, [1]],
      ],
    ],
    ['an append that did not commit', [{ id: 1, reads: [], appends: [0] }], [[0, [1, 7]]]],
  ] as [string, ListTransaction[], [number, number[]][]][])('finds %s', (_name, transactions, final) => {
    expect(findAnomaly(transactions, new Map(final))).toBeTypeOf('string')
  })

  it('finds nothing in a serial history', () => {
    const history = [
      { id: 1, reads: [read(0)], appends: [0] },
      { id: 2, reads: [read(0, 1)], appends: [0, 1] },
      { id: 3, reads: [read(0, 1, 2), read(1, 2)], appends: [] },
    ]
    expect(
      findAnomaly(
        history,
        new Map([
          [0, [1, 2]],
          [1, [2]],
        ]),
      ),
    ).toBeUndefined()
  })
})
