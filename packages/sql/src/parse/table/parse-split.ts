import type { SplitRanges } from '../../tree/table.js'
import { type Cursor, parenthesized } from '../cursor.js'
import { parseExpression } from '../parse-expression.js'
import { parseIndexName, parseName } from '../parse-name.js'
import { parseQuery } from '../query/parse-query.js'

/**
 * ALTER TABLE and ALTER INDEX … SPLIT AT, UNSPLIT and SCATTER, with the cursor on ALTER; undefined, and nothing read, for others.
 * Source: https://www.cockroachlabs.com/docs/v26.2/alter-table#split-at
 */
export function parseSplitStatement(cursor: Cursor): SplitRanges | undefined {
  const start = cursor.at
  cursor.expectWords('alter')
  const type = cursor.takeWord('table', 'index')
  if (type !== undefined && cursor.isName()) {
    const target = type === 'index' ? parseIndexName(cursor) : parseName(cursor)
    const base = { kind: 'split-ranges', target } as const
    if (cursor.skipWords('split', 'at')) {
      const query = parseQuery(cursor)
      const expiration = cursor.skipWords('with', 'expiration') ? parseExpression(cursor) : undefined
      return { ...base, action: 'split', query, ...(expiration && { expiration }), ...cursor.since(start) }
    }
    if (cursor.skipWords('unsplit', 'all')) return { ...base, action: 'unsplit', ...cursor.since(start) }
    if (cursor.skipWords('unsplit', 'at')) {
      return { ...base, action: 'unsplit', query: parseQuery(cursor), ...cursor.since(start) }
    }
    if (cursor.skipWords('scatter')) {
      if (!cursor.skipWords('from')) return { ...base, action: 'scatter', ...cursor.since(start) }
      const from = parenthesized(cursor, item => parseExpression(item))
      cursor.expectWords('to')
      return {
        ...base,
        action: 'scatter',
        span: { from, to: parenthesized(cursor, item => parseExpression(item)) },
        ...cursor.since(start),
      }
    }
  }
  cursor.at = start
  return undefined
}
