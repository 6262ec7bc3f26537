import type { Expression } from '../../tree/node.js'
import type { CreateSchema, CreateSequence, CreateType, CreateView, SequenceOption } from '../../tree/object.js'
import { type Cursor, parenthesized } from '../cursor.js'
import { parseName } from '../parse-name.js'
import { parseType } from '../parse-type.js'
import { parseQuery } from '../query/parse-query.js'
import { parseStorageParameters } from '../table/parse-create-table.js'
import { roleName } from './parse-drop.js'

/** After CREATE TYPE. Source: https://www.cockroachlabs.com/docs/v26.2/create-type */
export function parseCreateType(cursor: Cursor, start: number): CreateType {
  const ifNotExists = cursor.skipWords('if', 'not', 'exists')
  const name = parseName(cursor)
  cursor.expectWords('as')
  if (cursor.skipWords('enum')) {
    const from = cursor.at
    const labels = cursor.peek(1).text === ')' ? emptyList(cursor) : parenthesized(cursor, item => item.string())
    const definition = { kind: 'expression', parts: [], ...cursor.since(from) } as const
    return { kind: 'create-type', name, ifNotExists, labels, definition, ...cursor.since(start) }
  }
  return { kind: 'create-type', name, ifNotExists, definition: parseFields(cursor), ...cursor.since(start) }
}

/** `(name TYPE, …)` */
function parseFields(cursor: Cursor): Expression {
  const start = cursor.at
  const parts = parenthesized(cursor, field => {
    field.label()
    return parseType(field)
  })
  return { kind: 'expression', parts, ...cursor.since(start) }
}

function emptyList(cursor: Cursor): readonly string[] {
  cursor.expectSymbol('(')
  cursor.expectSymbol(')')
  return []
}

/** After CREATE [OR REPLACE] [TEMPORARY] [MATERIALIZED] VIEW. */
export function parseCreateView(
  cursor: Cursor,
  start: number,
  flags: Pick<CreateView, 'orReplace' | 'temporary' | 'materialized'>,
): CreateView {
  const ifNotExists = cursor.skipWords('if', 'not', 'exists')
  const name = parseName(cursor)
  const listStart = cursor.at
  const columns = cursor.isSymbol('(') ? parenthesized(cursor, item => item.identifier()) : undefined
  const columnList = columns && cursor.since(listStart)
  const parameters = parseStorageParameters(cursor)
  cursor.expectWords('as')
  const query = parseQuery(cursor)
  if (cursor.isWords('as', 'of', 'system', 'time')) throw cursor.unimplemented('AS OF SYSTEM TIME in CREATE VIEW')
  if (cursor.skipWords('with', 'no', 'data')) throw cursor.unimplemented('WITH NO DATA')
  cursor.skipWords('with', 'data')
  return {
    kind: 'create-view',
    name,
    ifNotExists,
    ...flags,
    ...(columns && { columns }),
    ...(columnList && { columnList }),
    parameters,
    query,
    ...cursor.since(start),
  }
}

/** After CREATE SCHEMA. */
export function parseCreateSchema(cursor: Cursor, start: number): CreateSchema {
  const ifNotExists = cursor.skipWords('if', 'not', 'exists')
  const name = cursor.isWord('authorization') ? undefined : parseName(cursor)
  const authorization = cursor.skipWords('authorization') ? roleName(cursor) : undefined
  return {
    kind: 'create-schema',
    ...(name && { name }),
    ifNotExists,
    ...(authorization !== undefined && { authorization }),
    ...cursor.since(start),
  }
}

/** After CREATE [TEMPORARY] SEQUENCE. Source: https://www.cockroachlabs.com/docs/v26.2/create-sequence */
export function parseCreateSequence(cursor: Cursor, start: number, temporary: boolean): CreateSequence {
  const ifNotExists = cursor.skipWords('if', 'not', 'exists')
  const name = parseName(cursor)
  const options: SequenceOption[] = []
  while (!cursor.atEnd()) options.push(parseSequenceOption(cursor))
  return { kind: 'create-sequence', name, ifNotExists, temporary, options, ...cursor.since(start) }
}

const numberOptions: readonly (readonly [words: readonly string[], name: string])[] = [
  [['increment', 'by'], 'increment'],
  [['increment'], 'increment'],
  [['minvalue'], 'minvalue'],
  [['maxvalue'], 'maxvalue'],
  [['start', 'with'], 'start'],
  [['start'], 'start'],
  [['restart', 'with'], 'restart'],
  [['cache'], 'cache'],
  [['per', 'node', 'cache'], 'per node cache'],
  [['per', 'session', 'cache'], 'per session cache'],
]
const flagOptions: readonly (readonly string[])[] = [
  ['no', 'minvalue'],
  ['no', 'maxvalue'],
  ['no', 'cycle'],
  ['cycle'],
  ['restart'],
  ['virtual'],
]

function parseSequenceOption(cursor: Cursor): SequenceOption {
  const start = cursor.at
  const number = numberOptions.find(([words]) => cursor.isWords(...words))
  if (number && cursor.skipWords(...number[0])) {
    const sign = cursor.skipSymbol('-') ? '-' : ''
    return { name: number[1], value: sign + String(cursor.integer()), ...cursor.since(start) }
  }
  if (cursor.skipWords('owned', 'by')) {
    const value = parseName(cursor).parts.join('.')
    return { name: 'owned by', value, ...cursor.since(start) }
  }
  if (cursor.skipWords('as')) return { name: 'as', value: cursor.label().name, ...cursor.since(start) }
  const flag = flagOptions.find(words => cursor.skipWords(...words))
  if (!flag) throw cursor.unexpected()
  return { name: flag.join(' '), ...cursor.since(start) }
}
