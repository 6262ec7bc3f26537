import type { NodeOf, Prepare } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { unimplemented } from '../unimplemented.js'
import type { Outcome } from './outcome.js'
import { translateNested } from './translate-statement.js'

/** SQL PREPARE: PostgreSQL keeps the statement, with what is rewritten inside it. */
export function translatePrepare(node: Prepare, rewrite: Rewrite): Outcome {
  translateNested(node.statement, rewrite)
  return { kind: 'other' }
}

/** DECLARE CURSOR, which only goes forward. Source: https://www.cockroachlabs.com/docs/v26.2/cursors */
export function translateDeclare(node: NodeOf<'declare'>, rewrite: Rewrite): Outcome {
  if (node.scroll) throw unimplemented('DECLARE SCROLL CURSOR')
  for (let index = node.start + 1; index < node.statement.start; index++) {
    const { value } = rewrite.token(index)
    if (value === 'scroll') break
    if (value === 'cursor') rewrite.draft.before({ start: index, end: index + 1 }, 'NO SCROLL ')
  }
  translateNested(node.statement, rewrite)
  return { kind: 'other' }
}
