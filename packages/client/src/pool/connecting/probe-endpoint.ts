import { connect } from 'node:net'
import type { Settings } from '../../cluster/settings.js'
import type { Endpoint } from '../nodes/endpoint.js'
import { targetOf } from './connect-client.js'
import { askForTls } from './open-socket.js'

/** Asks a node for a sign of life, without logging in. Returns why there was none. */
export async function probeEndpoint(endpoint: Endpoint, settings: Settings, timeoutMs: number): Promise<unknown> {
  if (endpoint.unresolved !== undefined) return endpoint.unresolved
  const { host, port } = targetOf(endpoint, settings)
  const socket = host.startsWith('/') ? connect({ path: `${host}/.s.PGSQL.${port}` }) : connect({ host, port })
  const timer = setTimeout(
    () => socket.destroy(new Error(`${endpoint.label} gave no sign of life within ${timeoutMs} ms`)),
    timeoutMs,
  )
  try {
    await askForTls(socket)
    return undefined
  } catch (error) {
    return error
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}
