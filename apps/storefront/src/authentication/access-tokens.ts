import { createSecretKey, type KeyObject } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { type Role, roles, type Session } from '../entities/session.js'
import { StorefrontError } from '../errors/storefront-error.js'

const issuer = 'storefront'
const algorithm = 'HS256'

/** Seconds an access token is valid. A role that is taken away or a log-out everywhere takes this long to reach every request. */
export const accessTokenSeconds = 300

/** Tokens whose signature need not be checked again; the oldest goes first. */
const maxVerified = 10_000

interface Verified {
  readonly session: Session
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** Signs and verifies short-lived JSON Web Tokens; a request needs no query to know who sends it. */
export class AccessTokens {
  readonly #secret: KeyObject
  readonly #verified = new Map<string, Verified>()

  /** `secret`: at least 32 bytes, the same in all processes. */
  constructor(secret: Uint8Array) {
    this.#secret = createSecretKey(secret)
  }

  sign({ userId, role }: Session): Promise<string> {
    return new SignJWT({ role })
      .setProtectedHeader({ alg: algorithm })
      .setIssuer(issuer)
      .setAudience(issuer)
      .setSubject(userId)
      .setIssuedAt()
      .setExpirationTime(`${accessTokenSeconds}s`)
      .sign(this.#secret)
  }

  /** A client sends the same token for minutes, and a signature takes longer to check than most requests to answer. Throws `unauthenticated`. */
  async verify(token: string): Promise<Session> {
    const known = this.#verified.get(token)
    if (known !== undefined && known.expiresAt > Date.now()) return known.session
    this.#verified.delete(token)
    const verified = await this.#check(token)
    const oldest = this.#verified.size >= maxVerified ? this.#verified.keys().next() : undefined
    if (oldest?.done === false) this.#verified.delete(oldest.value)
    this.#verified.set(token, verified)
    return verified.session
  }

  async #check(token: string): Promise<Verified> {
    const options = { issuer, audience: issuer, algorithms: [algorithm], requiredClaims: ['exp'] }
    try {
      const { payload } = await jwtVerify(token, this.#secret, options)
      const { sub: userId, exp, role } = payload
      if (userId !== undefined && exp !== undefined && isRole(role))
        return { session: { userId, role }, expiresAt: exp * 1000 }
    } catch (cause) {
      throw new StorefrontError('unauthenticated', { cause })
    }
    throw new StorefrontError('unauthenticated')
  }
}

function isRole(value: unknown): value is Role {
  return roles.some(role => role === value)
}
