/** A time as CockroachDB's errors print it: seconds, nine digits of nanoseconds, and the logical counter, always 0 here. */
export function hlcText(epochMicros: number): string {
  const seconds = Math.floor(epochMicros / 1e6)
  const micros = epochMicros - seconds * 1e6
  return `${seconds}.${String(micros).padStart(6, '0')}000,0`
}

/** A time as PostgreSQL reads it, to the microsecond. */
export function timestampText(epochMicros: number): string {
  const seconds = Math.floor(epochMicros / 1e6)
  const micros = epochMicros - seconds * 1e6
  const date = new Date(seconds * 1000).toISOString()
  return `${date.slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}.${String(micros).padStart(6, '0')}+00`
}
