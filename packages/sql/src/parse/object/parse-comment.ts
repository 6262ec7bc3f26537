import type { IndexName, Name } from '../../tree/node.js'
import type { CommentOn, CreateStatistics } from '../../tree/object.js'
import { type Cursor, commaList } from '../cursor.js'
import { parseExpression } from '../parse-expression.js'
import { parseIdentifierName, parseIndexName, parseLooseName, parseName } from '../parse-name.js'

const objectTypes = [
  'database',
  'schema',
  'table',
  'column',
  'index',
  'constraint',
  'type',
  'view',
  'sequence',
  'function',
]

/** Source: https://www.cockroachlabs.com/docs/v26.2/comment-on */
export function parseComment(cursor: Cursor): CommentOn {
  const start = cursor.at
  cursor.expectWords('comment', 'on')
  const objectType = cursor.takeWord(...objectTypes)
  if (objectType === undefined) throw cursor.unexpected()
  const name: Name | IndexName = objectType === 'index' ? parseIndexName(cursor) : parseLooseName(cursor)
  const table = objectType === 'constraint' ? parseConstraintTable(cursor) : undefined
  cursor.expectWords('is')
  const text = parseExpression(cursor)
  return { kind: 'comment', objectType, name, ...(table && { table }), text, ...cursor.since(start) }
}

function parseConstraintTable(cursor: Cursor): Name {
  cursor.expectWords('on')
  return parseName(cursor)
}

/** After CREATE STATISTICS. Source: https://www.cockroachlabs.com/docs/v26.2/create-statistics */
export function parseCreateStatistics(cursor: Cursor, start: number): CreateStatistics {
  const { name } = cursor.looseIdentifier()
  const columns = cursor.skipWords('on') ? commaList(cursor, parseIdentifierName) : []
  cursor.expectWords('from')
  const table = parseName(cursor)
  // Options (THROTTLING, AS OF SYSTEM TIME) say how to collect, which PostgreSQL decides itself.
  while (!cursor.atEnd()) cursor.next()
  return { kind: 'create-statistics', name, columns, table, ...cursor.since(start) }
}
