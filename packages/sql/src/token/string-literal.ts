import { lexicalError } from '../sql-syntax-error.js'
import { isHexDigit } from './character.js'

/** The end and the meaning of a literal that starts at some offset. */
export interface Literal {
  readonly end: number
  readonly value: string
}

/** Reads '…' or "…" whose opening quote is at `offset`; a doubled quote stands for itself. */
export function quotedLiteral(source: string, offset: number, what: string): Literal {
  const quote = source.charAt(offset)
  for (let at = offset + 1; ; at += 2) {
    at = source.indexOf(quote, at)
    if (at < 0) throw lexicalError(source, offset, `unterminated ${what}`)
    if (source.charAt(at + 1) !== quote) {
      return { end: at + 1, value: source.slice(offset + 1, at).replaceAll(quote + quote, quote) }
    }
  }
}

/** Reads $$…$$ or $tag$…$tag$; undefined when no such literal starts at `offset`. */
export function dollarLiteral(source: string, offset: number): Literal | undefined {
  const tag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y
  tag.lastIndex = offset
  const fence = tag.exec(source)?.[0]
  if (fence === undefined) return undefined
  const close = source.indexOf(fence, offset + fence.length)
  if (close < 0) throw lexicalError(source, offset, 'unterminated string')
  return { end: close + fence.length, value: source.slice(offset + fence.length, close) }
}

const simpleEscapes = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
])

/**
 * Reads a literal with backslash escapes whose opening quote is at `offset`, as the bytes that it stands for.
 * Source: https://www.cockroachlabs.com/docs/v26.2/sql-constants#string-literals-with-character-escapes
 */
export function escapedLiteral(source: string, offset: number): { readonly end: number; readonly bytes: Uint8Array } {
  const bytes: number[] = []
  let at = offset + 1
  for (;;) {
    const character = source.charAt(at)
    if (character === '') throw lexicalError(source, offset, 'unterminated string')
    if (character === "'") {
      if (source.charAt(at + 1) !== "'") return { end: at + 1, bytes: Uint8Array.from(bytes) }
      bytes.push(39)
      at += 2
    } else if (character === '\\') {
      at = readEscape(source, at, bytes)
    } else {
      const codePoint = String.fromCodePoint(source.codePointAt(at) ?? 0)
      bytes.push(...new TextEncoder().encode(codePoint))
      at += codePoint.length
    }
  }
}

function readEscape(source: string, at: number, bytes: number[]): number {
  const letter = source.charAt(at + 1)
  const simple = simpleEscapes.get(letter)
  if (simple !== undefined) {
    bytes.push(simple)
    return at + 2
  }
  if (letter === 'x' && isHexDigit(source.charCodeAt(at + 2))) {
    const end = digitsEnd(source, at + 2, 2)
    bytes.push(Number.parseInt(source.slice(at + 2, end), 16))
    return end
  }
  if (letter === 'u' || letter === 'U') {
    const length = letter === 'u' ? 4 : 8
    const end = digitsEnd(source, at + 2, length)
    const codePoint = Number.parseInt(source.slice(at + 2, end), 16)
    if (end !== at + 2 + length || codePoint > 0x10ffff) throw lexicalError(source, at, 'invalid Unicode escape')
    bytes.push(...new TextEncoder().encode(String.fromCodePoint(codePoint)))
    return end
  }
  const octal = /[0-7]{1,3}/y
  octal.lastIndex = at + 1
  const digits = octal.exec(source)?.[0]
  if (digits !== undefined) {
    bytes.push(Number.parseInt(digits, 8) & 255)
    return at + 1 + digits.length
  }
  bytes.push(...new TextEncoder().encode(letter))
  return at + 1 + Math.max(letter.length, 1)
}

function digitsEnd(source: string, from: number, most: number): number {
  let end = from
  while (end < from + most && isHexDigit(source.charCodeAt(end))) end++
  return end
}
