import { createHash } from 'node:crypto'
import { printName, type Script, type Token } from '@cerci/sql'
import { type Rendered, renderSql } from './rewrite/render.js'
import type { Piece } from './rewrite/sql-text.js'

/** A text in which no name is longer than PostgreSQL keeps, and what its names stand for. */
export interface ShortNames extends Rendered {
  readonly longNames: ReadonlyMap<string, string>
}

/**
 * PostgreSQL cuts names off after 63 bytes, CockroachDB keeps them whole: two names that begin alike would be one, and a client
 * would not find the column that it named. So each long name stands for itself as a shorter one, always the same.
 * Undefined when there is none.
 */
export function shortenNames({ source, tokens }: Script): ShortNames | undefined {
  const long = tokens.filter(isLongName)
  if (long.length === 0) return undefined
  const longNames = new Map<string, string>()
  const pieces: Piece[] = []
  let at = 0
  for (const { value, start, end } of long) {
    const short = shortened(value)
    longNames.set(short, value)
    pieces.push({ text: source.slice(at, start), at }, { text: printName(short) })
    at = end
  }
  pieces.push({ text: source.slice(at), at })
  return { ...renderSql(pieces, source), longNames }
}

const MAX_BYTES = 63
const HASH_DIGITS = 12

function isLongName({ kind, value }: Token): boolean {
  return (kind === 'quoted' || kind === 'word') && value.length * 3 > MAX_BYTES && Buffer.byteLength(value) > MAX_BYTES
}

/** The name as PostgreSQL keeps it. */
export function shortName(name: string): string {
  return Buffer.byteLength(name) > MAX_BYTES ? shortened(name) : name
}

/** Its beginning, for people, and a hash of all of it. */
function shortened(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_DIGITS)
  let kept = ''
  for (const character of name) {
    if (Buffer.byteLength(kept + character) > MAX_BYTES - HASH_DIGITS - 1) break
    kept += character
  }
  return `${kept}_${hash}`
}
