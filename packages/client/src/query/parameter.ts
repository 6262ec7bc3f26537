import { isDate } from 'node:util/types'
import { defaults } from 'pg'

/**
 * What goes over the wire for a value: text, bytes, or NULL. The same as node-postgres sends:
 * dates with the process' time zone, arrays as array literals, other objects as JSON, `toPostgres()` where there is one.
 * https://node-postgres.com/features/types
 */
export function prepareParameter(value: unknown): string | Buffer | null {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return null
  if (typeof value === 'object') return prepareObject(value, [])
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  throw new TypeError(`A parameter is a ${typeof value}, which no column can hold.`)
}

function prepareObject(value: object, seen: readonly object[]): string | Buffer | null {
  if (Buffer.isBuffer(value)) return value
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (isDate(value)) return dateLiteral(value)
  if (Array.isArray(value)) return arrayLiteral(value)
  if ('toPostgres' in value && typeof value.toPostgres === 'function') {
    if (seen.includes(value)) throw new TypeError('A value refers to itself in toPostgres().')
    const converted: unknown = value.toPostgres(prepareParameter)
    return typeof converted === 'object' && converted !== null
      ? prepareObject(converted, [...seen, value])
      : prepareParameter(converted)
  }
  return JSON.stringify(value) ?? null
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function arrayLiteral(items: readonly unknown[]): string {
  return `{${items.map(arrayElement).join(',')}}`
}

function arrayElement(item: unknown): string {
  if (Array.isArray(item)) return arrayLiteral(item)
  const prepared = prepareParameter(item)
  if (prepared === null) return 'NULL'
  if (typeof prepared !== 'string') return `\\\\x${prepared.toString('hex')}`
  return `"${prepared.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function dateLiteral(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new RangeError('A parameter is an invalid Date.')
  if (defaults.parseInputDatesAsUTC === true) return utcLiteral(date)
  const offset = -date.getTimezoneOffset()
  const zone = Math.abs(offset)
  return literal(
    [
      date.getFullYear(),
      date.getMonth() + 1,
      date.getDate(),
      date.getHours(),
      date.getMinutes(),
      date.getSeconds(),
      date.getMilliseconds(),
    ],
    `${offset < 0 ? '-' : '+'}${padded(Math.floor(zone / 60), 2)}:${padded(zone % 60, 2)}`,
  )
}

function utcLiteral(date: Date): string {
  return literal(
    [
      date.getUTCFullYear(),
      date.getUTCMonth() + 1,
      date.getUTCDate(),
      date.getUTCHours(),
      date.getUTCMinutes(),
      date.getUTCSeconds(),
      date.getUTCMilliseconds(),
    ],
    '+00:00',
  )
}

/** JavaScript counts the year before 1 as 0, SQL as 1 BC. */
function literal(
  [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0, ms = 0]: readonly number[],
  zone: string,
): string {
  const [shown, era] = year < 1 ? [1 - year, ' BC'] : [year, '']
  return `${padded(shown, 4)}-${padded(month, 2)}-${padded(day, 2)}T${padded(hours, 2)}:${padded(minutes, 2)}:${padded(seconds, 2)}.${padded(ms, 3)}${zone}${era}`
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}
