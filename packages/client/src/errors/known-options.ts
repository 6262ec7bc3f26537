import { OptionError } from './option-error.js'

/** The options that something takes. */
export interface KnownOptions {
  /** What takes them, as callers write it. */
  readonly taker: string
  readonly names: ReadonlySet<string>
  /** What to write in place of options that others have: ORMs, node-postgres, earlier versions. */
  readonly elsewhere: ReadonlyMap<string, string>
}

export function knownOptions<Options extends object>(
  taker: string,
  names: Readonly<Record<keyof Options & string, true>>,
  elsewhere: Readonly<Record<string, string>> = {},
): KnownOptions {
  return { taker, names: new Set(Object.keys(names)), elsewhere: new Map(Object.entries(elsewhere)) }
}

/**
 * Refuses options that would be ignored: types say which there are in an editor, but not at run time.
 *
 * @throws OptionError that names the option, and the one that was meant
 */
export function checkOptions(given: unknown, known: KnownOptions): void {
  if (given === undefined) return
  if (typeof given !== 'object' || given === null)
    throw new OptionError('options', `those of ${known.taker} must be an object, of ${[...known.names].join(', ')}`)
  for (const name of Object.keys(given))
    if (!known.names.has(name) && Reflect.get(given, name) !== undefined)
      throw new OptionError(name, problemOf(name, known))
}

function problemOf(name: string, { taker, names, elsewhere }: KnownOptions): string {
  const instead = elsewhere.get(name)
  if (instead !== undefined) return `${taker} has none of this name; ${instead}`
  const meant = closest(name, names)
  return meant === undefined
    ? `${taker} has none of this name; it takes ${[...names].join(', ')}`
    : `${taker} has none of this name; write ${meant}, if that is meant`
}

/** The name that is at most a third of its letters away, in any case. */
function closest(name: string, names: ReadonlySet<string>): string | undefined {
  const ranked = [...names]
    .map(known => ({ known, edits: editsBetween(name.toLowerCase(), known.toLowerCase()) }))
    .toSorted((a, b) => a.edits - b.edits)
  const best = ranked[0]
  return best !== undefined && best.edits * 3 <= best.known.length ? best.known : undefined
}

/** The Levenshtein distance: how many letters must be put in, taken out or changed. */
function editsBetween(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [row, letter] of from.split('').entries()) {
    const line = [row + 1]
    for (const [column, other] of to.split('').entries()) {
      const changed = (above[column] ?? 0) + (letter === other ? 0 : 1)
      line.push(Math.min(changed, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1))
    }
    above = line
  }
  return above.at(-1) ?? 0
}
