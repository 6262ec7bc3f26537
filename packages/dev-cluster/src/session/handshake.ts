import { type CancelRequest, parseStartup, type Startup } from '@cerci/wire'
import type { ClientSocket } from './client-socket.js'
import { isHttp } from './http-answer.js'

/** What a client that has just connected wants. */
export type Opening = (Startup | CancelRequest | { readonly name: 'HttpRequest' }) & {
  /** What it sent after that. */
  readonly rest: Buffer
}

/** How long a client may take to say what it wants; a sixth of PostgreSQL's `authentication_timeout`, as nobody types a password. */
const HANDSHAKE_MS = 10_000

const REFUSED = Buffer.from('N')

/**
 * Reads the frames that come before a session. Requests for encryption are answered with a plain no; this is where TLS begins when
 * the gateway has a certificate.
 *
 * @param mostMs after this the connection is closed
 * @returns undefined when the client has gone, or was too slow
 * @throws {ProtocolViolation}
 */
export async function readOpening(client: ClientSocket, mostMs: number = HANDSHAKE_MS): Promise<Opening | undefined> {
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
          client.write(REFUSED)
        }
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
    void client.closed.then(() => resolve(undefined))
  }).finally(() => clearTimeout(deadline))
  return opening
}
