import type { Range, Script, Token } from '@cerci/sql'
import { type Piece, plainText, type SqlText } from './sql-text.js'

interface Replacement {
  readonly end: number
  readonly text: SqlText
}

/**
 * The client's text with edits on it. What is not edited, comments and blanks included, stays as it was written.
 *
 * Edits are made from the inside out: a replacement may hold `text()` of what is inside it, with the edits so far.
 */
export class Draft {
  readonly #script: Script
  readonly #replacements = new Map<number, Replacement>()
  readonly #before = new Map<number, SqlText>()
  readonly #after = new Map<number, SqlText>()
  #edits = 0

  constructor(script: Script) {
    this.#script = script
  }

  get edited(): boolean {
    return this.#edits > 0
  }

  token(index: number): Token {
    const token = this.#script.tokens[index]
    if (!token) throw new RangeError(`the script has no token ${index}`)
    return token
  }

  replace(range: Range, text: SqlText | string): void {
    for (let index = range.start; index < range.end; index++) {
      this.#replacements.delete(index)
      this.#before.delete(index)
      this.#after.delete(index)
    }
    this.#replacements.set(range.start, { end: range.end, text: asSql(text) })
    this.#edits++
  }

  remove(range: Range): void {
    this.replace(range, '')
  }

  /** Puts text in front of a range, inside of whatever was put there before. */
  before(range: Range, text: SqlText | string): void {
    this.#before.set(range.start, [...(this.#before.get(range.start) ?? []), ...asSql(text)])
    this.#edits++
  }

  /** Puts text after a range, outside of whatever was put there before. */
  after(range: Range, text: SqlText | string): void {
    const last = range.end - 1
    this.#after.set(last, [...(this.#after.get(last) ?? []), ...asSql(text)])
    this.#edits++
  }

  /** The text of a range with the edits so far. */
  text(range: Range): SqlText {
    const pieces: Piece[] = []
    for (let index = range.start; index < range.end; ) {
      if (index > range.start) this.#gap(index, pieces)
      pieces.push(...(this.#before.get(index) ?? []))
      const replacement = this.#replacements.get(index)
      const next = replacement ? replacement.end : index + 1
      if (replacement) pieces.push(...replacement.text)
      else pieces.push({ text: this.token(index).text, at: this.token(index).start })
      pieces.push(...(this.#after.get(next - 1) ?? []))
      index = next
    }
    return pieces
  }

  plain(range: Range): string {
    return plainText(this.text(range))
  }

  /** What lies between a token and the one before it; blanks only where something was taken out. */
  #gap(index: number, pieces: Piece[]): void {
    const start = this.token(index - 1).end
    const replacement = this.#replacements.get(index)
    const removed = replacement !== undefined && plainText(replacement.text) === ''
    const text = this.#script.source.slice(start, this.token(index).start)
    if (!removed) pieces.push({ text, at: start })
  }
}

function asSql(text: SqlText | string): SqlText {
  return typeof text === 'string' ? [{ text }] : text
}
