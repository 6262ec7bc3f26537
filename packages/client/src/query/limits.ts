import { OptionError } from '../errors/option-error.js'

/**
 * Milliseconds of a time limit, infinite for `'unlimited'`.
 *
 * @throws OptionError for what is no time: timers would take it for 1 ms, or for none
 */
export function readTimeoutMs(value: number | 'unlimited' | undefined, option = 'timeoutMs'): number | undefined {
  if (value === undefined) return undefined
  if (value === 'unlimited') return Number.POSITIVE_INFINITY
  if (typeof value !== 'number' || !(value > 0))
    throw new OptionError(option, 'it must be a number of milliseconds above 0, or "unlimited"')
  return value
}

/** @throws OptionError for what is no signal, such as its controller: that would only be noticed when a statement has been sent */
export function readSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal !== undefined && typeof signal.addEventListener !== 'function')
    throw new OptionError('signal', 'it must be an AbortSignal, such as the `signal` of an AbortController')
  return signal
}

/** Node's timers end at 2^31 - 1 ms, which are 24 days; they take more for 1 ms. */
export const maxTimerMs = 2_147_483_647
