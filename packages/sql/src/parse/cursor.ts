import { SqlSyntaxError, sourceDetail, syntaxErrorCodes, unexpectedText } from '../sql-syntax-error.js'
import { isNameWord, reservedKeywords } from '../token/keywords.js'
import type { Token } from '../token/token.js'
import type { Identifier, Range } from '../tree/node.js'

/** A reading position in a list of tokens that ends with a token of kind `end`. */
export class Cursor {
  readonly source: string
  readonly tokens: readonly Token[]
  at: number

  constructor(source: string, tokens: readonly Token[], at = 0) {
    this.source = source
    this.tokens = tokens
    this.at = at
  }

  peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]
    if (!token) throw new RangeError('a token list ends with a token of kind end')
    return token
  }

  next(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.at++
    return token
  }

  /** The range from a remembered position to here. */
  since(start: number): Range {
    return { start, end: this.at }
  }

  atEnd(): boolean {
    return this.peek().kind === 'end' || this.isSymbol(';')
  }

  isWord(...words: readonly string[]): boolean {
    const token = this.peek()
    return token.kind === 'word' && words.includes(token.value)
  }

  /** Whether the next tokens are these words in this order. */
  isWords(...words: readonly string[]): boolean {
    return words.every((word, ahead) => {
      const token = this.peek(ahead)
      return token.kind === 'word' && token.value === word
    })
  }

  /** Steps over the words if they all come next, in this order. */
  skipWords(...words: readonly string[]): boolean {
    if (!this.isWords(...words)) return false
    this.at += words.length
    return true
  }

  expectWords(...words: readonly string[]): void {
    for (const word of words) if (!this.skipWords(word)) throw this.unexpected()
  }

  /** Steps over the next word if it is one of these, and returns it. */
  takeWord(...words: readonly string[]): string | undefined {
    return this.isWord(...words) ? this.next().value : undefined
  }

  isSymbol(...symbols: readonly string[]): boolean {
    const token = this.peek()
    return (token.kind === 'operator' || token.kind === 'punctuation') && symbols.includes(token.text)
  }

  skipSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false
    this.at++
    return true
  }

  expectSymbol(symbol: string): void {
    if (!this.skipSymbol(symbol)) throw this.unexpected()
  }

  /** Whether the next token can be the name of a column or table. */
  isName(): boolean {
    const token = this.peek()
    return token.kind === 'quoted' || (token.kind === 'word' && isNameWord(token.value))
  }

  identifier(): Identifier {
    if (!this.isName()) throw this.unexpected()
    const start = this.at
    return { kind: 'identifier', name: this.next().value, start, end: this.at }
  }

  /** A name where the grammar allows any word, as after a dot or AS. */
  label(): Identifier {
    const token = this.peek()
    if (token.kind !== 'word' && token.kind !== 'quoted') throw this.unexpected()
    this.at++
    return { kind: 'identifier', name: token.value, start: this.at - 1, end: this.at }
  }

  /** A name where only reserved words are refused, such as a function's, an index's or a role's. */
  looseIdentifier(): Identifier {
    const token = this.peek()
    if (token.kind === 'word' && reservedKeywords.has(token.value)) throw this.unexpected()
    return this.label()
  }

  string(): string {
    if (this.peek().kind !== 'string') throw this.unexpected()
    return this.next().value
  }

  integer(): number {
    const token = this.peek()
    if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw this.unexpected()
    this.at++
    return Number(token.text)
  }

  unexpected(hint?: string): SqlSyntaxError {
    return unexpectedText(this.source, this.peek().start, this.found(), hint)
  }

  /**
   * The error for syntax that CockroachDB's grammar knows only to refuse it, in CockroachDB's words. It names the token
   * that the grammar has read last: the one that the cursor is on.
   */
  refused(hint = 'You have attempted to use a feature that is not yet implemented.'): SqlSyntaxError {
    const { start } = this.peek()
    const message = `at or near "${this.found()}": syntax error: unimplemented: this syntax`
    return new SqlSyntaxError(syntaxErrorCodes.unimplemented, message, {
      detail: sourceDetail(this.source, start),
      hint,
      offset: start,
    })
  }

  private found(): string {
    const token = this.peek()
    return token.kind === 'end' ? 'EOF' : token.kind === 'word' ? token.value : token.text
  }

  /** The error for syntax that is understood but that CockroachDB, or this parser, does not support. */
  unimplemented(what: string): SqlSyntaxError {
    const { start } = this.peek()
    return new SqlSyntaxError(syntaxErrorCodes.unimplemented, `unimplemented: ${what}`, {
      detail: sourceDetail(this.source, start),
      offset: start,
    })
  }
}

/** One or more items with commas between them. */
export function commaList<T>(cursor: Cursor, item: (cursor: Cursor) => T): readonly T[] {
  const items = [item(cursor)]
  while (cursor.skipSymbol(',')) items.push(item(cursor))
  return items
}

/** A parenthesised list with commas. */
export function parenthesized<T>(cursor: Cursor, item: (cursor: Cursor) => T): readonly T[] {
  cursor.expectSymbol('(')
  const items = commaList(cursor, item)
  cursor.expectSymbol(')')
  return items
}
