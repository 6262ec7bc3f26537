import { createHash } from 'node:crypto'
import type { Cluster } from 'cerci'
import { StorefrontError } from '../errors/storefront-error.js'
import { countUse, forgetUses, uncountUse } from '../repositories/rate-limit-repository.js'

/** What may be done how often. */
export interface RateLimit {
  readonly name: string
  readonly uses: number
  readonly windowSeconds: number
}

/** Limits that hold across all processes, because they are counted in the database. */
export class RateLimiter {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Counts one use by somebody. Throws `too-many-requests` with the time to wait. */
  async use(limit: RateLimit, by: string): Promise<void> {
    const { count, secondsLeft } = await countUse(this.#cluster, key(limit, by), limit.windowSeconds)
    if (count <= limit.uses) return
    throw new StorefrontError('too-many-requests', { retryAfterSeconds: Math.max(1, Math.ceil(secondsLeft)) })
  }

  /** One use was harmless and does not count. */
  takeBack(limit: RateLimit, by: string): Promise<void> {
    return uncountUse(this.#cluster, key(limit, by))
  }

  /** All uses were harmless. */
  forget(limit: RateLimit, by: string): Promise<void> {
    return forgetUses(this.#cluster, key(limit, by))
  }
}

/** Addresses of people are not kept in clear. */
function key({ name }: RateLimit, by: string): string {
  return `${name}:${createHash('sha256').update(by).digest('base64url')}`
}
