import type { Range } from '../../tree/node.js'
import type { Partition, PartitionBy } from '../../tree/table.js'
import { type Cursor, commaList, parenthesized } from '../cursor.js'
import { parseExpression } from '../parse-expression.js'
import { parseIdentifierName } from '../parse-name.js'

/** PARTITION [ALL] BY LIST|RANGE (columns) (partitions) | NOTHING. Source: https://www.cockroachlabs.com/docs/v26.2/partitioning */
export function parsePartitionBy(cursor: Cursor): PartitionBy | undefined {
  const start = cursor.at
  const all = cursor.skipWords('partition', 'all', 'by')
  if (!all && !cursor.skipWords('partition', 'by')) return undefined
  if (cursor.skipWords('nothing')) {
    return { all, method: 'nothing', columns: [], partitions: [], ...cursor.since(start) }
  }
  const method = cursor.takeWord('list', 'range')
  if (method !== 'list' && method !== 'range') throw cursor.unexpected()
  const columns = parenthesized(cursor, parseIdentifierName)
  const partitions = parenthesized(cursor, method === 'list' ? parseListPartition : parseRangePartition)
  return { all, method, columns, partitions, ...cursor.since(start) }
}

function parseListPartition(cursor: Cursor): Partition {
  cursor.expectWords('partition')
  const { name } = cursor.label()
  cursor.expectWords('values', 'in')
  const values = parenthesized(cursor, parseExpression)
  const partitionBy = parsePartitionBy(cursor)
  return { name, values, ...(partitionBy && { partitionBy }) }
}

/** VALUES FROM (…) TO (…): two values, each with its parentheses. */
function parseRangePartition(cursor: Cursor): Partition {
  cursor.expectWords('partition')
  const { name } = cursor.label()
  cursor.expectWords('values', 'from')
  const from = parseBound(cursor)
  cursor.expectWords('to')
  const values = [from, parseBound(cursor)]
  const partitionBy = parsePartitionBy(cursor)
  return { name, values, ...(partitionBy && { partitionBy }) }
}

function parseBound(cursor: Cursor): Range {
  const start = cursor.at
  cursor.expectSymbol('(')
  commaList(cursor, parseExpression)
  cursor.expectSymbol(')')
  return cursor.since(start)
}
