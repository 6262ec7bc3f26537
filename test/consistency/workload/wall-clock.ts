/** Milliseconds since the Unix epoch, to a fraction of a microsecond, and never going back: every history is written on this clock. */
export function wallClock(): number {
  return performance.timeOrigin + performance.now()
}
