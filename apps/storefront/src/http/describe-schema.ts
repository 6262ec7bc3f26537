/** What the schemas of requests are made of. */
interface Described {
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly [keyword: string]: unknown
}

/** What a schema takes, in words: nobody should have to read a regular expression, or the validator's own words. */
export function describeSchema(schema: Described = {}): string {
  const { type, description, minimum, maximum } = schema
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`
  if (type === 'string' && description !== undefined) return asPhrase(description)
  if (type === 'string') return `text${sized(schema.minLength, schema.maxLength, 'characters')}`
  if (type === 'boolean') return 'true or false'
  if (type === 'array') return `a JSON list${sized(schema.minItems, schema.maxItems, 'entries')}`
  if (type === 'object') return `a JSON object${sized(schema.minProperties, schema.maxProperties, 'fields')}`
  const bounds = between(minimum, maximum)
  return bounds === undefined ? 'a whole number' : `a whole number, ${bounds}`
}

/** A sentence of a schema within another. */
function asPhrase(description: string): string {
  return `${description.charAt(0).toLowerCase()}${description.slice(1).replace(/[.]$/, '')}`
}

function sized(from: number | undefined, to: number | undefined, unit: string): string {
  const bounds = between(from, to)
  return bounds === undefined ? '' : ` of ${bounds} ${unit}`
}

function between(from: number | undefined, to: number | undefined): string | undefined {
  if (to === undefined) return from === undefined ? undefined : `${from} or more`
  return from === undefined ? `at most ${to}` : `${from} to ${to}`
}
