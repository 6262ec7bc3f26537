import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { TlsPolicy } from '../../cluster/tls.js'
import { asError } from '../settle.js'
import { StartupRefusedError } from './startup-refused-error.js'

/** Where to connect, and under which name the server's certificate is checked. */
export interface SocketTarget {
  /** Name, IP address, or the folder of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly servername: string
}

/**
 * Opens a socket, encrypted as the policy asks, and keeps it usable for the startup packet. Done here rather than by `pg`, because
 * `pg` knows no `prefer` and hides what a server says when it refuses before TLS.
 *
 * @param signal Ends the attempt.
 */
export async function openSocket(
  target: SocketTarget,
  tls: TlsPolicy,
  keepAliveDelayMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  const isUnixSocket = target.host.startsWith('/')
  const socket = isUnixSocket
    ? connect({ path: `${target.host}/.s.PGSQL.${target.port}` })
    : connect({
        host: target.host,
        port: target.port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: keepAliveDelayMs,
      })
  const abort = (): void => void socket.destroy(asError(signal.reason))
  signal.addEventListener('abort', abort, { once: true })
  try {
    await once(socket, 'connect')
    if (isUnixSocket || tls.mode === 'disable' || tls.mode === 'allow') return socket
    if (tls.negotiation === 'direct')
      return await encrypt(socket, target, { ...tls, options: { ...tls.options, ALPNProtocols: ['postgresql'] } })
    if (await askForTls(socket)) return await encrypt(socket, target, tls)
    if (tls.mode === 'prefer') return socket
    throw new Error(`The server does not support TLS, which sslmode=${tls.mode} demands`)
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Asks whether the server would encrypt. Any answer means that it lives. https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL */
export async function askForTls(socket: Socket): Promise<boolean> {
  socket.write(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]))
  const answer = await firstBytes(socket)
  const letter = answer[0]
  if (letter === 0x45) throw new StartupRefusedError(answer)
  if (letter !== 0x53 && letter !== 0x4e)
    throw new Error('The server does not speak the PostgreSQL protocol; is this another port of the node?')
  if (answer.length !== 1) throw new Error('The server sent unencrypted data before TLS began') // CVE-2021-23222
  return letter === 0x53
}

async function encrypt(socket: Socket, target: SocketTarget, tls: TlsPolicy): Promise<TLSSocket> {
  // A server name must not be an IP address (RFC 6066); tls.connect then checks `host`.
  const name = isIP(target.servername) === 0 ? { servername: target.servername } : {}
  const encrypted = connectTls({ socket, host: target.servername, ...name, ...tls.options })
  try {
    await once(encrypted, 'secureConnect')
  } catch (error) {
    if (error instanceof Error && 'code' in error && unknownAuthority.has(String(error.code)))
      error.message += '; the certificate of its authority goes into sslrootcert'
    throw error
  }
  return encrypted
}

/** https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes */
const unknownAuthority: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

function firstBytes(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      socket.off('data', onData)
      socket.off('error', onError)
      socket.off('close', onClose)
      done()
    }
    const onData = (data: Buffer): void => settle(() => resolve(data))
    const onError = (error: Error): void => settle(() => reject(error))
    const onClose = (): void => settle(() => reject(new Error('The server closed the connection')))
    socket.on('data', onData)
    socket.on('error', onError)
    socket.on('close', onClose)
  })
}

function once(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      socket.off(event, onEvent)
      socket.off('error', onError)
      socket.off('close', onClose)
      done()
    }
    const onEvent = (): void => settle(resolve)
    const onError = (error: Error): void => settle(() => reject(error))
    const onClose = (): void => settle(() => reject(new Error('The server closed the connection')))
    socket.on(event, onEvent)
    socket.on('error', onError)
    socket.on('close', onClose)
  })
}
