/**
 * CockroachDB's text form of a TIMESTAMPTZ as ISO 8601 in UTC, with its microseconds: `2026-01-02T03:04:05.123456Z`.
 * `infinity` and `-infinity` stay as they are. https://www.cockroachlabs.com/docs/v26.2/timestamp
 */
export function isoTimestamp(text: string): string {
  const parts = TIMESTAMP.exec(text)
  if (!parts) return text
  const micros = (parts[7] ?? '').padEnd(6, '0')
  const milliseconds = wallClock(parts) - offsetOf(parts[8] ?? '')
  return `${isoSeconds(milliseconds)}.${micros}Z`
}

/** A TIMESTAMP without time zone, as ISO 8601 without zone: `2026-01-02T03:04:05.123456`. */
export function isoLocalTimestamp(text: string): string {
  const parts = TIMESTAMP.exec(text)
  if (!parts) return text
  return `${isoSeconds(wallClock(parts))}.${(parts[7] ?? '').padEnd(6, '0')}`
}

/** A TIMESTAMP without time zone, or a DATE, taken as UTC. Infinite times give an invalid Date, as no Date can say it. */
export function utcDate(text: string): Date {
  const parts = TIMESTAMP.exec(text)
  if (!parts) return new Date(Number.NaN)
  return new Date(wallClock(parts) + Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3)))
}

/** Year, month, day, hour, minute, second, fraction, offset, BC; the time may be missing, as in a DATE. */
const TIMESTAMP =
  /^(\d{4,})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?( BC)?$/

function wallClock(parts: RegExpExecArray): number {
  const year = parts[9] ? 1 - Number(parts[1]) : Number(parts[1])
  const date = new Date(0)
  date.setUTCFullYear(year, Number(parts[2]) - 1, Number(parts[3])) // Date.UTC takes the years 0 to 99 for 1900 to 1999
  date.setUTCHours(Number(parts[4] ?? 0), Number(parts[5] ?? 0), Number(parts[6] ?? 0))
  return date.getTime()
}

function offsetOf(zone: string): number {
  if (zone === '' || zone === 'Z') return 0
  const digits = zone.replaceAll(':', '').slice(1).padEnd(6, '0')
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4))
  return (zone.startsWith('-') ? -seconds : seconds) * 1000
}

function isoSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, -5)
}
