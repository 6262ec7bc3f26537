import { reservedKeywords } from '../token/keywords.js'
import type { TypeName } from '../tree/node.js'
import type { Cursor } from './cursor.js'

/** Built-in types of more than one word, as `first word → continuations`. */
const compoundTypes: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['double', [['precision']]],
  ['character', [['varying']]],
  ['char', [['varying']]],
  ['bit', [['varying']]],
  ['national', [['character', 'varying'], ['char', 'varying'], ['character'], ['char']]],
])

/** Types of PostgreSQL whose names CockroachDB's grammar knows only to refuse them. */
const refusedTypes: ReadonlySet<string> = new Set(
  'box cidr circle line lseg macaddr macaddr8 money path point polygon txid_snapshot xml'.split(' '),
)

const intervalFields = ['year', 'month', 'day', 'hour', 'minute', 'second']

/** Reads a type. Source: https://www.cockroachlabs.com/docs/v26.2/data-types */
export function parseType(cursor: Cursor): TypeName {
  const start = cursor.at
  const first = cursor.peek()
  if (first.kind !== 'quoted' && (first.kind !== 'word' || reservedKeywords.has(first.value))) throw cursor.unexpected()
  cursor.next()
  let name = first.value
  let quoted = first.kind === 'quoted'
  while (cursor.isSymbol('.')) {
    cursor.next()
    name += `.${cursor.label().name}`
    quoted = true
  }
  if (!quoted && refusedTypes.has(name)) throw cursor.refused()
  const continuation = quoted ? undefined : compoundTypes.get(name)?.find(words => cursor.skipWords(...words))
  if (continuation) name += ` ${continuation.join(' ')}`
  const fields = name === 'interval' && !quoted ? parseIntervalFields(cursor) : undefined
  const modifiers = parseModifiers(cursor)
  if (!quoted && /^(?:time|timestamp)$/.test(name)) name += parseTimeZone(cursor)
  const array = parseArray(cursor)
  return { kind: 'type', name, quoted, modifiers, array, ...(fields && { fields }), ...cursor.since(start) }
}

/** `YEAR TO MONTH`, as lower-case words; undefined when there are none. */
export function parseIntervalFields(cursor: Cursor): string | undefined {
  const from = cursor.takeWord(...intervalFields)
  if (from === undefined) return undefined
  if (!cursor.isWord('to')) return from
  cursor.next()
  return `${from} to ${cursor.takeWord(...intervalFields) ?? fail(cursor)}`
}

function parseModifiers(cursor: Cursor): string[] {
  if (!cursor.isSymbol('(')) return []
  cursor.next()
  const modifiers: string[] = []
  do {
    const sign = cursor.skipSymbol('-') ? '-' : ''
    const token = cursor.next()
    if (!['number', 'word', 'string'].includes(token.kind)) throw cursor.unexpected()
    modifiers.push(sign + token.text)
  } while (cursor.skipSymbol(','))
  cursor.expectSymbol(')')
  return modifiers
}

function parseTimeZone(cursor: Cursor): string {
  if (cursor.skipWords('with', 'time', 'zone')) return ' with time zone'
  cursor.skipWords('without', 'time', 'zone')
  return ''
}

function parseArray(cursor: Cursor): boolean {
  let array = false
  while (cursor.isSymbol('[')) {
    if (cursor.peek(1).kind !== 'number' && cursor.peek(1).text !== ']') break
    if (array) throw cursor.unimplemented('nested arrays are not supported')
    cursor.next()
    if (!cursor.isSymbol(']')) cursor.integer()
    cursor.expectSymbol(']')
    array = true
  }
  if (!array && cursor.skipWords('array')) {
    array = true
    if (cursor.skipSymbol('[')) {
      cursor.integer()
      cursor.expectSymbol(']')
    }
  }
  return array
}

function fail(cursor: Cursor): never {
  throw cursor.unexpected()
}
