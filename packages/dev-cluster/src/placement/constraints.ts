/** Something that must hold, or must not, of the node a replica is on: `+region=us-east-1`, `-zone=a`. */
export interface Requirement {
  readonly required: boolean
  /** The tier of the locality; empty for an attribute of the node, such as `+ssd`. */
  readonly key: string
  readonly value: string
}

/** `all`: for every replica. `counts`: for so many replicas each. */
export type Constraints =
  | { readonly kind: 'all'; readonly requirements: readonly Requirement[] }
  | { readonly kind: 'counts'; readonly groups: readonly RequirementGroup[] }

export interface RequirementGroup {
  readonly count: number
  readonly requirements: readonly Requirement[]
}

/** The part of a node that constraints are about. */
export interface Place {
  readonly region: string
  readonly zone: string
}

export const noConstraints: Constraints = { kind: 'all', requirements: [] }

/** Says what is wrong with a text that should be constraints. */
export class ConstraintSyntaxError extends Error {
  override readonly name = 'ConstraintSyntaxError'
}

/**
 * Reads `[+region=a, -zone=b]` and `{+region=a: 2, "+region=b,+zone=c": 1}`, which are YAML.
 *
 * @throws {ConstraintSyntaxError}
 */
export function parseConstraints(text: string): Constraints {
  const trimmed = text.trim()
  if (trimmed === '') return noConstraints
  if (isIn(trimmed, '[', ']')) return { kind: 'all', requirements: items(trimmed).map(parseRequirement) }
  if (!isIn(trimmed, '{', '}')) throw new ConstraintSyntaxError(`invalid constraints: ${text}`)
  return { kind: 'counts', groups: items(trimmed).map(parseGroup) }
}

/**
 * Reads `[[+region=a], [+region=b, +zone=c]]`.
 *
 * @throws {ConstraintSyntaxError}
 */
export function parsePreferences(text: string): readonly (readonly Requirement[])[] {
  const trimmed = text.trim()
  if (trimmed === '') return []
  if (!isIn(trimmed, '[', ']')) throw new ConstraintSyntaxError(`invalid lease preferences: ${text}`)
  return items(trimmed).map(preference => {
    if (!isIn(preference, '[', ']')) throw new ConstraintSyntaxError(`invalid lease preferences: ${text}`)
    return items(preference).map(parseRequirement)
  })
}

/** Every requirement of a zone, wherever it stands. */
export function requirementsOf(zone: {
  readonly constraints: Constraints
  readonly voterConstraints: Constraints
  readonly leasePreferences: readonly (readonly Requirement[])[]
}): readonly Requirement[] {
  const constraints = [zone.constraints, zone.voterConstraints].flatMap(part =>
    part.kind === 'all' ? part.requirements : part.groups.flatMap(({ requirements }) => requirements),
  )
  return [...constraints, ...zone.leasePreferences.flat()]
}

export function printRequirement({ required, key, value }: Requirement): string {
  return `${required ? '+' : '-'}${key === '' ? '' : `${key}=`}${value}`
}

/** Whether a node is where all of the requirements want it. Nodes here have no attributes, so none is there. */
export function satisfies(place: Place, requirements: readonly Requirement[]): boolean {
  return requirements.every(({ required, key, value }) => required === matches(place, key, value))
}

/** As in `[+region=a,-zone=b]`, without the brackets. */
export function printRequirements(requirements: readonly Requirement[]): string {
  return requirements
    .map(({ required, key, value }) => `${required ? '+' : '-'}${key === '' ? '' : `${key}=`}${value}`)
    .join(',')
}

function matches(place: Place, key: string, value: string): boolean {
  if (key === 'region') return place.region === value
  return key === 'zone' && place.zone === value
}

function parseGroup(text: string): RequirementGroup {
  const colon = text.lastIndexOf(':')
  const count = Number(text.slice(colon + 1).trim())
  if (colon < 0 || !Number.isInteger(count) || count < 1) {
    throw new ConstraintSyntaxError(`invalid constraint, which must be "constraints: count": ${text}`)
  }
  return { count, requirements: unquoted(text.slice(0, colon)).split(',').map(parseRequirement) }
}

function parseRequirement(text: string): Requirement {
  const plain = unquoted(text)
  const sign = plain.charAt(0)
  const equals = plain.indexOf('=')
  const rest = plain.slice(1)
  if ((sign !== '+' && sign !== '-') || rest.trim() === '') {
    throw new ConstraintSyntaxError(`constraints must begin with a '+' or '-': ${plain}`)
  }
  if (equals < 0) return { required: sign === '+', key: '', value: rest.trim() }
  return {
    required: sign === '+',
    key: plain.slice(1, equals).trim(),
    value: plain.slice(equals + 1).trim(),
  }
}

function isIn(text: string, open: string, close: string): boolean {
  return text.startsWith(open) && text.endsWith(close)
}

/** What commas part inside of a list or map, but not those inside of quotes or of lists in it. */
function items(text: string): string[] {
  const parts: string[] = ['']
  let depth = 0
  let quote = ''
  for (const character of text.slice(1, -1)) {
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '[') depth++
    else if (character === ']') depth--
    if (character === ',' && depth === 0 && quote === '') parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.map(part => part.trim()).filter(part => part !== '')
}

function unquoted(text: string): string {
  const trimmed = text.trim()
  const quote = trimmed.charAt(0)
  return (quote === '"' || quote === "'") && trimmed.endsWith(quote) ? trimmed.slice(1, -1).trim() : trimmed
}
