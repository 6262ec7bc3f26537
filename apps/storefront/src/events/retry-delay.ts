/** With the first pause of a second: about an hour, between forty minutes and eighty. */
export const defaultMaxAttempts = 24
export const defaultBackoffMs = 1000
const maxBackoffMs = 300_000

/**
 * Milliseconds before an event is tried again: `backoffMs` after the first attempt, doubled for each further one, up to five minutes. Of that at least
 * half, the rest at random, so that what has failed together is not tried together.
 *
 * @param random from 0 to 1
 */
export function retryDelayMs(attempts: number, backoffMs: number, random: number): number {
  const longest = Math.min(maxBackoffMs, backoffMs * 2 ** (attempts - 1))
  return Math.ceil(longest * (0.5 + random / 2))
}
