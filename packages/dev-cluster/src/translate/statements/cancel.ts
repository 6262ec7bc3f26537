import type { NodeOf, Range } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { sql } from '../rewrite/sql-text.js'
import { translateControlJobs } from './control-jobs.js'
import type { Outcome } from './outcome.js'

/**
 * CANCEL QUERY and CANCEL SESSION, and of jobs. PostgreSQL evaluates which: it hands the ids to a view whose trigger tells the gateway of each.
 * Sources: https://www.cockroachlabs.com/docs/v26.2/cancel-query, https://www.cockroachlabs.com/docs/v26.2/cancel-session
 */
export function translateCancel(node: NodeOf<'plain'>, rewrite: Rewrite): Outcome {
  const what = rewrite.token(node.start + 1).value
  const [singular] = /^(query|queries|session|sessions)$/.exec(what) ?? []
  if (singular === undefined) return translateControlJobs(node, rewrite)
  const cancel = singular.startsWith('quer') ? 'query' : 'session'
  const ifExists = rewrite.token(node.start + 2).value === 'if' && rewrite.token(node.start + 3).value === 'exists'
  const which: Range = { start: node.start + (ifExists ? 4 : 2), end: node.end }
  if (which.start >= which.end) throw new SqlError(sqlState.syntax_error, 'at or near "EOF": syntax error')
  const many = what === 'queries' || what === 'sessions'
  const ids = rewrite.draft.text(which)
  const source = many ? sql`SELECT id::text FROM (${ids}) AS cancelled(id)` : sql`VALUES ((${ids})::text)`
  return {
    kind: 'other',
    tag: `CANCEL ${cancel === 'query' ? 'QUERIES' : 'SESSIONS'}`,
    sql: sql`INSERT INTO crdb_internal.cerci_cancellations (id) ${source}`,
    effect: { cancel, ifExists },
  }
}
