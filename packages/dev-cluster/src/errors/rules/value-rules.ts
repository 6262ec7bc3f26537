import type { CockroachError, ErrorContext, ErrorRule, PostgresError } from '../postgres-error.js'
import { sqlState } from '../sql-state.js'
import { wordsOf } from '../statement-words.js'
import { cockroachTypeName } from '../type-name.js'

/** Values that a type does not take. PostgreSQL gives the value and the type only in the message. */
export const valueRules: readonly ErrorRule[] = [
  {
    code: sqlState.invalid_text_representation,
    translate: error => invalidText(error),
  },
  {
    code: sqlState.invalid_datetime_format,
    translate: error => invalidText(error),
  },
  {
    code: sqlState.datetime_field_overflow,
    routines: ['DateTimeParseError'],
    translate: error => ({
      message: `${argumentOf(error)}could not parse "${error.names[0] ?? ''}" as type timestamp: parsing as type timestamp: field value out of range`,
    }),
  },
  {
    code: sqlState.string_data_right_truncation,
    translate: ({ message }, context) => {
      const type = /^value too long for type (.+)$/.exec(message)?.[1]
      if (type === undefined) return undefined
      return {
        message: `value too long for type ${declaredAs(type, context) ?? cockroachTypeName(type).toUpperCase()}`,
      }
    },
  },
  {
    code: sqlState.numeric_value_out_of_range,
    routines: ['apply_typmod', 'apply_typmod_special'],
    translate: ({ detail }) => {
      const [, limits, bound] =
        /^A field with (precision \d+, scale -?\d+) must round to an absolute value less than (.+)\.$/.exec(detail) ??
        []
      return limits === undefined || bound === undefined
        ? undefined
        : { message: `value with ${limits} must round to an absolute value less than ${bound}` }
    },
  },
  {
    code: sqlState.numeric_value_out_of_range,
    // A literal or a bound text: names hold the value, the text its type.
    translate: error => {
      const type = / is out of range for type (.+)$/.exec(error.message)?.[1]
      if (type === 'bigint') {
        const value = error.names[0] ?? ''
        return {
          code: sqlState.invalid_text_representation,
          message: `${argumentOf(error)}could not parse "${value}" as type int: strconv.ParseInt: parsing "${value}": value out of range`,
        }
      }
      if (type === 'integer') return { message: `${argumentOf(error)}integer out of range for type int4` }
      if (type === 'smallint') return { message: `${argumentOf(error)}integer out of range for type int2` }
      return undefined
    },
  },
  {
    code: sqlState.numeric_value_out_of_range,
    // Casts to int4 and int2 by their routine, as the messages alone do not tell a cast from arithmetic.
    translate: ({ message, routine }) => {
      if (routine === 'int84' || routine === 'numeric_int4_opt_error')
        return { message: 'integer out of range for type int4' }
      if (routine === 'int82' || routine === 'i4toi2') return { message: 'integer out of range for type int2' }
      return /^(?:small|big)?int(?:eger)? out of range$/.test(message) ? { message: 'integer out of range' } : undefined
    },
  },
  {
    code: sqlState.cardinality_violation,
    routines: ['ExecOnConflictUpdate'],
    translate: () => ({ message: 'UPSERT or INSERT...ON CONFLICT command cannot affect row a second time' }),
  },
]

/** What all columns of a type in the tables that the statement names are declared as, when it is the same: PostgreSQL tells no column. */
function declaredAs(type: string, { catalog, statement }: ErrorContext): string | undefined {
  const words = wordsOf(statement)
  const tables = catalog?.tables().filter(({ name }) => words.has(name)) ?? []
  const columns = tables.flatMap(table => table.columns.filter(column => column.type === type))
  const [first, ...others] = columns.map(({ declaredType }) => declaredType)
  return others.every(other => other === first) ? (first ?? undefined) : undefined
}

/** CockroachDB's parsers by PostgreSQL's type, with the words in which each refuses a text. */
const refusals: ReadonlyMap<string, (text: string) => string> = new Map([
  ['smallint', parseInteger],
  ['integer', parseInteger],
  ['bigint', parseInteger],
  ['double precision', parseFloat],
  ['real', parseFloat],
  ['numeric', (text: string) => `could not parse "${text}" as type decimal: parse mantissa: ${text}`],
  ['boolean', (text: string) => `could not parse "${text}" as type bool: invalid bool value`],
  ['uuid', (text: string) => `could not parse "${text}" as type uuid: uuid: incorrect UUID length: ${text}`],
  ['inet', (text: string) => `could not parse "${text}" as type inet. invalid IP`],
  ['date', (text: string) => parseTime('date', text)],
  ['time', (text: string) => parseTime('time', text)],
  ['timestamp', (text: string) => parseTime('timestamp', text)],
  ['timestamp with time zone', (text: string) => parseTime('timestamp', text)],
  ['interval', (text: string) => `could not parse "${text}" as type interval: interval: invalid input syntax`],
])

function invalidText(error: PostgresError): CockroachError | undefined {
  if (error.message === 'invalid input syntax for type json') {
    return { message: `${argumentOf(error)}could not parse JSON: unable to decode JSON: ${error.detail}` }
  }
  const type = /^invalid input syntax for type ([^:]+): "/.exec(error.message)?.[1]
  const text = error.message.slice(error.message.indexOf('"') + 1, -1)
  const refusal = type === undefined ? undefined : refusals.get(type)
  return refusal && { message: argumentOf(error) + refusal(text) }
}

/** CockroachDB says which placeholder held the value; PostgreSQL in the context, as text: `unnamed portal parameter $1 = '…'`. */
function argumentOf({ where }: PostgresError): string {
  const placeholder = /^(?:unnamed )?portal (?:"[^"]*" )?parameter (\$\d+)/.exec(where)?.[1]
  return placeholder === undefined ? '' : `error in argument for ${placeholder}: `
}

function parseInteger(text: string): string {
  return `could not parse "${text}" as type int: strconv.ParseInt: parsing "${text}": invalid syntax`
}

function parseFloat(text: string): string {
  return `could not parse "${text}" as type float: strconv.ParseFloat: parsing "${text}": invalid syntax`
}

function parseTime(type: string, text: string): string {
  return `could not parse "${text}" as type ${type}: parsing as type ${type}: missing or invalid year/month/day`
}
