import type { Cluster, Transaction } from 'cerci'
import { type AccessTokens, accessTokenSeconds } from '../authentication/access-tokens.js'
import type { PasswordHasher } from '../authentication/password-hasher.js'
import { createRefreshToken, hashRefreshToken } from '../authentication/refresh-token.js'
import type { Session, Tokens } from '../entities/session.js'
import { StorefrontError } from '../errors/storefront-error.js'
import {
  findCredential,
  findCredentialByEmail,
  recordPresence,
  upsertCredential,
} from '../repositories/credential-repository.js'
import {
  deleteFamily,
  deleteFamilyOfToken,
  deleteTokensOfUser,
  insertFirstToken,
  insertNextToken,
  isKnownToken,
  lockToken,
  markTokenUsed,
} from '../repositories/refresh-token-repository.js'
import { clientNetwork } from './client-network.js'
import type { RateLimit, RateLimiter } from './rate-limiter.js'

/** Days a session lasts without being used. */
const refreshTokenDays = 30

/**
 * Failures only: many people may share an address. An account is closed to the address that guesses, long before it is closed to
 * everybody: otherwise anybody could lock its owner out.
 */
const attemptsPerPair: RateLimit = { name: 'sign-in-pair', uses: 10, windowSeconds: 900 }
const attemptsPerAccount: RateLimit = { name: 'sign-in-account', uses: 100, windowSeconds: 900 }
const attemptsPerAddress: RateLimit = { name: 'sign-in-address', uses: 100, windowSeconds: 900 }
/** By somebody who is signed in already. */
const passwordChanges: RateLimit = { name: 'password-change', uses: 10, windowSeconds: 900 }

export interface SessionServiceOptions {
  readonly cluster: Cluster
  readonly passwords: PasswordHasher
  readonly accessTokens: AccessTokens
  readonly limiter: RateLimiter
}

export class SessionService {
  readonly #cluster: Cluster
  readonly #passwords: PasswordHasher
  readonly #accessTokens: AccessTokens
  readonly #limiter: RateLimiter

  constructor({ cluster, passwords, accessTokens, limiter }: SessionServiceOptions) {
    this.#cluster = cluster
    this.#passwords = passwords
    this.#accessTokens = accessTokens
    this.#limiter = limiter
  }

  /** Who sends a request with this access token. Throws `unauthenticated`. */
  verify(accessToken: string): Promise<Session> {
    return this.#accessTokens.verify(accessToken)
  }

  /** `address`: the client's network address. Throws `invalid-credentials`, `too-many-requests`. */
  async signIn(email: string, password: string, address: string): Promise<Tokens> {
    const account = email.toLowerCase()
    const network = clientNetwork(address)
    const pair = `${account} ${network}`
    // In this order: who is refused for an address of its own uses up nothing of the account's.
    await this.#limiter.use(attemptsPerAddress, network)
    await this.#limiter.use(attemptsPerPair, pair)
    await this.#limiter.use(attemptsPerAccount, account)
    const credential = await findCredentialByEmail(this.#cluster, account)
    const matches = await this.#passwords.verify(credential?.passwordHash, password)
    if (!matches || credential === undefined) throw new StorefrontError('invalid-credentials')
    await this.#limiter.forget(attemptsPerPair, pair)
    await this.#limiter.takeBack(attemptsPerAccount, account)
    await this.#limiter.takeBack(attemptsPerAddress, network)
    await recordPresence(this.#cluster, credential.userId)
    const refreshToken = createRefreshToken()
    await insertFirstToken(this.#cluster, hashRefreshToken(refreshToken), credential.userId, refreshTokenDays)
    return this.#tokens(credential, refreshToken)
  }

  /**
   * Exchanges a refresh token, once. A second exchange means that two parties hold it, so the session ends for both.
   * Throws `invalid-refresh-token`, `refresh-token-reused`.
   */
  async refresh(token: string): Promise<Tokens> {
    const next = createRefreshToken()
    const [tokenHash, nextHash] = [hashRefreshToken(token), hashRefreshToken(next)]
    const exchange = await this.#cluster.transaction(tx => exchangeToken(tx, tokenHash, nextHash), {
      // Only if it was committed is the next token there; otherwise, and after a refusal, it is simply judged again.
      verify: db => isKnownToken(db, nextHash),
    })
    if ('refused' in exchange) throw new StorefrontError(exchange.refused)
    return this.#tokens(exchange, next)
  }

  /** Ends the session that a refresh token belongs to; an unknown token is no error. */
  signOut(token: string): Promise<void> {
    return deleteFamilyOfToken(this.#cluster, hashRefreshToken(token))
  }

  /** Ends all sessions of a user. Access tokens run out by themselves within minutes. */
  signOutEverywhere(userId: string): Promise<void> {
    return deleteTokensOfUser(this.#cluster, userId)
  }

  /** Ends all sessions as well. Throws `invalid-credentials`, `too-many-requests`. */
  async changePassword(userId: string, current: string, next: string): Promise<void> {
    await this.#limiter.use(passwordChanges, userId)
    const credential = await findCredential(this.#cluster, userId)
    if (!(await this.#passwords.verify(credential?.passwordHash, current)))
      throw new StorefrontError('invalid-credentials')
    const passwordHash = await this.#passwords.hash(next)
    // Before the change: if this failed after it, the answer would say that nothing was written.
    await this.#limiter.forget(passwordChanges, userId)
    await this.#cluster.transaction(
      async tx => {
        await upsertCredential(tx, userId, passwordHash)
        await deleteTokensOfUser(tx, userId)
      },
      // Salted: no other change writes the same hash.
      { verify: async db => (await findCredential(db, userId))?.passwordHash === passwordHash },
    )
  }

  async #tokens({ userId, role }: Session, refreshToken: string): Promise<Tokens> {
    const accessToken = await this.#accessTokens.sign({ userId, role })
    return { accessToken, expiresInSeconds: accessTokenSeconds, refreshToken }
  }
}

type Exchange = Session | { readonly refused: 'invalid-refresh-token' | 'refresh-token-reused' }

/** Refusals are returned, not thrown: what they delete has to be committed. */
async function exchangeToken(tx: Transaction, tokenHash: Buffer, nextHash: Buffer): Promise<Exchange> {
  const stored = await lockToken(tx, tokenHash)
  if (stored === undefined) return { refused: 'invalid-refresh-token' }
  if (stored.used || stored.invalid) {
    await deleteFamily(tx, stored.familyId)
    return { refused: stored.used ? 'refresh-token-reused' : 'invalid-refresh-token' }
  }
  await markTokenUsed(tx, tokenHash)
  await insertNextToken(tx, nextHash, stored, refreshTokenDays)
  await recordPresence(tx, stored.userId)
  return { userId: stored.userId, role: stored.role }
}
