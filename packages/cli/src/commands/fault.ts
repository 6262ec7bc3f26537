import { AdminClient, type Answer } from '../admin-client.js'
import { columns } from '../columns.js'
import type { CommandCall } from '../command.js'
import type { Flags } from '../flags.js'

const EFFECTS = ['delay', 'clock', 'retry', 'error', 'cut', 'ambiguous'] as const

export async function listFaults({ flags, terminal }: CommandCall): Promise<void> {
  const answer = await new AdminClient(flags).ask('GET', '/api/faults')
  if (flags.has('json')) return terminal.print(JSON.stringify(answer.value))
  for (const line of [...overview(answer), '', `seed: ${answer.text('seed')}`]) terminal.print(line)
}

export async function seedFaults({ flags, positionals: [seed = ''], terminal }: CommandCall): Promise<void> {
  const answer = await new AdminClient(flags).ask('PUT', '/api/faults', { seed })
  terminal.print(`seed: ${answer.text('seed')}`)
}

export async function addFault({ flags, positionals: [name = ''], terminal }: CommandCall): Promise<void> {
  const rule = {
    stage: flags.text('at') ?? (flags.has('ambiguous') ? 'commit' : 'statement'),
    effect: effectOf(flags),
    node: flags.number('node'),
    fingerprint: flags.text('fingerprint'),
    application: flags.text('application'),
    ...(flags.has('whole') && { fingerprintMatch: 'whole' }),
    ...(flags.has('in-transaction') && { inTransaction: true }),
    ...(flags.has('outside-transaction') && { inTransaction: false }),
    probability: flags.number('probability'),
    times: flags.number('times'),
    after: flags.number('after'),
  }
  const answer = await new AdminClient(flags).ask('PUT', `/api/faults/${encodeURIComponent(name)}`, rule)
  for (const line of overview(answer)) terminal.print(line)
}

export async function removeFault({ flags, positionals: [name = ''], terminal }: CommandCall): Promise<void> {
  const answer = await new AdminClient(flags).ask('DELETE', `/api/faults/${encodeURIComponent(name)}`)
  for (const line of overview(answer)) terminal.print(line)
}

export async function clearFaults({ flags, terminal }: CommandCall): Promise<void> {
  await new AdminClient(flags).ask('DELETE', '/api/faults')
  terminal.print('no faults')
}

/** What ambiguous commits really did. */
export async function listCommits({ flags, terminal }: CommandCall): Promise<void> {
  const answer = await new AdminClient(flags).ask('GET', '/api/commits')
  if (flags.has('json')) return terminal.print(JSON.stringify(answer.value))
  const commits = answer.list('commits')
  if (commits.length === 0) return terminal.print('no ambiguous commits')
  const rows = commits.map(commit => [
    commit.text('id'),
    commit.text('committed') === 'true' ? 'committed' : 'rolled back',
    commit.text('at'),
  ])
  for (const line of columns([['ID', 'TRUTH', 'AT'], ...rows])) terminal.print(line)
}

function overview(answer: Answer): string[] {
  const rules = answer.list('rules')
  if (rules.length === 0) return ['no faults']
  const rows = rules.map(rule => [
    rule.text('id'),
    rule.text('stage'),
    described(rule.object('effect')),
    conditionsOf(rule),
    rule.text('matches'),
    rule.text('hits'),
  ])
  const hints = rules.flatMap(rule =>
    rule.entries().flatMap(([name, value]) => (name === 'hint' ? [`hint: ${rule.text('id')}: ${String(value)}`] : [])),
  )
  return [...columns([['NAME', 'STAGE', 'EFFECT', 'CONDITIONS', 'MATCHES', 'HITS'], ...rows]), ...hints]
}

/** `delay ms=5`. */
function described(effect: Answer): string {
  const fields = effect.entries().filter(([name]) => name !== 'kind')
  return [effect.text('kind'), ...fields.map(printField)].join(' ')
}

function conditionsOf(rule: Answer): string {
  const fields = rule.entries().filter(([name]) => !NO_CONDITIONS.has(name))
  return fields.length === 0 ? '-' : fields.map(printField).join(' ')
}

const NO_CONDITIONS: ReadonlySet<string> = new Set(['id', 'stage', 'effect', 'matches', 'hits', 'hint'])

function printField([name, value]: readonly [string, unknown]): string {
  return `${name}=${typeof value === 'string' && !/^[\w.-]+$/.test(value) ? JSON.stringify(value) : String(value)}`
}

function effectOf(flags: Flags): unknown {
  const given = EFFECTS.filter(name => flags.has(name))
  const [kind] = given
  if (kind === undefined || given.length > 1)
    throw flags.wrong(given[1] ?? EFFECTS.join(', --'), 'give exactly one effect')
  switch (kind) {
    case 'delay':
      return { kind, ms: flags.number('delay') }
    case 'clock':
      return { kind, offsetMs: flags.number('clock') }
    case 'retry':
      return { kind, reason: flags.text('retry') }
    case 'error':
      return { kind, ...errorOf(flags) }
    case 'ambiguous':
      return { kind, committed: committedOf(flags) }
    case 'cut':
      break
  }
  return { kind }
}

function errorOf(flags: Flags): { code: string; message: string } {
  const match = /^([0-9A-Z]{5}):(.+)$/s.exec(flags.text('error') ?? '')
  if (!match) throw flags.wrong('error', 'it is an SQLSTATE, a colon and a message, such as 53200:out of memory')
  return { code: match[1] ?? '', message: match[2] ?? '' }
}

function committedOf(flags: Flags): boolean | 'random' {
  const how = flags.text('ambiguous')
  if (how === 'random') return 'random'
  if (how === 'committed' || how === 'rolled-back') return how === 'committed'
  throw flags.wrong('ambiguous', 'it is committed, rolled-back or random')
}
