import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits; a token this long needs no slow hash. */
export function createRefreshToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What the database keeps of a token. */
export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
