import type { Socket } from 'node:net'
import type pg from 'pg'
import { parseLocality } from '../../cluster/locality.js'
import type { Settings } from '../../cluster/settings.js'
import type { TlsPolicy } from '../../cluster/tls.js'
import { isServerError } from '../../errors/from-server.js'
import type { ClientContext } from '../connection/client-context.js'
import { PooledClient } from '../connection/pooled-client.js'
import type { Endpoint } from '../nodes/endpoint.js'
import type { Topology } from '../nodes/topology.js'
import { LoginError, passwordFor } from './login-error.js'
import { openSocket, type SocketTarget } from './open-socket.js'

/**
 * Opens a connection: socket, TLS, login, and the question which node this is. The connection is ready for use, but nobody's yet.
 *
 * @throws the error of the name, of the socket, of TLS, of the server, or of `onConnect`
 */
export async function connectClient(
  endpoint: Endpoint,
  settings: Settings,
  topology: Topology,
  context: ClientContext,
): Promise<PooledClient> {
  if (endpoint.unresolved !== undefined) throw endpoint.unresolved
  const limit = AbortSignal.timeout(settings.connectTimeoutMs)
  try {
    return await logIn(endpoint, settings, settings.tls, topology, context, limit)
  } catch (error) {
    // sslmode=allow: without TLS first, and with it if the server insists.
    if (settings.tls.mode !== 'allow' || !isServerError(error)) throw error
    return await logIn(endpoint, settings, { ...settings.tls, mode: 'require' }, topology, context, limit)
  }
}

/**
 * Asks the server to cancel what the client runs; resolves when the server has closed that connection. The server has to be first: to PgBouncer 1.18
 * a client that says goodbye with its request is a fatal error.
 */
export async function cancelClient(client: PooledClient, settings: Settings): Promise<void> {
  const session = sessionOf(client)
  if (session === undefined) return
  const limit = AbortSignal.timeout(settings.connectTimeoutMs)
  const target = targetOf(client.endpoint, settings)
  const socket = await openSocket(target, settings.tls, settings.keepAliveDelayMs, limit)
  const message = Buffer.alloc(16)
  message.writeInt32BE(16, 0)
  message.writeInt32BE(80_877_102, 4)
  message.writeInt32BE(session.processId, 8)
  message.writeInt32BE(session.secretKey, 12)
  await new Promise<void>(resolve => {
    socket.on('error', () => {})
    socket.on('close', () => resolve())
    socket.resume()
    socket.write(message)
    limit.addEventListener('abort', () => socket.destroy(), { once: true })
  })
}

/** Where an endpoint's sockets go. */
export function targetOf(endpoint: Endpoint, settings: Settings): SocketTarget {
  const { address } = endpoint
  return { ...(settings.mapAddress?.(address) ?? address), servername: endpoint.name }
}

async function logIn(
  endpoint: Endpoint,
  settings: Settings,
  tls: TlsPolicy,
  topology: Topology,
  context: ClientContext,
  limit: AbortSignal,
): Promise<PooledClient> {
  const socket = await openSocket(targetOf(endpoint, settings), tls, settings.keepAliveDelayMs, limit)
  const client = new PooledClient(
    clientConfig(endpoint, settings, socket),
    endpoint,
    topology.anonymousNode(endpoint),
    context,
  )
  const cut = (): void => client.destroy(new Error(`No login within ${settings.connectTimeoutMs} ms`))
  limit.addEventListener('abort', cut, { once: true })
  const asked = watchForPassword(client)
  try {
    await client.connect()
    client.node = await introduce(client, endpoint, topology)
    await settings.onConnect?.(client)
    return client
  } catch (error) {
    client.destroy(error)
    if (asked() && !hasPassword(client))
      throw new LoginError('The server asks for a password, and none is given', { cause: error })
    throw client.fatal instanceof Error ? client.fatal : error
  } finally {
    limit.removeEventListener('abort', cut)
  }
}

/** Whether the server has asked for a password. */
function watchForPassword(client: PooledClient): () => boolean {
  let asked = false
  for (const event of ['authenticationSASL', 'authenticationCleartextPassword', 'authenticationMD5Password'])
    client.connection.once(event, () => {
      asked = true
    })
  return () => asked
}

/** node-postgres also takes one from PGPASSWORD and from ~/.pgpass. */
function hasPassword(client: PooledClient): boolean {
  return typeof Reflect.get(client, 'password') === 'string' || typeof Reflect.get(client, 'password') === 'function'
}

function clientConfig(endpoint: Endpoint, settings: Settings, socket: Socket): pg.ClientConfig {
  return {
    host: endpoint.name,
    port: endpoint.address.port,
    user: settings.user,
    password: passwordFor(settings.password),
    database: settings.database,
    application_name: settings.applicationName,
    options: settings.startupOptions,
    statement_timeout: settings.statementTimeoutMs,
    idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs,
    lock_timeout: settings.lockTimeoutMs,
    types: settings.types,
    enableChannelBinding: settings.channelBinding,
    ssl: false, // the socket is encrypted already where it has to be
    stream: () => alreadyConnected(socket),
  }
}

/** `pg` connects the stream that it is given; this one is connected, and only says so. */
function alreadyConnected(socket: Socket): Socket {
  const value = (): Socket => {
    process.nextTick(() => socket.emit('connect'))
    return socket
  }
  return Object.defineProperty(socket, 'connect', { value })
}

/** Asks for node id, locality and version in one round trip. A server that does not know the question is a node without a name. */
async function introduce(client: PooledClient, endpoint: Endpoint, topology: Topology): Promise<PooledClient['node']> {
  if (!endpoint.introduces) return client.node
  try {
    const answers: unknown = await client.query('SHOW node_id; SHOW locality; SHOW crdb_version')
    const [id, locality, version] = Array.isArray(answers) ? answers.map(firstValue) : []
    if (id === undefined || !/^\d+$/.test(id)) return client.node
    const node = topology.introduced(
      endpoint,
      Number(id),
      locality === undefined ? undefined : parseLocality(locality, 'SHOW locality'),
    )
    node.version = /\bv\d+\.\d+\.\d+\S*/.exec(version ?? '')?.[0]
    return node
  } catch (error) {
    if (!client.isUsable || !isServerError(error)) throw error
    endpoint.introduces = false
    return client.node
  }
}

function firstValue(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('rows' in answer) || !Array.isArray(answer.rows))
    return undefined
  const row: unknown = answer.rows[0]
  const value: unknown = typeof row === 'object' && row !== null ? Object.values(row)[0] : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** pg keeps the key for cancel requests on the client, outside of its types. */
function sessionOf(client: PooledClient): { processId: number; secretKey: number } | undefined {
  const processId: unknown = Reflect.get(client, 'processID')
  const secretKey: unknown = Reflect.get(client, 'secretKey')
  return typeof processId === 'number' && typeof secretKey === 'number' ? { processId, secretKey } : undefined
}
