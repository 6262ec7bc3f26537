import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkLists } from './check-lists.js'
import { type Attempt, anomalyKinds, type ListHistory } from './history.js'
import { plantedHistories } from './planted-histories.js'
import { listHistories, mutations } from './serial-histories.js'

describe('the checker of lists', () => {
  test.each(plantedHistories)('finds $kind: $how', ({ kind, history }) => {
    const found = checkLists(history).map(anomaly => anomaly.kind)
    expect(found).toContain(kind)
  })

  test('has a planted history of every anomaly', () => {
    expect(new Set(plantedHistories.map(({ kind }) => kind))).toEqual(new Set(Object.keys(anomalyKinds)))
  })

  test('finds no other anomaly beside a planted write skew, lost update or stale order', () => {
    for (const { kind, history } of plantedHistories) {
      if (!['write skew', 'lost update', 'stale order'].includes(kind)) continue
      expect(checkLists(history).map(anomaly => anomaly.kind)).toEqual([kind])
    }
  })

  test('finds nothing in serial histories, however their calls overlap in time', () => {
    fc.assert(
      fc.property(listHistories({ overlapping: true }), history => {
        expect(checkLists(history)).toEqual([])
      }),
    )
  })

  test.each(Object.entries(mutations))('finds something when a serial history is changed: %s', (_how, mutate) => {
    let changed = 0
    fc.assert(
      fc.property(listHistories({ overlapping: false }), fc.nat(), (history, choice) => {
        const wrong = mutate(history, choice)
        if (wrong === undefined) return
        changed++
        expect(checkLists(wrong)).not.toEqual([])
      }),
    )
    expect(changed).toBeGreaterThan(20)
  })

  test('follows a circle through thousands of transactions', () => {
    const length = 5_000
    const attempts = Array.from(
      { length },
      (_, at): Attempt => ({
        id: at + 1,
        steps: [
          { kind: 'read', key: at, list: [] },
          { kind: 'append', key: (at + 1) % length, value: at + 1 },
        ],
        outcome: 'committed',
        invokedAt: 0,
        completedAt: 1,
      }),
    )
    const final = new Map(attempts.map(({ id }) => [id % length, [id]]))
    const history: ListHistory = { attempts, final }
    expect(checkLists(history)).toMatchObject([{ kind: 'write skew' }])
  })

  test('lets a read of the past come between two commits that were made in another order than the serial one', () => {
    const [skew] = plantedHistories.filter(({ how }) => how.includes('in a ring, one of them only reads'))
    const { attempts = [], final = new Map() } = skew?.history ?? {}
    expect(checkLists({ attempts, final })).toMatchObject([{ kind: 'write skew' }])
    const past = attempts.map(attempt => (attempt.id === 3 ? { ...attempt, past: true as const } : attempt))
    expect(checkLists({ attempts: past, final })).toEqual([])
  })

  test('takes an unknown outcome for either', () => {
    const attempt = { id: 1, outcome: 'unknown', invokedAt: 0, completedAt: 1 } as const
    const steps = [{ kind: 'append', key: 0, value: 1 }] as const
    for (const list of [[], [1]]) {
      expect(checkLists({ attempts: [{ ...attempt, steps }], final: new Map([[0, list]]) })).toEqual([])
    }
  })
})
