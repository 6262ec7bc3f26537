import { type Token, tokensOf } from './tokens.js'

/**
 * The statement without its constants, much as CockroachDB's statement statistics show it: literals and placeholders become
 * `_`, lists of them `_, __more__`, further rows of VALUES `(__more__)`; comments go and white space is even.
 * Safe to log and to use as a metric label: no parameter and no literal is left in it.
 *
 * @example
 * import { fingerprint } from 'cerci'
 *
 * fingerprint("SELECT * FROM t WHERE a IN ($1, $2, $3) AND b='secret' -- note")
 * // 'SELECT * FROM t WHERE a IN (_, __more__) AND b = _'
 */
export function fingerprint(text: string): string {
  return print(shortenRows(shortenLists(piecesOf(text))))
}

/** A printed token; `glued`: an opening parenthesis that touched the word before it, as in a function call. */
interface Piece {
  readonly text: string
  readonly glued: boolean
}

const CONSTANT: Piece = { text: '_', glued: false }
const MORE: Piece = { text: '__more__', glued: false }

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let previous: Token | undefined
  for (const token of tokensOf(text)) {
    const last = pieces.at(-1)
    const adjacent = previous?.end === token.start
    if (token.kind === 'string' || token.kind === 'number' || token.kind === 'placeholder') {
      if (isSign(pieces)) pieces.pop()
      pieces.push(CONSTANT)
    } else {
      const piece = text.slice(token.start, token.end)
      if (adjacent && last && continuesOperator(last.text, piece)) {
        pieces[pieces.length - 1] = { text: last.text + piece, glued: false }
      } else {
        pieces.push({ text: piece, glued: adjacent && previous?.kind !== 'symbol' })
      }
    }
    previous = token
  }
  while (pieces.at(-1)?.text === ';') pieces.pop()
  return pieces
}

/** `- 1` after an operator, comma or parenthesis is one constant; after a name it is a subtraction. */
function isSign(pieces: readonly Piece[]): boolean {
  const sign = pieces.at(-1)?.text
  if (sign !== '-' && sign !== '+') return false
  const before = pieces.at(-2)?.text ?? '('
  return before === '(' || before === ',' || before === '[' || isOperator(before)
}

const OPERATOR = /^[-+*/<>=~!@#%^&|`?:]+$/
const COMPARISON = /^[<>=!]+$/

function isOperator(text: string): boolean {
  return OPERATOR.test(text)
}

/** `a=-1` is `=` and `-`: a sign never continues a comparison, as in the manual's rule for `+` and `-`. */
function continuesOperator(operator: string, next: string): boolean {
  if (!isOperator(operator) || !isOperator(next)) return false
  return !(COMPARISON.test(operator) && (next === '-' || next === '+'))
}

/** `(_, _, _)` becomes `(_, __more__)`. */
function shortenLists(pieces: readonly Piece[]): Piece[] {
  const short: Piece[] = []
  for (const piece of pieces) {
    if (piece.text === '_' && short.at(-1)?.text === ',') {
      if (short.at(-2) === MORE) {
        short.pop()
        continue
      }
      if (short.at(-2) === CONSTANT && opensList(short.at(-3)?.text)) {
        short.push(MORE)
        continue
      }
    }
    short.push(piece)
  }
  return short
}

function opensList(text: string | undefined): boolean {
  return text === '(' || text === '['
}

/** `VALUES (_, __more__), (_, __more__)` becomes `VALUES (_, __more__), (__more__)`. */
function shortenRows(pieces: readonly Piece[]): Piece[] {
  const short: Piece[] = []
  let inValues = false
  let depth = 0
  let rows = 0
  for (const piece of pieces) {
    if (piece.text.toUpperCase() === 'VALUES') {
      inValues = true
      rows = 0
      depth = 0
    } else if (inValues && piece.text === '(') {
      if (depth === 0) rows++
      depth++
    } else if (inValues && piece.text === ')') {
      depth--
      if (depth === 0 && rows === 2) short.push({ text: '(', glued: false }, MORE)
      if (depth === 0 && rows > 2) {
        short.pop()
        continue
      }
    } else if (inValues && depth === 0 && piece.text !== ',') inValues = false
    if (!(inValues && rows > 1 && depth > 0)) short.push(piece)
  }
  return short
}

function print(pieces: readonly Piece[]): string {
  let result = ''
  let previous: string | undefined
  for (const piece of pieces) {
    if (previous !== undefined && !touches(previous, piece)) result += ' '
    result += piece.text
    previous = piece.text
  }
  return result
}

const NO_BLANK_BEFORE = new Set([')', ',', '.', ']', '[', '::', ':::', ';'])
const NO_BLANK_AFTER = new Set(['(', '.', '[', '::', ':::'])

function touches(previous: string, piece: Piece): boolean {
  if (NO_BLANK_BEFORE.has(piece.text) || NO_BLANK_AFTER.has(previous)) return true
  return piece.text === '(' && piece.glued
}
