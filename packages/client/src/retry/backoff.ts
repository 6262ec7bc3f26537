/** How long to wait before running again: full jitter, that is anything from 0 to `baseMs` · 2^(failures - 1), at most `capMs`. */
export interface Backoff {
  readonly baseMs: number
  readonly capMs: number
}

/** Of transactions. A few milliseconds, because a conflicting transaction is usually that short. */
export const transactionBackoff: Backoff = { baseMs: 4, capMs: 1_000 }

/** Of nodes that refuse connections. */
export const nodeBackoff: Backoff = { baseMs: 200, capMs: 10_000 }

/**
 * Full jitter spreads those that failed together. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failures How often it has failed so far, from 1.
 */
export function backoffDelayMs(failures: number, backoff: Backoff, random: () => number = Math.random): number {
  return random() * Math.min(backoff.baseMs * 2 ** Math.min(failures - 1, 30), backoff.capMs)
}
