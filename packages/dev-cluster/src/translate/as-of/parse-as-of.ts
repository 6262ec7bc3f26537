import type { AsOfClause, Range } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { AsOf, PastTime } from './as-of.js'
import { parseIntervalMicros } from './interval-micros.js'

/** How far back follower_read_timestamp() looks, https://www.cockroachlabs.com/docs/v26.2/follower-reads. */
const followerReadMicros = 4_200_000

/** Reads the time of an AS OF SYSTEM TIME clause. Throws CockroachDB's error for one that is not constant or no time. */
export function parseAsOfTime(clause: AsOfClause, rewrite: Rewrite): AsOf {
  const { time } = clause
  const first = rewrite.token(time.start)
  const call = time.parts.find(part => part.kind === 'call' && part.start === time.start && part.end === time.end)
  if (call?.kind === 'call') return parseCall(call.name.parts.at(-1) ?? '', call.args, rewrite)
  if (first.kind === 'word' && first.value === 'interval' && time.end - time.start === 2) {
    return exact(intervalTime(rewrite.token(time.start + 1).value))
  }
  const isCast = time.end - time.start === 3 && ['::', ':::'].includes(rewrite.token(time.start + 1).text)
  if (time.end - time.start === 1 || isCast) return exact(parseLiteral(first.kind, first.value))
  if (time.end - time.start === 2 && first.text === '-') {
    return exact(parseLiteral('number', `-${rewrite.token(time.start + 1).text}`))
  }
  throw notConstant()
}

function parseCall(name: string, args: readonly Range[], rewrite: Rewrite): AsOf {
  const value = literalArgument(args[0], rewrite)
  const nearestOnly = args[1] !== undefined && rewrite.token(args[1].start).value === 'true'
  switch (name) {
    case 'follower_read_timestamp':
    case 'experimental_follower_read_timestamp':
      return exact({ microsAgo: followerReadMicros })
    case 'with_max_staleness':
      return { mode: 'bounded', time: stalenessTime(value), nearestOnly }
    case 'with_min_timestamp':
      return { mode: 'bounded', time: agoTime(args[0], rewrite) ?? timestampTime(value) ?? fail(value), nearestOnly }
    default:
      throw notConstant()
  }
}

/** The text of an argument such as `'10s'`, `'10s'::INTERVAL` or `INTERVAL '10s'`. */
function literalArgument(argument: Range | undefined, rewrite: Rewrite): string {
  for (let index = argument?.start ?? 0; index < (argument?.end ?? 0); index++) {
    if (rewrite.token(index).kind === 'string') return rewrite.token(index).value
  }
  return ''
}

/** `now()`, or `now() - INTERVAL '10s'`, by any of the clock's names. */
function agoTime(argument: Range | undefined, rewrite: Rewrite): PastTime | undefined {
  if (!argument || !clocks.has(rewrite.token(argument.start).value)) return undefined
  let next = argument.start + 1
  if (rewrite.token(next).text === '(') next += 2
  if (next >= argument.end) return { microsAgo: 0 }
  const micros = parseIntervalMicros(literalArgument({ start: next, end: argument.end }, rewrite))
  if (micros === undefined || rewrite.token(next).text !== '-') return undefined
  return { microsAgo: micros }
}

const clocks: ReadonlySet<string> = new Set([
  'now',
  'current_timestamp',
  'transaction_timestamp',
  'statement_timestamp',
  'clock_timestamp',
])

function stalenessTime(text: string): PastTime {
  const micros = parseIntervalMicros(text)
  if (micros === undefined || micros < 0) {
    throw invalid('interval duration for with_max_staleness must be greater or equal to 0')
  }
  return { microsAgo: micros }
}

function parseLiteral(kind: string, value: string): PastTime {
  if (kind === 'string') {
    const stamp = timestampTime(value)
    if (stamp) return stamp
    if (/^\s*-?\d+(\.\d+)?\s*$/.test(value)) return clockTime(value)
    return intervalTime(value)
  }
  if (kind === 'number') return clockTime(value)
  throw notConstant()
}

/** Nanoseconds since the epoch, perhaps with a logical part after the dot: a hybrid logical clock reading. */
function clockTime(value: string): PastTime {
  const nanos = BigInt(value.trim().replace(/\.\d+$/, ''))
  if (nanos === 0n) throw invalid('zero timestamp is invalid')
  if (nanos < 0n) throw invalid(`timestamp before 1970-01-01T00:00:00Z is invalid`)
  return { epochMicros: Number(nanos / 1000n) }
}

function intervalTime(text: string): PastTime {
  const micros = parseIntervalMicros(text)
  if (micros === undefined) throw invalid(`value is neither timestamp, decimal, nor interval`)
  if (Math.abs(micros) < 1) throw invalid(`interval value '${text}' too small, absolute value must be >= 1µs`)
  return { microsAgo: -micros }
}

/** `2026-05-01`, `2026-05-01 10:00:00.5`, with T or blank, with or without an offset; UTC when it has none. */
function timestampTime(text: string): PastTime | undefined {
  const parts =
    /^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2}(?::\d{2})?)(\.\d+)?)?\s*(Z|UTC|[+-]\d{1,2}(?::?\d{2})?)?\s*$/i.exec(
      text,
    )
  if (!parts) return undefined
  const [, date = '', clock = '00:00', fraction = '', zone = 'Z'] = parts
  const seconds = Date.parse(`${date}T${clock.padStart(clock.length + (/^\d:/.test(clock) ? 1 : 0), '0')}Z`) / 1000
  if (Number.isNaN(seconds)) return undefined
  const micros = Number(`${fraction.slice(1)}000000`.slice(0, 6))
  return { epochMicros: (seconds - offsetSeconds(zone)) * 1_000_000 + micros }
}

function offsetSeconds(zone: string): number {
  const parts = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone)
  if (!parts) return 0
  return (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 3600 + Number(parts[3] ?? 0) * 60)
}

function exact(time: PastTime): AsOf {
  return { mode: 'exact', time }
}

function fail(text: string): never {
  throw invalid(`could not parse "${text}" as a timestamp`)
}

function invalid(message: string): SqlError {
  return new SqlError(sqlState.invalid_parameter_value, `AS OF SYSTEM TIME: ${message}`)
}

function notConstant(): SqlError {
  return new SqlError(
    sqlState.invalid_parameter_value,
    'AS OF SYSTEM TIME: only constant expressions, with_min_timestamp, with_max_staleness, or follower_read_timestamp are allowed',
  )
}
