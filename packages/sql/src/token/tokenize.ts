import { lexicalError, unexpectedText } from '../sql-syntax-error.js'
import { isDigit, isHexDigit, isSpace, isWordPart, isWordStart } from './character.js'
import { operatorAt } from './operators.js'
import { dollarLiteral, escapedLiteral, quotedLiteral } from './string-literal.js'
import type { Token, TokenKind } from './token.js'

/**
 * Splits a text into tokens; the last one is of kind `end`.
 *
 * Throws a SqlSyntaxError for a literal or comment that does not end, and for a character that starts no token.
 */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = skipBlanks(source, 0)
  while (at < source.length) {
    const token = readToken(source, at)
    tokens.push(token)
    at = skipBlanks(source, token.end)
  }
  tokens.push({ kind: 'end', text: '', value: '', start: source.length, end: source.length })
  return tokens
}

/** The offset of the next character that is neither white space nor in a comment. */
function skipBlanks(source: string, from: number): number {
  let at = from
  for (;;) {
    if (isSpace(source.charCodeAt(at))) at++
    else if (source.startsWith('--', at)) {
      const lineEnd = source.indexOf('\n', at)
      at = lineEnd < 0 ? source.length : lineEnd + 1
    } else if (source.startsWith('/*', at)) at = commentEnd(source, at)
    else return at
  }
}

function commentEnd(source: string, start: number): number {
  const marks = /\/\*|\*\//g
  marks.lastIndex = start
  for (let depth = 0; ; ) {
    const mark = marks.exec(source)
    if (!mark) throw lexicalError(source, start, 'unterminated comment')
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
}

function readToken(source: string, start: number): Token {
  const code = source.charCodeAt(start)
  const token = (kind: TokenKind, end: number, value?: string): Token => {
    const text = source.slice(start, end)
    return { kind, text, value: value ?? text, start, end }
  }
  if (isWordStart(code)) return readPrefixed(source, start, token) ?? readWord(source, start, token)
  if (isDigit(code) || (code === 46 && isDigit(source.charCodeAt(start + 1)))) return readNumber(source, start, token)
  switch (source.charAt(start)) {
    case "'": {
      const { end, value } = quotedLiteral(source, start, 'string')
      return token('string', end, value)
    }
    case '"': {
      const { end, value } = quotedLiteral(source, start, 'quoted identifier')
      return token('quoted', end, value)
    }
    case '$':
      return readDollar(source, start, token)
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
    case ',':
    case ';':
    case '.':
      return token('punctuation', start + 1)
    default: {
      const operator = operatorAt(source, start)
      if (operator !== undefined) return token('operator', start + operator.length)
      throw unexpectedText(source, start, String.fromCodePoint(source.codePointAt(start) ?? 0))
    }
  }
}

type MakeToken = (kind: TokenKind, end: number, value?: string) => Token

/** Reads e'…', b'…', x'…' and B'…', where the letter and the quote must touch. */
function readPrefixed(source: string, start: number, token: MakeToken): Token | undefined {
  if (source.charAt(start + 1) !== "'") return undefined
  switch (source.charAt(start)) {
    case 'e':
    case 'E': {
      const { end, bytes } = escapedLiteral(source, start + 1)
      return token('string', end, new TextDecoder().decode(bytes))
    }
    case 'b': {
      const { end, bytes } = escapedLiteral(source, start + 1)
      return token('bytes', end, Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(''))
    }
    case 'x':
    case 'X': {
      const { end, value } = quotedLiteral(source, start + 1, 'string')
      if (value.length % 2 === 1 || !Array.from(value).every(digit => isHexDigit(digit.charCodeAt(0)))) {
        throw lexicalError(source, start, 'invalid hexadecimal bytes literal')
      }
      return token('bytes', end, value.toLowerCase())
    }
    case 'B': {
      const { end, value } = quotedLiteral(source, start + 1, 'string')
      const wrong = Array.from(value).find(digit => digit !== '0' && digit !== '1')
      if (wrong !== undefined) throw lexicalError(source, start, `"${wrong}" is not a valid binary digit`)
      return token('bits', end, value)
    }
    default:
      return undefined
  }
}

function readWord(source: string, start: number, token: MakeToken): Token {
  let end = start + 1
  while (isWordPart(source.charCodeAt(end))) end++
  return token('word', end, source.slice(start, end).toLowerCase().normalize('NFC'))
}

function readNumber(source: string, start: number, token: MakeToken): Token {
  const number = /0[xX][0-9a-fA-F]+|(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
  number.lastIndex = start
  number.exec(source)
  return token('number', number.lastIndex)
}

function readDollar(source: string, start: number, token: MakeToken): Token {
  if (isDigit(source.charCodeAt(start + 1))) {
    let end = start + 2
    while (isDigit(source.charCodeAt(end))) end++
    return token('placeholder', end, source.slice(start + 1, end))
  }
  const literal = dollarLiteral(source, start)
  if (!literal) throw unexpectedText(source, start, '$')
  return token('string', literal.end, literal.value)
}
