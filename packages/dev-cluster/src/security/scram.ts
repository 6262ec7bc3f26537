import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** What PostgreSQL keeps of a password. */
interface ScramVerifier {
  readonly iterations: string
  readonly salt: string
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

/**
 * The server's side of SCRAM-SHA-256, without channel binding, as CockroachDB has it: one exchange for one connection. It takes as long
 * for a user without a password as for one with, and then fails.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5802 and https://www.rfc-editor.org/rfc/rfc7677
 */
export class ScramExchange {
  readonly #verifier: ScramVerifier
  readonly #known: boolean
  #clientFirst = ''
  #serverFirst = ''
  #nonce = ''

  /** @param stored `SCRAM-SHA-256$…` as in PostgreSQL's pg_authid; undefined when there is none */
  constructor(stored: string | undefined) {
    const verifier = stored === undefined ? undefined : parseVerifier(stored)
    this.#known = verifier !== undefined
    this.#verifier = verifier ?? {
      iterations: '4096',
      salt: randomBytes(16).toString('base64'),
      storedKey: randomBytes(32),
      serverKey: randomBytes(32),
    }
  }

  /** Answers the client's first message; undefined when it is none. */
  begin(message: string): string | undefined {
    const [, bare = ''] = /^[ny],[^,]*,(.*)$/s.exec(message) ?? []
    const [, nonce] = /^n=[^,]*,r=([\x21-\x2b\x2d-\x7e]+)/.exec(bare) ?? []
    if (nonce === undefined) return undefined
    this.#clientFirst = bare
    this.#nonce = nonce + randomBytes(18).toString('base64')
    this.#serverFirst = `r=${this.#nonce},s=${this.#verifier.salt},i=${this.#verifier.iterations}`
    return this.#serverFirst
  }

  /** The last word to a client that knows the password; undefined for any other. */
  finish(message: string): string | undefined {
    const [, withoutProof = '', proof = ''] = /^(c=[^,]*,r=[^,]*),p=([A-Za-z0-9+/=]+)$/.exec(message) ?? []
    // biws: `n,,`, eSws: `y,,` in base64.
    if (!['biws', 'eSws'].some(binding => withoutProof === `c=${binding},r=${this.#nonce}`)) return undefined
    const exchanged = `${this.#clientFirst},${this.#serverFirst},${withoutProof}`
    const { storedKey, serverKey } = this.#verifier
    const clientKey = xor(Buffer.from(proof, 'base64'), hmac(storedKey, exchanged))
    const matches = timingSafeEqual(createHash('sha256').update(clientKey).digest(), storedKey)
    return matches && this.#known ? `v=${hmac(serverKey, exchanged).toString('base64')}` : undefined
  }
}

function parseVerifier(stored: string): ScramVerifier | undefined {
  const [, iterations, salt, storedKey, serverKey] =
    /^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/.exec(stored) ?? []
  if (!iterations || !salt || !storedKey || !serverKey) return undefined
  const keys = { storedKey: Buffer.from(storedKey, 'base64'), serverKey: Buffer.from(serverKey, 'base64') }
  return keys.storedKey.length === 32 ? { iterations, salt, ...keys } : undefined
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(other.map((byte, at) => byte ^ (one[at] ?? 0)))
}
