import { printArray } from './array-literal.js'
import type { ColumnType, ValueFamily } from './column-type.js'
import { ValueError } from './value-error.js'

/**
 * A value in the text form that its column reads; null for null. What cannot be stored exactly is a `ValueError`: unsafe integers, invalid
 * dates, objects outside JSON columns. JSON columns take any value but a string as the value it is, and a string as JSON text,
 * as node-postgres does. A `Date` for a DATE or TIMESTAMP column, which have no zone, is written in the process' zone, as node-postgres does.
 */
export function encodeText(value: unknown, type: ColumnType, column: string): string | null {
  if (value === null) return null
  switch (typeof value) {
    case 'string':
      return checkText(value, column)
    case 'number':
      return encodeNumber(value, type.family, column)
    case 'bigint':
      return value.toString()
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      return encodeObject(value, type, column)
    case 'undefined':
    case 'function':
    case 'symbol':
    default:
      throw new ValueError(`A value of type ${typeof value} cannot be stored`, column)
  }
}

function checkText(text: string, column: string): string {
  if (text.includes('\0')) throw new ValueError('A text with the character NUL (\\0) cannot be stored', column)
  return text
}

function encodeNumber(value: number, family: ValueFamily, column: string): string {
  if (family === 'integer' && !Number.isSafeInteger(value)) {
    throw new ValueError(`The number ${value} is not an exact integer; use a bigint or a string`, column)
  }
  if (family === 'json' && !Number.isFinite(value)) throw new ValueError(`JSON has no ${value}`, column)
  return Object.is(value, -0) ? '-0' : String(value)
}

function encodeObject(value: object, type: ColumnType, column: string): string | null {
  if (hasToPostgres(value)) {
    const converted = value.toPostgres((inner: unknown) => inner)
    if (converted !== value) return encodeText(converted, type, column)
  }
  if (type.family === 'json') return encodeJson(value, column)
  if (value instanceof Date) return encodeDate(value, type.family, column)
  if (type.family === 'vector' && isNumbers(value)) return `[${Array.from(value).join(',')}]`
  if (ArrayBuffer.isView(value))
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`
  if (Array.isArray(value)) return encodeArray(value, type, column)
  throw new ValueError('An object can be stored only in a JSONB column', column)
}

function hasToPostgres(value: object): value is { toPostgres(prepare: (inner: unknown) => unknown): unknown } {
  return 'toPostgres' in value && typeof value.toPostgres === 'function'
}

function isNumbers(value: object): value is readonly number[] | Float32Array | Float64Array {
  if (value instanceof Float32Array || value instanceof Float64Array) return value.every(Number.isFinite)
  return Array.isArray(value) && value.every(Number.isFinite)
}

function encodeJson(value: object, column: string): string {
  try {
    return checkText(JSON.stringify(value), column)
  } catch (error) {
    if (error instanceof ValueError) throw error
    throw new ValueError(`The value cannot be written as JSON (${String(error)})`, column)
  }
}

function encodeArray(values: readonly unknown[], type: ColumnType, column: string): string {
  if (type.family !== 'array') throw new ValueError('An array can be stored only in an array or JSONB column', column)
  return printArray(
    values.map(value => {
      if (Array.isArray(value)) throw new ValueError('CockroachDB does not support nested arrays', column)
      return value === undefined ? null : encodeText(value, ELEMENT, column)
    }),
  )
}

/** Elements of array columns: the server reads each by the array's own type. */
const ELEMENT: ColumnType = { family: 'timestamptz', array: 'text[]', cast: undefined }

function encodeDate(date: Date, family: ValueFamily, column: string): string {
  if (Number.isNaN(date.getTime())) throw new ValueError('An invalid Date cannot be stored', column)
  if (family !== 'date' && family !== 'timestamp') return isoYear(date.toISOString())
  const local = new Date(date.getTime())
  local.setUTCFullYear(date.getFullYear(), date.getMonth(), date.getDate())
  local.setUTCHours(date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds())
  const iso = isoYear(local.toISOString()).replace('Z', '')
  return family === 'date' ? iso.replace(/T[\d:.]+/, '') : iso
}

/** `+012026-…` and `-000043-…` are how ECMAScript writes years past 9999 and before 1; the database says `12026-…` and `0044-… BC`. */
function isoYear(iso: string): string {
  if (iso.startsWith('+')) return iso.slice(1).replace(/^0+(?=\d{4})/, '')
  if (!iso.startsWith('-')) return iso
  const year = 1 + Number(iso.slice(1, 7))
  return `${String(year).padStart(4, '0')}${iso.slice(7)} BC`
}
