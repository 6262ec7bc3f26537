import type { SqlText } from './sql-text.js'

/** SQL as text, and the way back from its positions to those in the client's text. */
export interface Rendered {
  readonly sql: string
  readonly position: (pgPosition: number) => number
}

/** Both positions count characters (code points) from 1, as PostgreSQL's error field does. */
export function renderSql(text: SqlText, source: string): Rendered {
  const sql = text.map(piece => piece.text).join('')
  return { sql, position: pgPosition => sourcePosition(text, source, sql, pgPosition) }
}

function sourcePosition(text: SqlText, source: string, sql: string, pgPosition: number): number {
  const target = utf16Offset(sql, pgPosition - 1)
  let start = 0
  let nearest = 0
  for (const { text: piece, at } of text) {
    const inside = target - start
    if (at !== undefined) {
      if (inside < piece.length) return codePointCount(source, at + Math.max(inside, 0)) + 1
      nearest = at + piece.length
    } else if (inside >= 0 && inside < piece.length) {
      return codePointCount(source, nextCopied(text, start) ?? nearest) + 1
    }
    start += piece.length
  }
  return codePointCount(source, nearest) + 1
}

/** The offset of the first piece copied from the source at or after an output offset. */
function nextCopied(text: SqlText, from: number): number | undefined {
  let start = 0
  for (const { text: piece, at } of text) {
    if (start >= from && at !== undefined && piece.trim() !== '') return at
    start += piece.length
  }
  return undefined
}

function utf16Offset(text: string, codePoints: number): number {
  let offset = 0
  for (let count = 0; count < codePoints && offset < text.length; count++) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1
  }
  return offset
}

/** Characters before a UTF-16 offset. */
export function codePointCount(text: string, offset: number): number {
  let count = 0
  for (let at = 0; at < offset && at < text.length; count++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  return count
}
