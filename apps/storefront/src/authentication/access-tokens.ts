import { jwtVerify, SignJWT } from 'jose'
import { type Role, roles, type Session } from '../entities/session.js'
import { StorefrontError } from '../errors/storefront-error.js'

const issuer = 'storefront'
const algorithm = 'HS256'

/** Seconds an access token is valid. A role that is taken away or a log-out everywhere takes this long to reach every request. */
export const accessTokenSeconds = 300

/** Signs and verifies short-lived JSON Web Tokens; a request needs no query to know who sends it. */
export class AccessTokens {
  readonly #secret: Uint8Array

  /** `secret`: at least 32 bytes, the same in all processes. */
  constructor(secret: Uint8Array) {
    this.#secret = secret
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

  /** Throws `unauthenticated`. */
  async verify(token: string): Promise<Session> {
    try {
      const { payload } = await jwtVerify(token, this.#secret, { issuer, audience: issuer, algorithms: [algorithm] })
      if (payload.sub !== undefined && isRole(payload.role)) return { userId: payload.sub, role: payload.role }
    } catch (cause) {
      throw new StorefrontError('unauthenticated', { cause })
    }
    throw new StorefrontError('unauthenticated')
  }
}

function isRole(value: unknown): value is Role {
  return roles.some(role => role === value)
}
