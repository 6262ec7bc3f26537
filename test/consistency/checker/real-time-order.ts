import type { Attempt } from './history.js'

/**
 * Pairs of which the first had ended when the second began, without those that follow from others. An attempt of unknown outcome
 * may take effect at any time after it began, so nothing comes after it.
 */
export function* realTimeOrder(attempts: readonly Attempt[]): Generator<[number, number]> {
  const events = attempts.flatMap(attempt => [
    { attempt, at: attempt.invokedAt, begins: true },
    ...(attempt.outcome === 'committed' ? [{ attempt, at: attempt.completedAt, begins: false }] : []),
  ])
  // At the same moment nobody had ended when the other began.
  events.sort((a, b) => a.at - b.at || Number(b.begins) - Number(a.begins))
  /** The ended ones after which no other has begun and ended: all others come before one of these. */
  const frontier = new Set<number>()
  const before = new Map<number, readonly number[]>()
  for (const { attempt, begins } of events) {
    if (begins) {
      before.set(attempt.id, [...frontier])
      for (const first of frontier) yield [first, attempt.id]
    } else {
      for (const first of before.get(attempt.id) ?? []) frontier.delete(first)
      frontier.add(attempt.id)
    }
  }
}
