/** Microseconds of each unit; a month counts as 30 days, as CockroachDB's comparisons do. */
const units: ReadonlyMap<string, number> = new Map([
  ...spellings(1, 'us', 'µs', 'μs', 'usec', 'usecs', 'microsecond', 'microseconds'),
  ...spellings(1e3, 'ms', 'msec', 'msecs', 'millisecond', 'milliseconds'),
  ...spellings(1e6, 's', 'sec', 'secs', 'second', 'seconds'),
  ...spellings(60e6, 'm', 'min', 'mins', 'minute', 'minutes'),
  ...spellings(3600e6, 'h', 'hr', 'hrs', 'hour', 'hours'),
  ...spellings(86400e6, 'd', 'day', 'days'),
  ...spellings(7 * 86400e6, 'w', 'week', 'weeks'),
  ...spellings(30 * 86400e6, 'mon', 'mons', 'month', 'months'),
  ...spellings(360 * 86400e6, 'y', 'year', 'years'),
])

/** Reads an interval such as `-10s`, `-1h30m`, `-4.8 s`, `-00:00:10`; undefined when it is none. */
export function parseIntervalMicros(text: string): number | undefined {
  const trimmed = text.trim()
  const clock = /^(-?)(\d+):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/.exec(trimmed)
  if (clock) {
    const seconds = Number(clock[2]) * 3600 + Number(clock[3]) * 60 + Number(clock[4] ?? 0)
    return (clock[1] === '-' ? -1 : 1) * Math.round(seconds * 1e6)
  }
  const item = /\s*([+-]?)\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-zµμ]+)/giy
  let total = 0
  let sign = 1
  let end = 0
  for (let match = item.exec(trimmed); match; match = item.exec(trimmed)) {
    const unit = units.get((match[3] ?? '').toLowerCase())
    if (unit === undefined) return undefined
    if (match[1] !== '') sign = match[1] === '-' ? -1 : 1
    total += sign * Number(match[2]) * unit
    end = item.lastIndex
  }
  return end > 0 && end === trimmed.length ? total : undefined
}

function spellings(micros: number, ...names: readonly string[]): (readonly [string, number])[] {
  return names.map(name => [name, micros] as const)
}
