import { type Dependency, type DependencyGraph, overwroteBlindly } from './dependency-graph.js'
import type { Anomaly, AnomalyKind } from './history.js'
import { strongComponents } from './strong-components.js'
import type { VersionedHistory } from './version-order.js'

/** What a cycle may be made of, from the worst anomaly to the mildest. `once`: exactly one edge of the cycle is of this kind. */
interface Shape {
  readonly edges: readonly Dependency[]
  readonly once?: Dependency
  readonly kind: AnomalyKind
}

const shapes: readonly Shape[] = [
  { edges: ['ww'], kind: 'write cycle' },
  { edges: ['ww', 'wr'], kind: 'circular information' },
  { edges: ['ww', 'wr'], once: 'rw', kind: 'read skew' },
  { edges: ['ww', 'wr', 'rw'], kind: 'write skew' },
  { edges: ['ww', 'wr', 'rw', 'rt'], kind: 'stale order' },
]

/** The worst anomaly of every group of transactions that come before each other in a circle; a short circle is shown. */
export function findCycles(graph: DependencyGraph, history: VersionedHistory): Anomaly[] {
  const everything = new Set<Dependency>(['ww', 'wr', 'rw', 'rt'])
  return strongComponents(graph.transactions, id => graph.after(id, everything)).flatMap(component => {
    for (const shape of shapes) {
      const cycle = findCycle(graph, component, shape)
      if (cycle !== undefined) return [anomalyOf(graph, history, shape.kind, cycle)]
    }
    return []
  })
}

function anomalyOf(
  graph: DependencyGraph,
  history: VersionedHistory,
  kind: AnomalyKind,
  cycle: readonly number[],
): Anomaly {
  const steps = cycle.map((id, at) => {
    const next = cycle[(at + 1) % cycle.length] ?? id
    return { id, next, why: graph.why(id, next) }
  })
  const lost = steps.some(({ id, next, why }) => why.has('rw') && overwroteBlindly(history, id, next))
  const ring = steps.map(({ id, why }) => `T${id} -${[...why].join('+')}->`).join(' ')
  return { kind: kind === 'read skew' && lost ? 'lost update' : kind, description: `${ring} T${cycle[0]}` }
}

/** Cycles that are compared to show a short one; looking at all of a large component would take long. */
const COMPARED = 32

/** A short cycle of a shape inside a component, as the transactions on it. */
function findCycle(
  graph: DependencyGraph,
  component: ReadonlySet<number>,
  { edges, once }: Shape,
): readonly number[] | undefined {
  const first = new Set(once === undefined ? edges : [once])
  const rest = new Set(edges)
  let shortest: readonly number[] | undefined
  let found = 0
  for (const start of component) {
    for (const second of graph.after(start, first)) {
      if (!component.has(second)) continue
      const path = shortestPath(graph, component, { from: second, to: start, reasons: rest })
      if (path === undefined) continue
      if (path.length < (shortest?.length ?? Number.POSITIVE_INFINITY)) shortest = path
      if (++found === COMPARED || path.length === 2) return shortest
    }
  }
  return shortest
}

/** @returns the transactions from `to`, which closes the circle, over `from` on */
function shortestPath(
  graph: DependencyGraph,
  component: ReadonlySet<number>,
  { from, to, reasons }: { from: number; to: number; reasons: ReadonlySet<Dependency> },
): number[] | undefined {
  const cameFrom = new Map<number, number>([[from, to]])
  const queue = [from]
  for (const here of queue) {
    for (const next of graph.after(here, reasons)) {
      if (next === to) return pathTo(here, to, cameFrom)
      if (!component.has(next) || cameFrom.has(next)) continue
      cameFrom.set(next, here)
      queue.push(next)
    }
  }
  return undefined
}

function pathTo(end: number, start: number, cameFrom: ReadonlyMap<number, number>): number[] {
  const path: number[] = []
  for (let at = end; at !== start; at = cameFrom.get(at) ?? start) path.unshift(at)
  return [start, ...path]
}
