import type { Prepare } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { Outcome } from './outcome.js'
import { translateNested } from './translate-statement.js'

/** SQL PREPARE: PostgreSQL keeps the statement, with what is rewritten inside it. */
export function translatePrepare(node: Prepare, rewrite: Rewrite): Outcome {
  translateNested(node.statement, rewrite)
  return { kind: 'other' }
}
