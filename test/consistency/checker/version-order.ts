import type { Anomaly, Attempt, ListHistory } from './history.js'

/** The history in which every list's order is known, and who wrote each of its values. */
export interface VersionedHistory {
  /** Attempts that took effect: the committed ones, and those of unknown outcome of which something was seen. */
  readonly effective: readonly Attempt[]
  /** Key → its values in their order. */
  readonly versions: ReadonlyMap<number, readonly number[]>
  readonly writers: ReadonlyMap<number, Attempt>
}

/**
 * Finds the order in which each list grew: that of the longest read, of which every other must be a beginning.
 * Reports what contradicts that, and values that should, or should not, be there.
 */
export function orderVersions({ attempts, final }: ListHistory): { history: VersionedHistory; anomalies: Anomaly[] } {
  const anomalies: Anomaly[] = []
  const report = (kind: Anomaly['kind'], description: string): void => void anomalies.push({ kind, description })
  const writers = new Map<number, Attempt>()
  for (const attempt of attempts) {
    for (const step of attempt.steps) if (step.kind === 'append') writers.set(step.value, attempt)
  }
  const observations = [...final].map(([key, list]) => ({ key, list, who: 'the last read' }))
  for (const attempt of attempts) {
    if (attempt.outcome !== 'committed') continue
    for (const { key, list } of readsOfOthers(attempt)) observations.push({ key, list, who: `T${attempt.id}` })
  }
  const versions = new Map<number, readonly number[]>()
  for (const { key, list } of observations) {
    if (list.length > (versions.get(key)?.length ?? -1)) versions.set(key, list)
  }
  const seen = new Set<number>()
  for (const { key, list, who } of observations) {
    const order = versions.get(key) ?? []
    if (list.some((value, at) => order[at] !== value)) {
      report('incompatible order', `${who} read [${list.join()}] of list ${key}, others [${order.join()}]`)
    }
    for (const value of list) seen.add(value)
  }
  for (const [key, list] of versions) {
    const twice = list.find((value, at) => list.indexOf(value) !== at)
    if (twice !== undefined) report('duplicate value', `list ${key} holds ${twice} twice: [${list.join()}]`)
  }
  for (const value of seen) {
    const writer = writers.get(value)
    if (writer === undefined) report('unknown value', `${value} was read, and never written`)
    else if (writer.outcome === 'aborted') report('aborted read', `${value} of T${writer.id}, which aborted, was read`)
  }
  for (const attempt of attempts) {
    const lost = appends(attempt).filter(({ key, value }) => final.get(key)?.includes(value) !== true)
    const [first] = lost
    if (first === undefined || attempt.outcome === 'aborted') continue
    const what = `T${attempt.id} appended ${first.value} to list ${first.key}, which does not hold it`
    if (attempt.outcome === 'committed') report('lost append', what)
    else if (lost.length < appends(attempt).length) report('torn commit', `${what}; it holds other values of it`)
  }
  const effective = attempts.filter(
    attempt =>
      attempt.outcome === 'committed' ||
      (attempt.outcome === 'unknown' && appends(attempt).some(({ value }) => seen.has(value))),
  )
  return { history: { effective, versions, writers }, anomalies }
}

/** The lists as they were without the attempt's own appends, one for each key: the first read decides. */
export function readsOfOthers(attempt: Attempt): { key: number; list: readonly number[] }[] {
  const reads = new Map<number, readonly number[]>()
  const own = new Set(appends(attempt).map(({ value }) => value))
  for (const step of attempt.steps) {
    if (step.kind === 'read' && !reads.has(step.key)) reads.set(step.key, withoutOwn(step.list, own))
  }
  return [...reads].map(([key, list]) => ({ key, list }))
}

export function appends({ steps }: Attempt): { key: number; value: number }[] {
  return steps.flatMap(step => (step.kind === 'append' ? [step] : []))
}

function withoutOwn(list: readonly number[], own: ReadonlySet<number>): readonly number[] {
  const end = list.findLastIndex(value => !own.has(value))
  return list.slice(0, end + 1)
}
