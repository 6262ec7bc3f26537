import type { With } from '../../tree/query.js'
import type { Delete } from '../../tree/write.js'
import { type Cursor, commaList } from '../cursor.js'
import { parseFromItem, parseTableRef } from '../query/parse-from.js'
import { parseWriteTail } from './parse-update.js'

/** Source: https://www.cockroachlabs.com/docs/v26.2/delete */
export function parseDelete(cursor: Cursor, leading?: { readonly with: With; readonly start: number }): Delete {
  const start = leading?.start ?? cursor.at
  cursor.expectWords('delete', 'from')
  const table = parseTableRef(cursor)
  const using = cursor.skipWords('using') ? commaList(cursor, parseFromItem) : []
  const tail = parseWriteTail(cursor)
  return {
    kind: 'delete',
    ...(leading && { with: leading.with }),
    table,
    using,
    ...tail,
    ...cursor.since(start),
  }
}
