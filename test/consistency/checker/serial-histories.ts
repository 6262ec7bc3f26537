import * as fc from 'fast-check'
import type { Attempt, ListHistory, ListStep, Outcome } from './history.js'
import { appends } from './version-order.js'

const KEYS = 4

/**
 * Histories that a database could have made which runs one transaction after the other. Overlapping: calls begin earlier and
 * answers come later than the transaction ran, so that real time says less.
 */
export function listHistories({ overlapping }: { readonly overlapping: boolean }): fc.Arbitrary<ListHistory> {
  const step = fc.record({ read: fc.boolean(), key: fc.nat(KEYS - 1) })
  const spread = overlapping ? fc.nat(6) : fc.constant(0)
  const outcome = fc.constantFrom<Outcome[]>('committed', 'committed', 'committed', 'aborted', 'unknown')
  const plan = fc.array(step, { minLength: 1, maxLength: 5 })
  const attempt = fc.record({ plan, outcome, early: spread, late: spread, happened: fc.boolean() })
  return fc.array(attempt, { maxLength: 30 }).map(run)
}

interface PlannedAttempt {
  readonly plan: readonly { readonly read: boolean; readonly key: number }[]
  readonly outcome: Outcome
  readonly early: number
  readonly late: number
  /** For an unknown outcome: what it really was. */
  readonly happened: boolean
}

function run(planned: readonly PlannedAttempt[]): ListHistory {
  const lists = new Map(Array.from({ length: KEYS }, (_, key) => [key, [] as readonly number[]]))
  let lastValue = 0
  const attempts = planned.map(({ plan, outcome, early, late, happened }, at): Attempt => {
    const own = new Map(lists)
    const steps = plan.map(({ read, key }): ListStep => {
      if (read) return { kind: 'read', key, list: own.get(key) ?? [] }
      own.set(key, [...(own.get(key) ?? []), ++lastValue])
      return { kind: 'append', key, value: lastValue }
    })
    const effective = outcome === 'committed' || (outcome === 'unknown' && happened)
    if (effective) for (const [key, list] of own) lists.set(key, list)
    return { id: at + 1, steps, outcome, invokedAt: at - early - 0.1, completedAt: at + late + 0.1 }
  })
  return { attempts, final: lists }
}

type Change = (history: ListHistory, choice: number) => ListHistory | undefined

/** Ways to make a serial history one that no database could have made; undefined when the history has no place for it. */
export const mutations: Readonly<Record<string, Change>> = {
  'forget the end of a read': (history, choice) => {
    const committed = committedValues(history)
    return changeRead(history, choice, list => (committed.has(list.at(-1) ?? 0) ? list.slice(0, -1) : undefined))
  },
  'read ahead of time': (history, choice) =>
    changeRead(history, choice, (list, key) => {
      const final = history.final.get(key) ?? []
      return final.length > list.length ? final.slice(0, list.length + 1) : undefined
    }),
  'swap two values of a read': (history, choice) =>
    changeRead(history, choice, ([first, second, ...rest]) =>
      first === undefined || second === undefined ? undefined : [second, first, ...rest],
    ),
  'lose an append': (history, choice) => changeFinal(history, choice, list => list.slice(0, -1)),
  'append twice': (history, choice) => changeFinal(history, choice, list => [...list, list[0] ?? 0]),
  'abort a transaction that was seen': (history, choice) => {
    const seen = new Set([...history.final.values()].flat())
    const writers = history.attempts.filter(attempt => appends(attempt).some(({ value }) => seen.has(value)))
    const victim = writers[choice % Math.max(1, writers.length)]
    return victim && { ...history, attempts: replace(history.attempts, victim, { ...victim, outcome: 'aborted' }) }
  },
}

function changeRead(
  history: ListHistory,
  choice: number,
  change: (list: readonly number[], key: number) => readonly number[] | undefined,
): ListHistory | undefined {
  const changed = history.attempts.flatMap(attempt =>
    attempt.outcome === 'committed' ? readChanges(attempt, change).map(made => ({ attempt, made })) : [],
  )
  const chosen = changed[choice % Math.max(1, changed.length)]
  return chosen && { ...history, attempts: replace(history.attempts, chosen.attempt, chosen.made) }
}

function readChanges(
  attempt: Attempt,
  change: (list: readonly number[], key: number) => readonly number[] | undefined,
): Attempt[] {
  return attempt.steps.flatMap((step, at) => {
    const list = step.kind === 'read' ? change(step.list, step.key) : undefined
    return list === undefined
      ? []
      : [{ ...attempt, steps: attempt.steps.with(at, { kind: 'read', key: step.key, list }) }]
  })
}

/** Of a list whose last value was appended by a transaction that is known to be committed. */
function changeFinal(
  history: ListHistory,
  choice: number,
  change: (list: readonly number[]) => readonly number[],
): ListHistory | undefined {
  const committed = committedValues(history)
  const lists = [...history.final].filter(([, list]) => committed.has(list.at(-1) ?? 0))
  const chosen = lists[choice % Math.max(1, lists.length)]
  return chosen && { ...history, final: new Map([...history.final, [chosen[0], change(chosen[1])]]) }
}

/** What was appended by transactions that are known to be committed. */
function committedValues({ attempts }: ListHistory): ReadonlySet<number> {
  return new Set(
    attempts
      .filter(({ outcome }) => outcome === 'committed')
      .flatMap(appends)
      .map(({ value }) => value),
  )
}

function replace(attempts: readonly Attempt[], old: Attempt, made: Attempt): readonly Attempt[] {
  return attempts.map(attempt => (attempt === old ? made : attempt))
}
