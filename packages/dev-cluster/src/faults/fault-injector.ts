import { randomBytes } from 'node:crypto'
import { DevClusterError } from '../dev-cluster-error.js'
import type { CommitTruth, FaultAction, FaultProbe, FaultRule, FaultStatus } from './fault.js'
import { faultHint } from './fault-hint.js'
import { parseFaultRule } from './parse-fault-rule.js'
import { seededRandom } from './random.js'
import { retryError } from './retry-error.js'

export type { FaultAction, FaultProbe, FaultStage } from './fault.js'

/** Commits whose truth is kept; older ones are forgotten. */
const KEPT_TRUTHS = 10_000

const NONE: readonly FaultAction[] = []

interface Entry {
  readonly rule: FaultRule
  /** Each rule draws from a stream of its own, so that its n-th match always meets the same number. */
  readonly random: () => number
  matches: number
  hits: number
}

/** Decides which faults strike, by rules. The same seed, rules and matches give the same decisions. */
export class FaultInjector {
  readonly #entries = new Map<string, Entry>()
  readonly #truths = new Map<string, CommitTruth>()
  /** Ambiguous commits by rule, never counted anew: an id stands for one commit only. */
  readonly #ambiguous = new Map<string, number>()
  readonly #nodes: () => readonly number[] | undefined
  #seed: string

  /**
   * @param options.seed @default random
   * @param options.nodes the nodes there are, so that a rule for another one is refused
   */
  constructor(options: { readonly seed?: string; readonly nodes?: () => readonly number[] } = {}) {
    this.#seed = options.seed ?? randomBytes(6).toString('hex')
    this.#nodes = options.nodes ?? (() => undefined)
  }

  /** Give it to another cluster to repeat this one's decisions. */
  get seed(): string {
    return this.#seed
  }

  /** Begins anew with another seed: the rules stay, and their counts and decisions begin again. */
  reseed(seed: string): void {
    if (typeof seed !== 'string' || seed === '') {
      throw new DevClusterError('CERCI_FAULT_INVALID', { field: 'seed', reason: 'must be a text that is not empty' })
    }
    this.#seed = seed
    for (const { rule } of this.#entries.values()) this.#enter(rule)
  }

  /**
   * Adds rules, or replaces those with the same ids, whose counts then begin anew.
   *
   * @throws {DevClusterError} `CERCI_FAULT_INVALID`; then nothing was added
   */
  add(...rules: readonly FaultRule[]): void {
    for (const rule of this.#checked(rules)) this.#enter(rule)
  }

  /**
   * Puts rules in the place of all others.
   *
   * @throws {DevClusterError} `CERCI_FAULT_INVALID`; then nothing was changed
   */
  replace(...rules: readonly FaultRule[]): void {
    const checked = this.#checked(rules)
    this.#entries.clear()
    for (const rule of checked) this.#enter(rule)
  }

  #checked(rules: readonly FaultRule[]): FaultRule[] {
    const checked = rules.map(parseFaultRule)
    for (const { node } of checked) this.#checkNode(node)
    return checked
  }

  #enter(rule: FaultRule): void {
    this.#entries.set(rule.id, { rule, random: seededRandom(`${this.#seed}/${rule.id}`), matches: 0, hits: 0 })
  }

  /** A rule for a node that is not there would never strike, and nobody would know why. */
  #checkNode(node: number | undefined): void {
    const nodes = this.#nodes()
    if (node === undefined || nodes === undefined || nodes.includes(node)) return
    const reason = `there is no node ${node}; the nodes are ${nodes.join(', ')}`
    throw new DevClusterError('CERCI_FAULT_INVALID', { field: 'node', reason })
  }

  /** Removes a rule; false when there is none with that id. */
  remove(id: string): boolean {
    return this.#entries.delete(id)
  }

  /** Removes every rule. What is known of commits stays. */
  clear(): void {
    this.#entries.clear()
  }

  /** The rules in the order in which they apply, with their counts. */
  list(): FaultStatus[] {
    return [...this.#entries.values()].map(({ rule, matches, hits }) => {
      const hint = matches === 0 ? faultHint(rule) : undefined
      return { rule, matches, hits, ...(hint !== undefined && { hint }) }
    })
  }

  /** Whether there are rules; when not, nothing need be asked. */
  get active(): boolean {
    return this.#entries.size > 0
  }

  /** The faults that strike here, in the order of the rules. */
  decide(probe: FaultProbe): readonly FaultAction[] {
    if (this.#entries.size === 0) return NONE
    const actions: FaultAction[] = []
    for (const entry of this.#entries.values()) {
      if (applies(entry.rule, probe) && strikes(entry)) actions.push(this.#actionOf(entry))
    }
    return actions
  }

  #actionOf({ rule: { id, effect }, random }: Entry): FaultAction {
    if (effect.kind === 'retry') return retryError(effect.reason)
    if (effect.kind !== 'ambiguous') return effect
    const committed = effect.committed === 'random' ? random() < 0.5 : effect.committed
    const number = (this.#ambiguous.get(id) ?? 0) + 1
    this.#ambiguous.set(id, number)
    return { kind: 'ambiguous', committed, id: `${id}#${number}` }
  }

  /** Says what really happened to a commit answered as ambiguous. */
  recordTruth(id: string, committed: boolean): void {
    this.#truths.set(id, { id, committed, at: new Date() })
    const oldest = this.#truths.size > KEPT_TRUTHS ? this.#truths.keys().next().value : undefined
    if (oldest !== undefined) this.#truths.delete(oldest)
  }

  /** Whether the commit was done; undefined when the id is not known. */
  truth(id: string): boolean | undefined {
    return this.#truths.get(id)?.committed
  }

  /** Every ambiguous commit so far, oldest first. */
  truths(): CommitTruth[] {
    return [...this.#truths.values()]
  }
}

function applies(rule: FaultRule, probe: FaultProbe): boolean {
  return (
    rule.stage === probe.stage &&
    (rule.node === undefined || rule.node === probe.nodeId) &&
    (rule.inTransaction === undefined || rule.inTransaction === probe.inTransaction) &&
    (rule.application === undefined || rule.application === probe.applicationName) &&
    (rule.fingerprint === undefined || matchesFingerprint(rule.fingerprint, rule.fingerprintMatch, probe.fingerprint))
  )
}

function matchesFingerprint(wanted: string, how: FaultRule['fingerprintMatch'], fingerprint: string): boolean {
  const [part, whole] = [wanted.toLowerCase(), fingerprint.toLowerCase()]
  return how === 'whole' ? part === whole : whole.includes(part)
}

function strikes(entry: Entry): boolean {
  const { after = 0, times = 'unlimited', probability = 1 } = entry.rule
  entry.matches++
  if (entry.matches <= after) return false
  if (times !== 'unlimited' && entry.hits >= times) return false
  if (probability < 1 && entry.random() >= probability) return false
  entry.hits++
  return true
}
