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

/** DECLARE CURSOR. Source: https://www.cockroachlabs.com/docs/v26.2/cursors */
export function translateDeclare(node: NodeOf<'declare'>, rewrite: Rewrite): Outcome {
  if (node.scroll) throw unimplemented('DECLARE SCROLL CURSOR')
  translateNested(node.statement, rewrite)
  return { kind: 'other' }
}
