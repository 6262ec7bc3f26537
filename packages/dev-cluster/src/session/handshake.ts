import { type CancelRequest, parseStartup, type Startup } from '@cerci/wire'
import type { ClientSocket } from './client-socket.js'

/** What a client that has just connected wants. */
export type Opening = (Startup | CancelRequest) & {
  /** What it sent after that. */
  readonly rest: Buffer
}

const REFUSED = Buffer.from('N')

/**
 * Reads the frames that come before a session. Requests for encryption are answered with a plain no; this is where TLS begins when
 * the gateway has a certificate.
 *
 * @returns undefined when the client has gone
 * @throws {ProtocolViolation}
 */
export async function readOpening(client: ClientSocket): Promise<Opening | undefined> {
  let received: Buffer = Buffer.alloc(0)
  const opening = await new Promise<Opening | undefined>((resolve, reject) => {
    client.receive(chunk => {
      received = Buffer.concat([received, chunk])
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
  })
  return opening
}
