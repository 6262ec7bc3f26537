import { type AuthenticationRequest, FrameReader, FrontendCode, parseFrontendAs, serializeBackend } from '@cerci/wire'
import type { Engine } from '../engine/engine.js'
import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'
import type { ClientSocket } from '../session/client/client-socket.js'
import { ScramExchange } from './scram.js'

/** How a client showed who it is, as SHOW SESSIONS names it. */
export type AuthenticationMethod = 'insecure' | 'cert' | 'scram-sha-256'

const MECHANISM = 'SCRAM-SHA-256'
/** How long a client may take to give its password. */
const PASSWORD_MS = 60_000
/** No message of an exchange comes near it. */
const MAX_FRAME_BYTES = 10_000

/**
 * Makes sure that the client is who it says: with a certificate, whose common name must be the user's, else with a password. This is
 * CockroachDB's default, `cert-password`.
 *
 * @param rest what came with the startup message; replaced by what came with the last message
 * @see https://www.cockroachlabs.com/docs/v26.2/security-reference/authentication
 * @throws {SqlError}
 */
export async function authenticate(
  engine: Pick<Engine, 'query'>,
  client: ClientSocket,
  user: string,
  rest: Buffer,
): Promise<{ readonly method: AuthenticationMethod; readonly rest: Buffer }> {
  const { peer } = client
  if (peer === undefined) {
    throw new SqlError(sqlState.protocol_violation, 'node is running secure mode, SSL connection required')
  }
  if (peer.commonName !== undefined) {
    if (peer.trusted && peer.commonName === user) return { method: 'cert', rest }
    throw new SqlError(sqlState.invalid_authorization, `certificate authentication failed for user "${user}"`, {
      detail: peer.trusted
        ? `The certificate is for "${peer.commonName}".`
        : 'The certificate was not issued by the authority of this cluster.',
    })
  }
  return { method: 'scram-sha-256', rest: await askPassword(engine, client, user, rest) }
}

const STORED = `
SELECT rolpassword AS verifier, coalesce(rolvaliduntil < now(), false)::text AS expired
FROM pg_authid WHERE rolname = $1 AND NOT rolsuper`

async function askPassword(
  engine: Pick<Engine, 'query'>,
  client: ClientSocket,
  user: string,
  rest: Buffer,
): Promise<Buffer> {
  const [stored] = await engine.query('system', STORED, [user])
  const exchange = new ScramExchange(stored?.verifier ?? undefined)
  const messages = new PasswordMessages(client, rest)
  try {
    send(client, { kind: 'SASL', mechanisms: [MECHANISM] })
    const initial = parseFrontendAs('SASLInitialResponse', ...(await messages.next()))
    const challenge = initial.mechanism === MECHANISM ? exchange.begin(textOf(initial.data)) : undefined
    if (challenge === undefined) throw failed(user)
    send(client, { kind: 'SASLContinue', data: Buffer.from(challenge) })
    const { data } = parseFrontendAs('SASLResponse', ...(await messages.next()))
    const last = exchange.finish(Buffer.from(data).toString('utf8'))
    if (last === undefined) throw failed(user)
    if (stored?.expired === 'true') throw new SqlError(sqlState.invalid_password, 'password is expired')
    send(client, { kind: 'SASLFinal', data: Buffer.from(last) })
    return messages.rest()
  } finally {
    messages.stop()
  }
}

function textOf(data: Uint8Array | null): string {
  return data === null ? '' : Buffer.from(data).toString('utf8')
}

function failed(user: string): SqlError {
  return new SqlError(sqlState.invalid_password, `password authentication failed for user ${user}`)
}

function send(client: ClientSocket, request: AuthenticationRequest): void {
  client.write(serializeBackend({ name: 'Authentication', request }))
}

/** The client's answers, one by one. */
class PasswordMessages {
  readonly #client: ClientSocket
  readonly #deadline: NodeJS.Timeout
  #received: Buffer
  #wake: () => void = () => undefined

  constructor(client: ClientSocket, rest: Buffer) {
    this.#client = client
    this.#received = rest
    this.#deadline = setTimeout(() => client.end(), PASSWORD_MS)
    client.receive(chunk => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    client.resume()
    void client.closed.then(() => this.#wake())
  }

  /** @throws {SqlError} when the client leaves, or sends something else */
  async next(): Promise<[buffer: Buffer, bodyStart: number, end: number]> {
    for (;;) {
      const reader = new FrameReader()
      reader.push(this.#received)
      if (reader.next()) {
        const { code, buffer, bodyStart, end } = reader
        if (code !== FrontendCode.PasswordMessage) throw unexpected()
        this.#received = this.#received.subarray(end)
        return [buffer, bodyStart, end]
      }
      if (this.#client.ended) throw new SqlError(sqlState.protocol_violation, 'the client left without a password')
      if (this.#received.length > MAX_FRAME_BYTES) throw unexpected()
      await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }

  rest(): Buffer {
    return this.#received
  }

  stop(): void {
    clearTimeout(this.#deadline)
    this.#client.pause()
  }
}

function unexpected(): SqlError {
  return new SqlError(sqlState.protocol_violation, 'expected a message with a password')
}
