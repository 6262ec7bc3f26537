import type { QueryBody, StatementNode } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'

/**
 * Refuses AS OF SYSTEM TIME in a subquery, a common table or the source of an INSERT, unless the statement itself reads at that time.
 *
 * @param statement one that reads at a time somewhere
 * @see https://www.cockroachlabs.com/docs/v26.2/as-of-system-time#using-as-of-system-time-in-subqueries
 * @throws {SqlError}
 */
export function requireTopLevelAsOf(statement: StatementNode): void {
  const inner = statement.kind === 'explain' ? statement.statement : statement
  const said = inner.kind === 'query' ? readsPast(inner.body) : !writing.has(inner.kind)
  if (!said) {
    throw new SqlError(sqlState.syntax_error, 'AS OF SYSTEM TIME must be provided on a top-level statement')
  }
}

const writing: ReadonlySet<string> = new Set(['insert', 'update', 'delete'])

function readsPast(body: QueryBody): boolean {
  if (body.kind === 'select') return body.asOf !== undefined
  return body.kind === 'nested-query' && readsPast(body.query.body)
}
