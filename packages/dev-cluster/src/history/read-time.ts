import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'
import type { AsOf, PastTime } from '../translate/as-of/as-of.js'
import { hlcText } from './time-text.js'

/** What bounds the times that can be read, in microseconds since the Unix epoch. */
export interface TimeBounds {
  readonly now: number
  /** Before this, nothing is known any more. */
  readonly oldest: number
  /** How far a replica's data lags behind, in microseconds: CockroachDB's `kv.closed_timestamp.target_duration`. */
  readonly closedLag: number
}

/**
 * The time that AS OF SYSTEM TIME means, in microseconds since the Unix epoch.
 *
 * A bounded staleness read takes the freshest time that any replica can serve without asking the leaseholder, which
 * is `closedLag` ago; when its bound is later than that, the leaseholder serves it at the bound.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/as-of-system-time
 * @see https://www.cockroachlabs.com/docs/v26.2/follower-reads#bounded-staleness-reads
 * @throws {SqlError} XXUUU for a time in the future or before the oldest, XCUBS when no replica is near enough
 */
export function readTime(asOf: AsOf, bounds: TimeBounds): number {
  const asked = epochMicrosOf(asOf.time, bounds.now)
  if (asked > bounds.now) throw inTheFuture(asked, bounds.now)
  const time = asOf.mode === 'bounded' ? freshest(asked, asOf.nearestOnly, bounds) : asked
  if (time < bounds.oldest) throw collected(time, bounds.oldest)
  return time
}

function epochMicrosOf(time: PastTime, now: number): number {
  return Math.floor('microsAgo' in time ? now - time.microsAgo : time.epochMicros)
}

function freshest(earliest: number, nearestOnly: boolean, { now, oldest, closedLag }: TimeBounds): number {
  const closed = now - closedLag
  if (nearestOnly && earliest > closed) throw unsatisfiable(earliest, closed)
  return Math.max(earliest, closed, oldest)
}

function inTheFuture(time: number, now: number): SqlError {
  return new SqlError(
    sqlState.uncategorized,
    `AS OF SYSTEM TIME: cannot specify timestamp in the future (${hlcText(time)} > ${hlcText(now)})`,
  )
}

/** The time is out of the window that is kept, or before it. */
export function collected(time: number, oldest: number): SqlError {
  return new SqlError(
    sqlState.uncategorized,
    `batch timestamp ${hlcText(time)} must be after replica GC threshold ${hlcText(oldest)}`,
    { hint: 'The dev cluster keeps the past for a limited time, and only since it was started.' },
  )
}

function unsatisfiable(bound: number, resolved: number): SqlError {
  return new SqlError(
    sqlState.unsatisfiable_bounded_staleness,
    `bounded staleness read with minimum timestamp bound of ${hlcText(bound)} could not be satisfied by a local resolved timestamp of ${hlcText(resolved)}`,
  )
}
