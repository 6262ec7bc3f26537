import { type Copy, printName } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { rewriteRelation } from '../rules/names.js'
import type { Outcome } from './outcome.js'

/** COPY FROM STDIN and COPY TO STDOUT. Source: https://www.cockroachlabs.com/docs/v26.2/copy */
export function translateCopy(node: Copy, rewrite: Rewrite): Outcome {
  if (!node.stream) {
    throw new SqlError(sqlState.feature_not_supported, 'unimplemented: COPY with a file or a program', {
      hint: 'CockroachDB copies from STDIN and to STDOUT only.',
    })
  }
  const { source } = node
  if (source.kind === 'name') {
    rewriteRelation(source, rewrite)
    const columns = rewrite.table(source)?.columns ?? []
    if (!node.columnList && columns.some(column => column.hidden)) {
      const visible = columns.filter(column => !column.hidden).map(column => printName(column.name))
      rewrite.draft.after(source, ` (${visible.join(', ')})`)
    }
  }
  return { kind: node.direction === 'from' ? 'copy-in' : 'copy-out' }
}
