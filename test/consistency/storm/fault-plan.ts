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
  readonly strikes:
    | { readonly kind: 'node'; readonly fault: NodeFault; readonly node: number }
    /** A share of the statements on all nodes. */
    | { readonly kind: 'statements'; readonly fault: StatementFault; readonly probability: number }
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
  const pick = <T>(from: readonly T[], otherwise: T): T => from[Math.floor(random() * from.length)] ?? otherwise
  const between = (least: number, most: number): number => Math.round(least + random() * (most - least))
  const struckUntil = new Map(Array.from({ length: options.nodes }, (_, at) => [at + 1, 0]))
  const plan: PlannedFault[] = []
  for (let atMs = between(100, 500); ; atMs += between(100, 500)) {
    const forMs = between(200, 1_500)
    if (atMs + forMs > options.durationMs) return plan
    const free = [...struckUntil].filter(([, until]) => until <= atMs).map(([id]) => id)
    if (random() < 0.5 && free.length > 1) {
      const node = pick(free, 1)
      // Longer than planned, because a node takes a moment to come back.
      struckUntil.set(node, atMs + forMs + 500)
      plan.push({ atMs, forMs, strikes: { kind: 'node', fault: pick(nodeFaults, 'kill'), node } })
    } else {
      const fault = pick(statementFaults, 'retry statements')
      plan.push({ atMs, forMs, strikes: { kind: 'statements', fault, probability: between(2, 20) / 100 } })
    }
  }
}

/** The plan as lines that a person reads. */
export function describePlan(plan: readonly PlannedFault[]): string {
  return plan
    .map(({ atMs, forMs, strikes }) => {
      const where = strikes.kind === 'node' ? `node ${strikes.node}` : `with probability ${strikes.probability}`
      return `  at ${atMs} ms for ${forMs} ms: ${strikes.fault}, ${where}`
    })
    .join('\n')
}
