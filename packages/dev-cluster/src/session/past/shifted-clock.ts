import { ErrorField } from '@cerci/wire'
import { timestampText } from '../../history/time-text.js'
import { NO_SINK } from '../backend/exchange.js'
import { internalSegment } from '../backend/segment.js'
import type { SessionContext } from '../session-context.js'
import { readsPast } from './historical-read.js'

/**
 * Makes `now()` and its kin another time for the statement that follows, as on a node whose clock is wrong. A transaction in the past
 * keeps the time it reads at.
 */
export async function shiftClock(context: SessionContext, offsetMs: number): Promise<void> {
  // A failed transaction takes no settings, and what runs in it gets no time.
  if (readsPast(context) || context.transaction?.phase === 'failed') return
  const time = timestampText(Math.round((Date.now() + offsetMs) * 1000))
  await setClock(context, time)
  context.clockShifted = true
  // Run again, the statement would have another time, and other results than the client has seen.
  context.transaction?.journal.giveUp()
}

/** Ends what {@link shiftClock} began, if anything. */
export async function restoreClock(context: SessionContext): Promise<void> {
  if (!context.clockShifted) return
  context.clockShifted = false
  // An aborted transaction takes the time back by itself.
  if (context.transaction?.phase !== 'failed') await setClock(context, '')
}

async function setClock(context: SessionContext, time: string): Promise<void> {
  const { transaction, implicitOpen } = context
  const scope = transaction === undefined ? 'SESSION' : 'LOCAL'
  const segment = internalSegment(`SET ${scope} crdb.read_time = '${time}'`)
  const { error } = await context.undisturbed(() =>
    context.backend.exchange(segment, implicitOpen ? 'flush' : 'sync', NO_SINK),
  )
  // The session would go on at a time that is none.
  if (error !== undefined) throw new Error(`PostgreSQL refused a clock: ${error.fields.get(ErrorField.Message)}`)
}
