import type { Attempt } from './history.js'
import { realTimeOrder } from './real-time-order.js'
import { appends, readsOfOthers, type VersionedHistory } from './version-order.js'

/**
 * Why one transaction must come before another: it wrote what the other overwrote (ww) or read (wr), it read what the other
 * overwrote (rw), or it had ended when the other began (rt).
 */
export type Dependency = 'ww' | 'wr' | 'rw' | 'rt'

/** Transactions, and which must come before which. */
export class DependencyGraph {
  readonly #edges = new Map<number, Map<number, Set<Dependency>>>()

  add(first: number, second: number, dependency: Dependency): void {
    if (first === second) return
    const successors = this.#edges.get(first) ?? new Map<number, Set<Dependency>>()
    this.#edges.set(first, successors)
    successors.set(second, (successors.get(second) ?? new Set()).add(dependency))
  }

  get transactions(): Iterable<number> {
    return this.#edges.keys()
  }

  /** Whom it must come before, for one of the reasons. */
  *after(id: number, reasons: ReadonlySet<Dependency>): Generator<number> {
    for (const [other, why] of this.#edges.get(id) ?? []) {
      for (const reason of reasons) {
        if (!why.has(reason)) continue
        yield other
        break
      }
    }
  }

  why(first: number, second: number): ReadonlySet<Dependency> {
    return this.#edges.get(first)?.get(second) ?? new Set()
  }
}

/** Everything that a history says about who comes before whom in one order that explains it all, reads of the past left out. */
export function presentDependencies({ effective, ...rest }: VersionedHistory): DependencyGraph {
  const present = effective.filter(({ past }) => past === undefined)
  return dependencies({ effective: present, ...rest }, () => true)
}

/**
 * Who was committed before whom, and which of that the reads of the past saw. A transaction may be committed before another one that comes
 * before it in the serial order, because that one has not seen it; whoever looks in between sees only the first.
 */
export function pastDependencies(history: VersionedHistory): DependencyGraph {
  return dependencies(history, ({ past }) => past === true)
}

/** @param overwritten for whose reads it counts that others overwrote what they saw */
function dependencies(
  { effective, versions, writers }: VersionedHistory,
  overwritten: (reader: Attempt) => boolean,
): DependencyGraph {
  const graph = new DependencyGraph()
  for (const order of versions.values()) {
    for (let at = 1; at < order.length; at++) {
      const [first, second] = [writers.get(order[at - 1] ?? 0), writers.get(order[at] ?? 0)]
      if (first !== undefined && second !== undefined) graph.add(first.id, second.id, 'ww')
    }
  }
  for (const reader of effective) {
    // What an attempt of unknown outcome read is true as well: it took effect.
    for (const { key, list } of readsOfOthers(reader)) {
      const order = versions.get(key) ?? []
      const last = writers.get(list.at(-1) ?? 0)
      if (last !== undefined) graph.add(last.id, reader.id, 'wr')
      if (!overwritten(reader)) continue
      const next = writers.get(order.slice(list.length).find(value => writers.get(value) !== reader) ?? 0)
      if (next !== undefined) graph.add(reader.id, next.id, 'rw')
    }
  }
  for (const [first, second] of realTimeOrder(effective)) graph.add(first, second, 'rt')
  return graph
}

/** Whether a transaction appended to a list after the other had read it as it was before. */
export function overwroteBlindly({ effective }: VersionedHistory, reader: number, writer: number): boolean {
  const [first, second] = [effective.find(({ id }) => id === reader), effective.find(({ id }) => id === writer)]
  if (first === undefined || second === undefined) return false
  const read = new Set(readsOfOthers(first).map(({ key }) => key))
  const written = new Set(appends(first).map(({ key }) => key))
  return appends(second).some(({ key }) => read.has(key) && written.has(key))
}
