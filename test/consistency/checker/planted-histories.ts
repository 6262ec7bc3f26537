import type { AnomalyKind, Attempt, ListHistory, ListStep, Outcome } from './history.js'

/** A history with exactly one anomaly in it. */
export interface Planted {
  readonly kind: AnomalyKind
  readonly how: string
  readonly history: ListHistory
}

/** Attempts in the order given; `when` is from call to answer. They overlap unless it says otherwise. */
function history(
  final: Readonly<Record<number, readonly number[]>>,
  ...attempts: { steps: ListStep[]; outcome?: Outcome; when?: readonly [number, number]; past?: true }[]
): ListHistory {
  return {
    attempts: attempts.map(
      ({ steps, outcome = 'committed', when: [invokedAt, completedAt] = [0, 100], past }, at): Attempt => ({
        id: at + 1,
        steps,
        outcome,
        invokedAt,
        completedAt,
        ...(past && { past }),
      }),
    ),
    final: new Map(Object.entries(final).map(([key, list]) => [Number(key), list])),
  }
}

function read(key: number, ...list: number[]): ListStep {
  return { kind: 'read', key, list }
}

function append(key: number, value: number): ListStep {
  return { kind: 'append', key, value }
}

export const plantedHistories: readonly Planted[] = [
  {
    kind: 'aborted read',
    how: 'what an aborted transaction wrote is read, and gone later',
    history: history({}, { steps: [append(0, 1)], outcome: 'aborted' }, { steps: [read(0, 1)] }),
  },
  {
    kind: 'aborted read',
    how: 'an attempt that was answered with an error took effect',
    history: history({ 0: [1] }, { steps: [append(0, 1)], outcome: 'aborted' }),
  },
  {
    kind: 'intermediate read',
    how: 'only the first of two appends is read',
    history: history({ 0: [1, 2] }, { steps: [append(0, 1), append(0, 2)] }, { steps: [read(0, 1)] }),
  },
  {
    kind: 'circular information',
    how: 'two transactions have read from each other',
    history: history({ 0: [1], 1: [2] }, { steps: [append(0, 1), read(1, 2)] }, { steps: [append(1, 2), read(0, 1)] }),
  },
  {
    kind: 'write cycle',
    how: 'two transactions wrote two lists in opposite orders',
    history: history(
      { 0: [1, 3], 1: [4, 2] },
      { steps: [append(0, 1), append(1, 2)] },
      { steps: [append(0, 3), append(1, 4)] },
    ),
  },
  {
    kind: 'read skew',
    how: 'a transaction read one list before, and one after another transaction',
    history: history({ 0: [1], 1: [2] }, { steps: [append(0, 1), append(1, 2)] }, { steps: [read(0, 1), read(1)] }),
  },
  {
    kind: 'lost update',
    how: 'two transactions read the same, and both wrote on it',
    history: history({ 0: [1, 2] }, { steps: [read(0), append(0, 1)] }, { steps: [read(0), append(0, 2)] }),
  },
  {
    kind: 'lost append',
    how: 'the second of two writers put back what it had read',
    history: history({ 0: [2] }, { steps: [append(0, 1)] }, { steps: [append(0, 2)] }),
  },
  {
    kind: 'write skew',
    how: 'two transactions read two lists, and each wrote another one',
    history: history(
      { 0: [1], 1: [2] },
      { steps: [read(0), read(1), append(0, 1)] },
      { steps: [read(0), read(1), append(1, 2)] },
    ),
  },
  {
    kind: 'write skew',
    how: 'three transactions in a ring, one of them only reads',
    history: history(
      { 0: [1], 1: [2] },
      { steps: [append(0, 1)] },
      { steps: [read(0), append(1, 2)] },
      { steps: [read(0, 1), read(1)] },
    ),
  },
  {
    kind: 'stale order',
    how: 'a read misses what was committed before it began',
    history: history({ 0: [1] }, { steps: [append(0, 1)], when: [0, 1] }, { steps: [read(0)], when: [2, 3] }),
  },
  {
    kind: 'stale order',
    how: 'two reads, one after the other, go back in time while a writer is under way',
    history: history(
      { 0: [1] },
      { steps: [append(0, 1)], when: [0, 9] },
      { steps: [read(0, 1)], when: [2, 3] },
      { steps: [read(0)], when: [4, 5] },
    ),
  },
  {
    kind: 'read skew',
    how: 'a read of the past shows half of a transaction',
    history: history(
      { 0: [1], 1: [2] },
      { steps: [append(0, 1), append(1, 2)] },
      { steps: [read(0, 1), read(1)], past: true },
    ),
  },
  {
    kind: 'read skew',
    how: 'a read of the past shows a transaction without what that one has seen',
    history: history(
      { 0: [1], 1: [2] },
      { steps: [append(0, 1)] },
      { steps: [read(0, 1), append(1, 2)] },
      { steps: [read(0), read(1, 2)], past: true },
    ),
  },
  {
    kind: 'stale order',
    how: 'a read of the past misses what was committed before its time',
    history: history(
      { 0: [1] },
      { steps: [append(0, 1)], when: [0, 1] },
      { steps: [read(0)], when: [2, 3], past: true },
    ),
  },
  {
    kind: 'stale order',
    how: 'a read of the past shows what was begun after its time',
    history: history(
      { 0: [1] },
      { steps: [append(0, 1)], when: [4, 5] },
      { steps: [read(0, 1)], when: [2, 3], past: true },
    ),
  },
  {
    kind: 'unknown value',
    how: 'a read shows what nobody wrote',
    history: history({ 0: [7] }, { steps: [read(0, 7)] }),
  },
  {
    kind: 'duplicate value',
    how: 'a lone write was run twice',
    history: history({ 0: [1, 1] }, { steps: [append(0, 1)] }),
  },
  {
    kind: 'incompatible order',
    how: 'two reads saw two writes in different orders',
    history: history({ 0: [1, 2] }, { steps: [append(0, 1)] }, { steps: [append(0, 2)] }, { steps: [read(0, 2)] }),
  },
  {
    kind: 'own read',
    how: 'a transaction does not see its own append',
    history: history({ 0: [1] }, { steps: [append(0, 1), read(0)] }),
  },
  {
    kind: 'own read',
    how: 'a list is read twice, and is another the second time',
    history: history({ 0: [1] }, { steps: [append(0, 1)] }, { steps: [read(0), read(0, 1)] }),
  },
  {
    kind: 'lost append',
    how: 'an acknowledged append is not there at the end',
    history: history({ 0: [] }, { steps: [append(0, 1)] }),
  },
  {
    kind: 'torn commit',
    how: 'an ambiguous commit took effect by half',
    history: history({ 0: [1], 1: [] }, { steps: [append(0, 1), append(1, 2)], outcome: 'unknown' }),
  },
]
