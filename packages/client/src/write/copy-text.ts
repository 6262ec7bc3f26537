import type { Column } from './columns.js'
import { encodeRow } from './encode-row.js'

/**
 * Rows in COPY's text format, in pieces of some 64 KiB.
 * https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 *
 * @param exact Refuse a row that has other columns too.
 */
export async function* copyText(
  rows: AsyncIterable<object>,
  columns: readonly Column[],
  exact: boolean,
): AsyncGenerator<string, void, undefined> {
  let chunk = ''
  let index = 0
  for await (const row of rows) {
    chunk += `${encodeRow(row, index++, columns, exact).map(copyField).join('\t')}\n`
    if (chunk.length >= CHUNK_LENGTH) {
      yield chunk
      chunk = ''
    }
  }
  if (chunk !== '') yield chunk
}

/** One field: what would end it is escaped, and NULL is `\N`. */
export function copyField(text: string | null): string {
  if (text === null) return '\\N'
  return SPECIAL.test(text) ? text.replace(SPECIALS, char => ESCAPES[char] ?? char) : text
}

const CHUNK_LENGTH = 65_536

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
}

const SPECIAL = /[\\\t\n\r\b\f\v]/
const SPECIALS = /[\\\t\n\r\b\f\v]/g
