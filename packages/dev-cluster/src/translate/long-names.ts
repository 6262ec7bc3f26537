import { createHash } from 'node:crypto'
import { printName, printString, type Script, SqlSyntaxError, type Token, tokenize } from '@cerci/sql'
import { type Rendered, renderSql } from './rewrite/render.js'
import type { Piece } from './rewrite/sql-text.js'

/** A text in which no name is longer than PostgreSQL keeps, and what its names stand for. */
export interface ShortNames extends Rendered {
  readonly longNames: ReadonlyMap<string, string>
}

/**
 * PostgreSQL cuts names off after 63 bytes, CockroachDB keeps them whole: two names that begin alike would be one, and a client
 * would not find the column that it named. So each long name stands for itself as a shorter one, always the same, also in
 * a constant that names a relation: `nextval('"…"')`, `'…'::regclass`. Undefined when there is none.
 */
export function shortenNames({ source, tokens }: Script): ShortNames | undefined {
  const long = tokens.filter((token, at) => isLongName(token) || (isLong(token) && namesRelation(tokens, at)))
  if (long.length === 0) return undefined
  const longNames = new Map<string, string>()
  const shorten = (name: string): string => {
    const short = shortened(name)
    longNames.set(short, name)
    return printName(short)
  }
  const pieces: Piece[] = []
  let at = 0
  for (const { kind, value, start, end } of long) {
    const text = kind === 'string' ? printString(shortenParts(value, shorten)) : shorten(value)
    pieces.push({ text: source.slice(at, start), at }, { text })
    at = end
  }
  pieces.push({ text: source.slice(at), at })
  return { ...renderSql(pieces, source), longNames }
}

const MAX_BYTES = 63
const HASH_DIGITS = 12

function isLongName(token: Token): boolean {
  return (token.kind === 'quoted' || token.kind === 'word') && isLong(token)
}

function isLong({ value }: Token): boolean {
  return value.length * 3 > MAX_BYTES && Buffer.byteLength(value) > MAX_BYTES
}

const sequenceFunctions: ReadonlySet<string> = new Set(['nextval', 'currval', 'setval'])

/** Whether a string is the first argument of a function of sequences, or cast to REGCLASS. */
function namesRelation(tokens: readonly Token[], at: number): boolean {
  if (tokens[at]?.kind !== 'string') return false
  if (tokens[at + 1]?.value.startsWith('::') && tokens[at + 2]?.value === 'regclass') return true
  return tokens[at - 1]?.value === '(' && sequenceFunctions.has(tokens[at - 2]?.value ?? '')
}

/** `public."a long name"` with its long parts shortened; what is no name stays, for PostgreSQL to refuse. */
function shortenParts(name: string, shorten: (part: string) => string): string {
  let tokens: readonly Token[]
  try {
    tokens = tokenize(name)
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error
    return name
  }
  return tokens.map(token => (isLongName(token) ? shorten(token.value) : token.text)).join('')
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
