import { DevClusterError } from '../dev-cluster-error.js'
import { type FaultEffect, type FaultRule, type FaultStage, type RetryReason, retryReasons } from './fault.js'

const stages: readonly FaultStage[] = ['connect', 'statement', 'commit', 'reply']

/** At which stages an effect can strike: after the answer is made nothing can fail, and only a commit can be ambiguous. */
const stagesOf: Readonly<Record<FaultEffect['kind'], readonly FaultStage[]>> = {
  delay: stages,
  cut: stages,
  clock: ['statement'],
  error: ['connect', 'statement', 'commit'],
  retry: ['statement', 'commit'],
  ambiguous: ['commit'],
}

/** A hundred years. */
const MOST_OFFSET_MS = 36_525 * 86_400_000

const ruleFields = [
  'id',
  'node',
  'stage',
  'fingerprint',
  'fingerprintMatch',
  'application',
  'inTransaction',
  'probability',
  'times',
  'after',
  'effect',
]

/**
 * Checks a rule, such as one read from JSON.
 *
 * @throws {DevClusterError} `CERCI_FAULT_INVALID`, naming the field
 */
export function parseFaultRule(value: unknown): FaultRule {
  const rule = new Fields(value, 'rule', ruleFields)
  const effect = parseEffect(rule.get('effect'))
  const stage = rule.word('stage', stages)
  if (!stagesOf[effect.kind].includes(stage)) {
    refuse('stage', `'${effect.kind}' can strike at ${stagesOf[effect.kind].join(', ')}, not at '${stage}'`)
  }
  return {
    id: rule.text('id'),
    stage,
    effect,
    ...rule.optional('node', () => rule.number('node', { from: 1, integer: true })),
    ...rule.optional('fingerprint', () => rule.text('fingerprint')),
    ...rule.optional('fingerprintMatch', () => rule.word('fingerprintMatch', ['part', 'whole'] as const)),
    ...rule.optional('application', () => rule.text('application')),
    ...rule.optional('inTransaction', () => rule.flag('inTransaction')),
    ...rule.optional('probability', () => rule.number('probability', { above: 0, to: 1 })),
    ...rule.optional('times', () =>
      rule.get('times') === 'unlimited' ? 'unlimited' : rule.number('times', { from: 1, integer: true }),
    ),
    ...rule.optional('after', () => rule.number('after', { from: 0, integer: true })),
  }
}

function parseEffect(value: unknown): FaultEffect {
  const effect = new Fields(value, 'effect', [
    'kind',
    'ms',
    'offsetMs',
    'reason',
    'code',
    'message',
    'hint',
    'committed',
  ])
  const kind = effect.word('kind', ['delay', 'clock', 'retry', 'error', 'cut', 'ambiguous'] as const)
  switch (kind) {
    case 'delay':
      return { kind, ms: effect.number('ms', { from: 0, to: 600_000 }) }
    case 'clock':
      return { kind, offsetMs: effect.number('offsetMs', { from: -MOST_OFFSET_MS, to: MOST_OFFSET_MS }) }
    case 'retry':
      return { kind, reason: effect.word<RetryReason>('reason', retryReasons) }
    case 'cut':
      return { kind }
    case 'ambiguous':
      return { kind, committed: effect.get('committed') === 'random' ? 'random' : effect.flag('committed') }
    case 'error':
      break
  }
  const code = effect.text('code')
  if (!/^[0-9A-Z]{5}$/.test(code)) refuse('code', 'an SQLSTATE is five digits or capital letters')
  return { kind, code, message: effect.text('message'), ...effect.optional('hint', () => effect.text('hint')) }
}

interface Bounds {
  readonly from?: number
  readonly above?: number
  readonly to?: number
  readonly integer?: boolean
}

/** Reads the fields of an object, and says clearly what is wrong with one. */
class Fields {
  readonly #values: ReadonlyMap<string, unknown>

  constructor(value: unknown, name: string, known: readonly string[]) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(name, 'must be an object')
    this.#values = new Map(Object.entries(value))
    const unknown = [...this.#values.keys()].find(field => !known.includes(field))
    if (unknown !== undefined) refuse(unknown, `there is no such field; known: ${known.join(', ')}`)
  }

  get(name: string): unknown {
    return this.#values.get(name)
  }

  text(name: string): string {
    const value = this.get(name)
    return typeof value === 'string' && value !== '' ? value : refuse(name, 'must be a text that is not empty')
  }

  flag(name: string): boolean {
    const value = this.get(name)
    return typeof value === 'boolean' ? value : refuse(name, 'must be true or false')
  }

  word<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.get(name)
    return words.find(word => word === value) ?? refuse(name, `must be one of ${words.join(', ')}`)
  }

  number(name: string, { from = -Infinity, above = -Infinity, to = Infinity, integer = false }: Bounds): number {
    const value = this.get(name)
    if (
      typeof value === 'number' &&
      value >= from &&
      value > above &&
      value <= to &&
      (!integer || Number.isInteger(value))
    ) {
      return value
    }
    const lower = from > -Infinity ? ` from ${from}` : above > -Infinity ? ` above ${above}` : ''
    return refuse(name, `must be a ${integer ? 'whole ' : ''}number${lower}${to < Infinity ? ` to ${to}` : ''}`)
  }

  /** An object with the field, or without it when it is not given. */
  optional<Name extends string, Value>(name: Name, read: () => Value): { readonly [Key in Name]?: Value } {
    const given: { [Key in Name]?: Value } = {}
    if (this.get(name) !== undefined) given[name] = read()
    return given
  }
}

function refuse(field: string, reason: string): never {
  throw new DevClusterError('CERCI_FAULT_INVALID', { field, reason })
}
