import type { Anomaly, Attempt } from './history.js'

/**
 * Whether a transaction has always seen what it had read and written itself: a later read of a list is the earlier one and its own
 * appends since.
 */
export function checkOwnReads({ id, steps }: Attempt): Anomaly[] {
  const expected = new Map<number, readonly number[]>()
  const toCome = new Set(steps.flatMap(step => (step.kind === 'append' ? [step.value] : [])))
  const appended = new Map<number, readonly number[]>()
  const anomalies: Anomaly[] = []
  for (const step of steps) {
    const { key } = step
    const known = expected.get(key)
    const own = appended.get(key) ?? []
    if (step.kind === 'append') {
      toCome.delete(step.value)
      appended.set(key, [...own, step.value])
      if (known !== undefined) expected.set(key, [...known, step.value])
      continue
    }
    const early = step.list.find(value => toCome.has(value))
    if (early !== undefined) {
      anomalies.push({ kind: 'own read', description: `T${id} read ${early} of list ${key} before it appended it` })
    }
    const due = known ?? [...step.list.slice(0, Math.max(0, step.list.length - own.length)), ...own]
    if (due.length !== step.list.length || due.some((value, at) => step.list[at] !== value)) {
      const description = `T${id} read [${step.list.join()}] of list ${key}, and knew it as [${due.join()}]`
      anomalies.push({ kind: 'own read', description })
    }
    expected.set(key, step.list)
  }
  return anomalies
}
