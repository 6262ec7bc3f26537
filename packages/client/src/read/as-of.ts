import { OptionError } from '../errors/option-error.js'

/**
 * A time in the past: a `Date`; an ISO timestamp (`2026-01-02T03:04:05.123456Z`, UTC unless it names an offset); a negative interval
 * (`-10s`, `-1h30m`; units `us`, `ms`, `s`, `m`, `h`, `d`); nanoseconds or an HLC decimal as `cluster_logical_timestamp()` gives it
 * (`1767323045123456789.0000000001`); or `follower_read_timestamp()`.
 */
export type AsOf = Date | string

/**
 * The SQL expression for `AS OF SYSTEM TIME`, where placeholders are not allowed. What is not one of the forms of `AsOf` is
 * `CERCI_BAD_AS_OF`, so that nothing else can get into the statement.
 * https://www.cockroachlabs.com/docs/v26.2/as-of-system-time#parameters
 */
export function asOfExpression(asOf: AsOf): string {
  if (asOf instanceof Date) return timestampLiteral(asOf.getTime(), '', asOf)
  const text = asOf.trim()
  if (text.toLowerCase() === 'follower_read_timestamp()') return 'follower_read_timestamp()'
  if (text.startsWith('-') && DURATION.test(text.slice(1))) return `'${text}'`
  if (HLC.test(text)) return text
  return timestampExpression(text)
}

/** Whether it means another moment whenever it is read: an interval, or `follower_read_timestamp()`. */
export function isRelative(asOf: AsOf): boolean {
  return typeof asOf === 'string' && /^\s*[-f]/i.test(asOf)
}

/** `with_max_staleness('10s')`, for one statement outside a transaction. Bad intervals are `CERCI_BAD_AS_OF`. */
export function maxStalenessExpression(maxStaleness: string, nearestOnly: boolean): string {
  return `with_max_staleness('${duration(maxStaleness)}'${nearestOnly ? ', true' : ''})`
}

/** `with_min_timestamp('…')`, for one statement outside a transaction. Only a `Date` or an ISO timestamp will do. */
export function minTimestampExpression(minTimestamp: Date | string, nearestOnly: boolean): string {
  const literal =
    minTimestamp instanceof Date
      ? timestampLiteral(minTimestamp.getTime(), '', minTimestamp)
      : timestampExpression(minTimestamp.trim())
  return `with_min_timestamp(${literal}${nearestOnly ? ', true' : ''})`
}

/** A positive interval such as `10s`, checked. */
export function duration(text: string): string {
  if (!DURATION.test(text)) throw badAsOf(text)
  return text
}

const DURATION = /^(?:\d{1,12}(?:\.\d{1,9})?(?:us|ms|s|m|h|d)){1,6}$/
const HLC = /^\d{16,20}(?:\.\d{1,10})?$/
const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?$/i

function timestampExpression(text: string): string {
  const parts = TIMESTAMP.exec(text)
  if (!parts) throw badAsOf(text)
  const [, day = '', time = '', seconds = '00', fraction = '', zone = 'Z'] = parts
  return timestampLiteral(Date.parse(`${day}T${time}:${seconds}${isoZone(zone)}`), fraction, text)
}

function isoZone(zone: string): string {
  if (zone === 'Z' || zone === 'z') return 'Z'
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  return `${zone.charAt(0)}${digits.slice(0, 2)}:${digits.slice(2)}`
}

/** In UTC, so that the session's time zone has no say. `fraction` replaces the milliseconds, which `Date` would cut it to. */
function timestampLiteral(milliseconds: number, fraction: string, given: AsOf): string {
  if (Number.isNaN(milliseconds)) throw badAsOf(String(given))
  const iso = new Date(milliseconds).toISOString()
  const [day = '', time = ''] = iso.slice(0, -1).split('T')
  const seconds = fraction === '' ? time : `${time.slice(0, -4)}.${fraction}`
  return `'${day} ${seconds}+00:00'`
}

function badAsOf(value: string): OptionError {
  const known = 'a Date, an ISO timestamp, an interval such as -10s, an HLC timestamp or follower_read_timestamp()'
  return new OptionError('asOf', `${JSON.stringify(value)} is not ${known}`)
}
