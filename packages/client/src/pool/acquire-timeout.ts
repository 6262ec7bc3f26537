import { PoolTimeoutError } from '../errors/connection-errors.js'
import type { Connections } from './connections.js'
import type { Endpoint } from './nodes/endpoint.js'

/** Why a caller got no connection in the time it had: with none open, nothing was in use, and so nothing could have become free. */
export function acquireTimeout(connections: Connections, waitedMs: number): PoolTimeoutError {
  const { clients, settings, states, topology } = connections
  const within = `within ${Math.round(waitedMs)} ms`
  const endpoints = [...topology.endpoints.values()]
  if (clients.size === 0) {
    const reasons = endpoints.map(endpoint => `${endpoint.label}${troubleOf(endpoint) || ' has not answered yet'}`)
    return new PoolTimeoutError(
      `No node could be reached ${within}: ${reasons.join('; ')}.`,
      states.unreachable(),
      'unreachable',
    )
  }
  const nodes = endpoints.map(
    endpoint => `${endpoint.label} ${endpoint.connections}${troubleOf(endpoint) && `,${troubleOf(endpoint)}`}`,
  )
  const detail = `No connection became free ${within}: ${describe(connections)} Connections by node: ${nodes.join('; ')}.`
  return new PoolTimeoutError(detail, states.lastError, clients.size < settings.max ? 'short' : 'busy')
}

/** What the pool was doing meanwhile. */
function describe({ settings, waiters, clients, idle, connecting }: Connections): string {
  return [
    `of at most ${settings.max}, ${clients.size - idle} were in use, ${idle} idle and ${connecting} connecting,`,
    `and ${waiters.size} more ${waiters.size === 1 ? 'caller waits' : 'callers wait'}.`,
  ].join(' ')
}

function troubleOf({ state, since, lastError }: Endpoint): string {
  if (state === 'up') return ''
  const reason = lastError instanceof Error ? ` (${lastError.message})` : ''
  return ` ${state}${since === undefined ? '' : ` since ${since.toISOString()}`}${reason}`
}
