import { setTimeout as sleep } from 'node:timers/promises'
import { PoolClosedError } from '../errors/connection-errors.js'
import type { Connections } from './connections.js'

/** Waits until nothing is in use; at the deadline cancels what runs on the server, except COMMITs, which are worth waiting for, and at last cuts it. */
export async function closeConnections(
  connections: Connections,
  empty: Promise<void>,
  deadlineMs: number,
): Promise<void> {
  if (await within(empty, deadlineMs)) return
  connections.expire(new PoolClosedError('The pool was closed before a connection became free.'))
  const running = [...connections.clients].filter(
    client => client.running !== undefined && client.running.statement.kind !== 'commit',
  )
  for (const client of connections.clients) client.retire ??= 'closing'
  for (const client of running) client.cancelledByClose = true
  await within(Promise.allSettled(running.map(client => client.cancel())), cancelWaitMs)
  if (await within(empty, cancelWaitMs)) return
  for (const client of connections.clients)
    client.destroy(new PoolClosedError('The pool was closed while the connection was in use.'))
  await within(empty, cancelWaitMs)
}

/** Milliseconds for each of the steps after the deadline. */
const cancelWaitMs = 1_000

async function within(done: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController()
  const late = async (): Promise<boolean> => {
    await sleep(ms, undefined, { signal: timer.signal }).catch(() => {})
    return false
  }
  const inTime = async (): Promise<boolean> => {
    await done
    return true
  }
  const result = await Promise.race([inTime(), late()])
  timer.abort()
  return result
}
