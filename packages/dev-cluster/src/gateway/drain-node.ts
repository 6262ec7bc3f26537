import { setTimeout as sleep } from 'node:timers/promises'
import { parseDurationMs } from '../variables/parse-duration.js'
import type { NodeListener } from './node-listener.js'

/**
 * Drains a node as CockroachDB does. Cluster settings say how long each phase may take:
 *
 * 1. `server.shutdown.initial_wait`: nothing happens, so that load balancers can notice that the node is not ready.
 * 2. `server.shutdown.connections.timeout`: new connections are refused; clients may leave by themselves.
 * 3. `server.shutdown.transactions.timeout`: connections without a transaction are closed, the others when theirs has ended; at last all.
 *
 * Distributed queries and leases, which CockroachDB waits for after that (again
 * `server.shutdown.transactions.timeout`, `server.shutdown.lease_transfer_iteration.timeout`), do not exist here, so those phases take no time.
 *
 * Settles when no connection is left, or the node is gone.
 * @see https://www.cockroachlabs.com/docs/v26.2/node-shutdown#draining
 */
export async function drainNode(listener: NodeListener, setting: (name: string) => string): Promise<void> {
  const waitMs = (name: string): number => parseDurationMs(setting(`server.shutdown.${name}`)) ?? 0
  await pause(waitMs('initial_wait'), listener)
  listener.refuse()
  await sessionsEnded(listener, waitMs('connections.timeout'))
  for (const session of listener.sessions) session.drain()
  await sessionsEnded(listener, waitMs('transactions.timeout'))
  listener.endOpenings()
  for (const session of listener.sessions) session.shutDown()
  await Promise.all(Array.from(listener.sessions, session => session.ended))
}

/** Waits until every session has ended, but not longer than `mostMs`. */
async function sessionsEnded(listener: NodeListener, mostMs: number): Promise<void> {
  if (listener.sessions.size === 0 || mostMs === 0) return
  const enough = new AbortController()
  const ended = Promise.all(Array.from(listener.sessions, session => session.ended)).then(() => enough.abort())
  await Promise.race([ended, pause(mostMs, listener, enough.signal)])
  enough.abort()
}

async function pause(ms: number, { gone }: NodeListener, enough?: AbortSignal): Promise<void> {
  if (ms === 0) return
  const signal = enough === undefined ? gone : AbortSignal.any([gone, enough])
  // Cut short, it has done its duty as well.
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
