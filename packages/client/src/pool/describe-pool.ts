import type { Connections } from './connections.js'

/** One sentence for the message of an acquire timeout: what the pool was doing meanwhile. */
export function describePool(connections: Connections, waitedMs: number): string {
  const { settings, topology, waiters, clients } = connections
  const busy = clients.size - connections.idle
  const nodes = [...topology.endpoints.values()].map(endpoint => {
    const trouble =
      endpoint.state === 'up'
        ? ''
        : `, ${endpoint.state}${endpoint.lastError instanceof Error ? ` (${endpoint.lastError.message})` : ''}`
    return `${endpoint.label} ${endpoint.connections}${trouble}`
  })
  return [
    `No connection became free within ${Math.round(waitedMs)} ms:`,
    `of at most ${settings.max}, ${busy} were in use, ${connections.idle} idle and ${connections.connecting} connecting,`,
    `and ${waiters.size} more ${waiters.size === 1 ? 'caller waits' : 'callers wait'}.`,
    `Connections by node: ${nodes.join('; ')}.`,
  ].join(' ')
}
