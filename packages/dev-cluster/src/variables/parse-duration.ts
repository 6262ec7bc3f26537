const unitsMs = new Map<string, number>([
  ...spellings(86_400_000, 'd', 'day', 'days'),
  ...spellings(3_600_000, 'h', 'hr', 'hrs', 'hour', 'hours'),
  ...spellings(60_000, 'm', 'min', 'mins', 'minute', 'minutes'),
  ...spellings(1000, 's', 'sec', 'secs', 'second', 'seconds'),
  ...spellings(1, 'ms', 'msec', 'msecs', 'millisecond', 'milliseconds'),
  ...spellings(0.001, 'us', 'µs', 'usec', 'usecs', 'microsecond', 'microseconds'),
])

/**
 * Reads a timeout as SET accepts it: `10000` (milliseconds), `10s`, `1m30s`, `1 hour`, `00:01:30.5`.
 * Returns whole milliseconds, rounded up so that a positive timeout never becomes "none", or undefined when it is no
 * timeout or a negative one.
 */
export function parseDurationMs(text: string): number | undefined {
  const clock = /^(\d+):([0-5]?\d)(?::([0-5]?\d(?:\.\d+)?))?$/.exec(text.trim())
  if (clock) return Math.ceil((Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0)) * 1000)
  if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return Math.ceil(Number(text))
  const part = /\s*(\d+(?:\.\d+)?)\s*([a-zµ]+)/iy
  let totalMs = 0
  let end = 0
  for (let match = part.exec(text); match; match = part.exec(text)) {
    const unitMs = unitsMs.get((match[2] ?? '').toLowerCase())
    if (unitMs === undefined) return undefined
    totalMs += Number(match[1]) * unitMs
    end = part.lastIndex
  }
  return end > 0 && text.slice(end).trim() === '' ? Math.ceil(totalMs) : undefined
}

function spellings(unitMs: number, ...names: string[]): [string, number][] {
  return names.map(name => [name, unitMs])
}
