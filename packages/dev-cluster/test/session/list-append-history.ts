/** What a committed transaction saw and did, on lists that are only ever appended to. */
export interface ListTransaction {
  readonly id: number
  readonly reads: readonly { readonly key: number; readonly list: readonly number[] }[]
  /** Keys to which it appended its id. */
  readonly appends: readonly number[]
}

/**
 * Looks for what no serial order of the transactions could have given. Because lists keep their order, who came before whom is
 * known for certain: a cycle of "must come before" is an anomaly (lost update, write skew, dirty or torn read).
 *
 * @param final the lists at the end
 * @returns a description of the first anomaly, or undefined
 */
export function findAnomaly(
  transactions: readonly ListTransaction[],
  final: ReadonlyMap<number, readonly number[]>,
): string | undefined {
  const before = new Map(transactions.map(({ id }) => [id, new Set<number>()]))
  const edge = (first: number, second: number): void => {
    if (first !== second) before.get(second)?.add(first)
  }
  for (const [key, list] of final) {
    const unknown = list.find(id => !before.has(id))
    if (unknown !== undefined) return `list ${key} holds ${unknown}, which did not commit`
    for (let at = 1; at < list.length; at++) edge(list[at - 1] ?? 0, list[at] ?? 0)
  }
  for (const { id, reads, appends } of transactions) {
    const lost = appends.find(key => final.get(key)?.includes(id) !== true)
    if (lost !== undefined) return `${id} committed its append to list ${lost}, which does not hold it`
    for (const { key, list } of reads) {
      const whole = (final.get(key) ?? []).filter(other => other !== id)
      const seen = list.filter(other => other !== id)
      if (seen.some((other, at) => whole[at] !== other))
        return `${id} read [${list.join()}] of list ${key}, which became [${whole.join()}]`
      edge(seen.at(-1) ?? id, id)
      edge(id, whole[seen.length] ?? id)
    }
  }
  return findCycle(before)
}

function findCycle(before: ReadonlyMap<number, ReadonlySet<number>>): string | undefined {
  const state = new Map<number, 'open' | 'done'>()
  const path: number[] = []
  const visit = (id: number): string | undefined => {
    if (state.get(id) === 'done') return undefined
    if (state.get(id) === 'open') return `cycle: ${[...path.slice(path.indexOf(id)), id].join(' after ')}`
    state.set(id, 'open')
    path.push(id)
    for (const other of before.get(id) ?? []) {
      const cycle = visit(other)
      if (cycle !== undefined) return cycle
    }
    path.pop()
    state.set(id, 'done')
    return undefined
  }
  for (const id of before.keys()) {
    const cycle = visit(id)
    if (cycle !== undefined) return cycle
  }
  return undefined
}
