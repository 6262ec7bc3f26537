import type { Copy } from '../../tree/session.js'
import type { Cursor } from '../cursor.js'
import { parenthesized } from '../cursor.js'
import { parseRest } from '../parse-expression.js'
import { parseName } from '../parse-name.js'
import { parseStatementAt } from '../parse-statement.js'

/** Source: https://www.cockroachlabs.com/docs/v26.2/copy */
export function parseCopy(cursor: Cursor): Copy {
  const start = cursor.at
  cursor.expectWords('copy')
  const { source, columnList } = parseSource(cursor)
  const word = cursor.takeWord('from', 'to')
  if (word === undefined) throw cursor.unexpected()
  const stream = cursor.takeWord('stdin', 'stdout') !== undefined
  if (!stream) cursor.next()
  const optionsStart = cursor.at
  parseRest(cursor)
  return {
    kind: 'copy',
    direction: word === 'from' ? 'from' : 'to',
    source,
    ...(columnList && { columnList }),
    stream,
    options: cursor.since(optionsStart),
    ...cursor.since(start),
  }
}

function parseSource(cursor: Cursor): Pick<Copy, 'source' | 'columnList'> {
  if (cursor.skipSymbol('(')) {
    const source = parseStatementAt(cursor)
    cursor.expectSymbol(')')
    return { source }
  }
  const source = parseName(cursor)
  const start = cursor.at
  if (!cursor.isSymbol('(')) return { source }
  parenthesized(cursor, item => item.identifier())
  return { source, columnList: cursor.since(start) }
}
