import { type CancelRequest, ProtocolViolation, parseStartup, type Startup } from '@cerci/wire'
import type { ConnectionSecurity } from '../../security/connection-security.js'
import type { ClientSocket } from '../client/client-socket.js'
import { isHttp } from './http-answer.js'

/** What a client that has just connected wants. */
export type Opening = (Startup | CancelRequest | { readonly name: 'HttpRequest' }) & {
  /** What it sent after that. */
  readonly rest: Buffer
}

/** How long a client may take to say what it wants; a sixth of PostgreSQL's `authentication_timeout`, as nobody types a password. */
const HANDSHAKE_MS = 10_000

const REFUSED = Buffer.from('N')
const ENCRYPTED = Buffer.from('S')

/**
 * Reads the frames that come before a session. Requests for encryption are answered with a plain no, unless the cluster is secure.
 *
 * @param security with what a request for TLS is granted
 * @param mostMs after this the connection is closed
 * @returns undefined when the client has gone, or was too slow
 * @throws {ProtocolViolation}
 */
export async function readOpening(
  client: ClientSocket,
  security?: ConnectionSecurity,
  mostMs: number = HANDSHAKE_MS,
): Promise<Opening | undefined> {
  let received: Buffer = Buffer.alloc(0)
  const deadline = setTimeout(() => client.end(), mostMs)
  const opening = await new Promise<Opening | undefined>((resolve, reject) => {
    client.receive(chunk => {
      received = Buffer.concat([received, chunk])
      if (isHttp(received)) {
        client.pause()
        resolve({ name: 'HttpRequest', rest: received })
        return
      }
      try {
        for (let frame = parseStartup(received); frame !== undefined; frame = parseStartup(received)) {
          const { message, end } = frame
          received = received.subarray(end)
          if (message.name === 'StartupMessage' || message.name === 'CancelRequest') {
            client.pause()
            resolve({ ...message, rest: received })
            return
          }
          if (security === undefined || message.name !== 'SSLRequest' || client.peer !== undefined) {
            client.write(REFUSED)
            continue
          }
          // What came before encryption must not count as encrypted.
          if (received.length > 0)
            throw new ProtocolViolation('WIRE_VALUE_INVALID', 'unencrypted bytes after a request for TLS')
          client.write(ENCRYPTED)
          client.startTls(security).catch(reject)
          return
        }
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
    void client.closed.then(() => resolve(undefined))
  }).finally(() => clearTimeout(deadline))
  return opening
}
