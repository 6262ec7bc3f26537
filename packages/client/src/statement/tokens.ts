/** A piece of a statement's text: `text.slice(start, end)`. White space and comments are not tokens. */
export interface Token {
  readonly kind: TokenKind
  readonly start: number
  readonly end: number
}

export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'placeholder' | 'symbol'

/**
 * Splits a statement into tokens by the lexical rules of CockroachDB and PostgreSQL: doubled quotes, `E''` escapes,
 * dollar quotes, nested comments. Never fails: what is not closed reaches to the end of the text.
 *
 * https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const blankEnd = endOfBlank(text, at)
    if (blankEnd > at) {
      at = blankEnd
      continue
    }
    const token = tokenAt(text, at)
    tokens.push(token)
    at = token.end
  }
  return tokens
}

/** The tokens outside parentheses and brackets; a closing one stands for all that was inside. */
export function outermostTokens(text: string): Token[] {
  let depth = 0
  return tokensOf(text).filter(token => {
    if (isSymbol(text, token, '(') || isSymbol(text, token, '[')) depth++
    if (isSymbol(text, token, ')') || isSymbol(text, token, ']')) depth--
    return depth === 0
  })
}

/** Whether the token is this key word, in any case. `word` is given in upper case. */
export function isWord(text: string, token: Token | undefined, word: string): boolean {
  return (
    token?.kind === 'word' &&
    token.end - token.start === word.length &&
    text.slice(token.start, token.end).toUpperCase() === word
  )
}

export function isSymbol(text: string, token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && text.startsWith(symbol, token.start)
}

function endOfBlank(text: string, at: number): number {
  const char = text.charCodeAt(at)
  if (char <= 32 || char === 0xa0 || char === 0xfeff) return at + 1
  if (char === MINUS && text.charCodeAt(at + 1) === MINUS) return endOfLine(text, at)
  if (char === SLASH && text.charCodeAt(at + 1) === STAR) return endOfBlockComment(text, at)
  return at
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end + 1
}

function endOfBlockComment(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    if (text.startsWith('/*', at)) {
      depth++
      at++
    } else if (text.startsWith('*/', at)) {
      depth--
      at++
      if (depth === 0) return at + 1
    }
  }
  return text.length
}

function tokenAt(text: string, start: number): Token {
  const char = text.charCodeAt(start)
  if (char === QUOTE) return { kind: 'string', start, end: endOfQuoted(text, start, "'") }
  if (char === DOUBLE_QUOTE) return { kind: 'quoted', start, end: endOfQuoted(text, start, '"') }
  if (char === DOLLAR) return dollarToken(text, start)
  if (isDigit(char) || (char === DOT && isDigit(text.charCodeAt(start + 1)))) {
    return { kind: 'number', start, end: endOfNumber(text, start) }
  }
  if (isWordStart(char)) return wordToken(text, start)
  return { kind: 'symbol', start, end: start + 1 }
}

/** A word, unless it is the prefix of a string: `E'…'`, `B'…'`, `X'…'`. */
function wordToken(text: string, start: number): Token {
  if (text.charCodeAt(start + 1) === QUOTE) {
    const prefix = text.charAt(start).toLowerCase()
    if (prefix === 'e' || prefix === 'b') return { kind: 'string', start, end: endOfEscaped(text, start + 1) }
    if (prefix === 'x') return { kind: 'string', start, end: endOfQuoted(text, start + 1, "'") }
  }
  let end = start + 1
  while (isWordPart(text.charCodeAt(end))) end++
  return { kind: 'word', start, end }
}

function dollarToken(text: string, start: number): Token {
  let at = start + 1
  if (isDigit(text.charCodeAt(at))) {
    while (isDigit(text.charCodeAt(at))) at++
    return { kind: 'placeholder', start, end: at }
  }
  while (isWordPart(text.charCodeAt(at)) && text.charCodeAt(at) !== DOLLAR) at++
  if (text.charCodeAt(at) !== DOLLAR) return { kind: 'symbol', start, end: start + 1 }
  const tag = text.slice(start, at + 1)
  const close = text.indexOf(tag, at + 1)
  return { kind: 'string', start, end: close === -1 ? text.length : close + tag.length }
}

/** A doubled quote does not end it. */
function endOfQuoted(text: string, start: number, quote: "'" | '"'): number {
  for (let at = text.indexOf(quote, start + 1); at !== -1; at = text.indexOf(quote, at + 2)) {
    if (text.charAt(at + 1) !== quote) return at + 1
  }
  return text.length
}

/** A backslash takes the next character with it, as in `E'…'` and CockroachDB's `b'…'`. */
function endOfEscaped(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === BACKSLASH) at++
    else if (char === QUOTE) {
      if (text.charCodeAt(at + 1) !== QUOTE) return at + 1
      at++
    }
  }
  return text.length
}

function endOfNumber(text: string, start: number): number {
  let at = start
  for (; at < text.length; at++) {
    const char = text.charCodeAt(at)
    const exponent = (char === PLUS || char === MINUS) && (text.charCodeAt(at - 1) | 32) === LOWER_E
    if (!isWordPart(char) && char !== DOT && !(exponent && !isHexadecimal(text, start))) break
  }
  return at
}

function isHexadecimal(text: string, start: number): boolean {
  return text.charCodeAt(start) === ZERO && (text.charCodeAt(start + 1) | 32) === LOWER_X
}

function isDigit(char: number): boolean {
  return char >= ZERO && char <= NINE
}

function isWordStart(char: number): boolean {
  return ((char | 32) >= LOWER_A && (char | 32) <= LOWER_Z) || char === UNDERSCORE || char > 127
}

function isWordPart(char: number): boolean {
  return isWordStart(char) || isDigit(char) || char === DOLLAR
}

const QUOTE = 0x27
const DOUBLE_QUOTE = 0x22
const DOLLAR = 0x24
const BACKSLASH = 0x5c
const MINUS = 0x2d
const PLUS = 0x2b
const SLASH = 0x2f
const STAR = 0x2a
const DOT = 0x2e
const UNDERSCORE = 0x5f
const ZERO = 0x30
const NINE = 0x39
const LOWER_A = 0x61
const LOWER_E = 0x65
const LOWER_X = 0x78
const LOWER_Z = 0x7a
