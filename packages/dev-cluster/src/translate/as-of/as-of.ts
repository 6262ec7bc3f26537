/**
 * A time in the past that a statement or transaction reads at, not yet resolved: translations are cached, so nothing
 * here depends on when the translation was made. Source: https://www.cockroachlabs.com/docs/v26.2/as-of-system-time
 *
 * `exact` reads at that time. `bounded` reads at the freshest time not before it that needs no waiting
 * (`with_max_staleness`, `with_min_timestamp`); `nearestOnly` is its second argument.
 */
export type AsOf =
  | { readonly mode: 'exact'; readonly time: PastTime }
  | { readonly mode: 'bounded'; readonly time: PastTime; readonly nearestOnly: boolean }

/** Microseconds, either before the start of the statement or since the Unix epoch; both fit a double exactly. */
export type PastTime = { readonly microsAgo: number } | { readonly epochMicros: number }
