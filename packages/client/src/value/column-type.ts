import { OptionError } from '../errors/option-error.js'
import { isWord, tokensOf } from '../statement/tokens.js'

/** How values of a column travel to the server in bulk. */
export interface ColumnType {
  /** Decides how a JavaScript value is written. */
  readonly family: ValueFamily
  /** Type of the array parameter that carries the column: `int8[]`. */
  readonly array: string
  /** Cast of each element where an array of the type itself cannot travel: JSON and arrays go as text. */
  readonly cast: string | undefined
}

export type ValueFamily =
  | 'integer'
  | 'number'
  | 'bytes'
  | 'json'
  | 'array'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'vector'
  | 'other'

/**
 * Reads a type's name, as SQL writes it (`INT8`, `timestamp with time zone`, `DECIMAL(10, 2)`, `STRING[]`, `mood`). Lengths and
 * precisions are dropped: the column applies its own, and an explicit cast would cut values silently.
 */
export function columnType(name: string): ColumnType {
  const { words, isArray } = readName(name)
  if (isArray) return { family: 'array', array: 'text[]', cast: `${words}[]` }
  const known = TYPES[words]
  if (known) return known
  return { family: 'other', array: 'text[]', cast: words }
}

/** The type to cast one value to, when it is compared with a column of this type. */
export function castName(type: ColumnType): string {
  return type.cast ?? type.array.slice(0, -'[]'.length)
}

function readName(name: string): { words: string; isArray: boolean } {
  const words: string[] = []
  let depth = 0
  let isArray = false
  let last = ''
  for (const token of tokensOf(name)) {
    const text = name.slice(token.start, token.end)
    if (text === '(') depth++
    else if (text === ')') depth--
    else if (text === '[') isArray = true
    else if (isWord(name, token, 'ARRAY') && words.length > 0) isArray = true
    else if (depth === 0 && (token.kind === 'word' || token.kind === 'quoted')) {
      const part = token.kind === 'word' ? text.toLowerCase() : text
      if (last === '.') words.push(`${words.pop() ?? ''}.${part}`)
      else words.push(part)
    } else if (depth === 0 && text !== '.' && text !== ']' && token.kind !== 'number') throw notAType(name)
    last = text
  }
  if (words.length === 0 || depth !== 0) throw notAType(name)
  return { words: words.join(' '), isArray }
}

function notAType(name: string): OptionError {
  return new OptionError('types', `${JSON.stringify(name)} is not the name of a type`)
}

const direct = (array: string, family: ValueFamily = 'other'): ColumnType => ({ family, array, cast: undefined })

const TEXT = direct('text[]')
const TIMESTAMP = direct('timestamp[]', 'timestamp')
const TIMESTAMPTZ = direct('timestamptz[]', 'timestamptz')
const DECIMAL = direct('decimal[]', 'number')
const FLOAT8 = direct('float8[]', 'number')
const FLOAT4 = direct('float4[]', 'number')
const INT8 = direct('int8[]', 'integer')
const INT4 = direct('int4[]', 'integer')
const INT2 = direct('int2[]', 'integer')

/**
 * Types whose arrays travel as themselves, by every name that CockroachDB or PostgreSQL gives them. Text types have no cast, so that the
 * column's own length check applies. BYTES goes as text, because its arrays are not read from text by CockroachDB.
 * https://www.cockroachlabs.com/docs/v26.2/data-types and https://www.cockroachlabs.com/docs/v26.2/array#implicit-casting
 */
const TYPES: Readonly<Record<string, ColumnType>> = {
  int8: INT8,
  bigint: INT8,
  int64: INT8,
  int: direct('int[]', 'integer'),
  integer: direct('integer[]', 'integer'),
  int4: INT4,
  int2: INT2,
  smallint: INT2,
  decimal: DECIMAL,
  dec: DECIMAL,
  numeric: DECIMAL,
  float: FLOAT8,
  float8: FLOAT8,
  'double precision': FLOAT8,
  float4: FLOAT4,
  real: FLOAT4,
  bool: direct('bool[]'),
  boolean: direct('bool[]'),
  text: TEXT,
  string: TEXT,
  varchar: TEXT,
  'character varying': TEXT,
  char: TEXT,
  '"char"': TEXT,
  bpchar: TEXT,
  character: TEXT,
  name: TEXT,
  citext: TEXT,
  uuid: direct('uuid[]'),
  date: direct('date[]', 'date'),
  time: direct('time[]'),
  'time without time zone': direct('time[]'),
  timetz: direct('timetz[]'),
  'time with time zone': direct('timetz[]'),
  timestamp: TIMESTAMP,
  'timestamp without time zone': TIMESTAMP,
  timestamptz: TIMESTAMPTZ,
  'timestamp with time zone': TIMESTAMPTZ,
  interval: direct('interval[]'),
  inet: direct('inet[]'),
  bit: direct('varbit[]'),
  varbit: direct('varbit[]'),
  'bit varying': direct('varbit[]'),
  bytes: { family: 'bytes', array: 'text[]', cast: 'bytea' },
  bytea: { family: 'bytes', array: 'text[]', cast: 'bytea' },
  blob: { family: 'bytes', array: 'text[]', cast: 'bytea' },
  jsonb: { family: 'json', array: 'text[]', cast: 'jsonb' },
  vector: { family: 'vector', array: 'text[]', cast: 'vector' },
  json: { family: 'json', array: 'text[]', cast: 'jsonb' },
}
