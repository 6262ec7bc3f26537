import { seededRandom } from '../../fixture/seeded-random.js'

/** What a plan can do to one node, for as long as a fault lasts. */
export type NodeFault = 'kill' | 'drain' | 'partition' | 'slow' | 'full'
/** What a plan can do to statements on any node. */
export type StatementFault =
  | 'retry statements'
  | 'retry commits'
  | 'ambiguous commits'
  | 'lose replies'
  | 'cut statements'
  | 'cut commits'

export interface PlannedFault {
  /** From the beginning of the storm. */
  readonly atMs: number
  readonly forMs: number
  readonly fault: NodeFault | StatementFault
  /** The node that a node fault strikes. */
  readonly node: number | undefined
  /** Share of statements that a statement fault strikes. */
  readonly probability: number
}

const nodeFaults: readonly NodeFault[] = ['kill', 'kill', 'drain', 'partition', 'slow', 'full']
const statementFaults: readonly StatementFault[] = [
  'retry statements',
  'retry commits',
  'ambiguous commits',
  'lose replies',
  'cut statements',
  'cut commits',
]

/**
 * A random plan of faults; the same seed gives the same plan. One node at least is always left alone by node faults, so
 * that the service that is watched can go on.
 */
export function planFaults(
  seed: number,
  options: { readonly durationMs: number; readonly nodes: number },
): PlannedFault[] {
  const random = seededRandom(seed)
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)]
  const between = (least: number, most: number): number => Math.round(least + random() * (most - least))
  const struckUntil = new Map(Array.from({ length: options.nodes }, (_, at) => [at + 1, 0]))
  const plan: PlannedFault[] = []
  for (let atMs = between(100, 500); ; atMs += between(100, 500)) {
    const forMs = between(200, 1_500)
    if (atMs + forMs > options.durationMs) return plan
    const free = [...struckUntil].filter(([, until]) => until <= atMs).map(([id]) => id)
    const node = random() < 0.5 && free.length > 1 ? pick(free) : undefined
    const fault = pick<NodeFault | StatementFault>(node === undefined ? statementFaults : nodeFaults)
    if (fault === undefined) continue
    // Longer than planned, because a node takes a moment to come back.
    if (node !== undefined) struckUntil.set(node, atMs + forMs + 500)
    plan.push({ atMs, forMs, fault, node, probability: between(2, 20) / 100 })
  }
}

/** The plan as lines that a person reads. */
export function describePlan(plan: readonly PlannedFault[]): string {
  return plan
    .map(({ atMs, forMs, fault, node, probability }) => {
      const what = node === undefined ? `${fault} (${probability})` : `${fault} node ${node}`
      return `  at ${atMs} ms for ${forMs} ms: ${what}`
    })
    .join('\n')
}
