import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'
import type { AsOf, PastTime } from '../translate/as-of/as-of.js'
import { hlcText } from './time-text.js'

/** The present, in microseconds since the Unix epoch. */
export interface Present {
  readonly now: number
  /** Until when every replica knows what was written. */
  readonly closed: number
}

/**
 * The time that AS OF SYSTEM TIME asks for, in microseconds since the Unix epoch.
 *
 * A bounded staleness read takes the freshest time that any replica can serve without asking the leaseholder; when its bound is later than
 * that, the leaseholder serves it at the bound.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/as-of-system-time
 * @see https://www.cockroachlabs.com/docs/v26.2/follower-reads#bounded-staleness-reads
 * @throws {SqlError} XXUUU for a time in the future, XCUBS when no replica is near and fresh enough
 */
export function wantedTime(asOf: AsOf, { now, closed }: Present): number {
  const time = epochMicrosOf(asOf.time, now)
  if (time > now) throw inTheFuture(time, now)
  if (asOf.mode === 'exact') return time
  if (asOf.nearestOnly && time > closed) throw unsatisfiable(time, closed)
  return Math.max(time, closed)
}

/**
 * The time to read at: the one wanted, if it is kept. A bounded staleness read may also take a later one.
 *
 * @throws {SqlError} XXUUU when nothing that old is kept
 */
export function readableTime(wanted: number, mode: AsOf['mode'], oldest: number): number {
  if (wanted >= oldest) return wanted
  if (mode === 'bounded') return oldest
  throw new SqlError(
    sqlState.uncategorized,
    `batch timestamp ${hlcText(wanted)} must be after replica GC threshold ${hlcText(oldest)}`,
    { hint: 'The dev cluster keeps the past for a limited time, and only since it was started.' },
  )
}

/** No time can be read. */
export function notKept(): SqlError {
  const now = hlcText(Date.now() * 1000)
  return new SqlError(sqlState.uncategorized, `batch timestamp must be after replica GC threshold ${now}`, {
    hint: 'This dev cluster was started to keep no past: historyWindowMs (--history-window) is none.',
  })
}

function epochMicrosOf(time: PastTime, now: number): number {
  return Math.floor('microsAgo' in time ? now - time.microsAgo : time.epochMicros)
}

function inTheFuture(time: number, now: number): SqlError {
  return new SqlError(
    sqlState.uncategorized,
    `AS OF SYSTEM TIME: cannot specify timestamp in the future (${hlcText(time)} > ${hlcText(now)})`,
  )
}

function unsatisfiable(bound: number, resolved: number): SqlError {
  return new SqlError(
    sqlState.unsatisfiable_bounded_staleness,
    `bounded staleness read with minimum timestamp bound of ${hlcText(bound)} could not be satisfied by a local resolved timestamp of ${hlcText(resolved)}`,
  )
}
