import type { Delete, FromItem, Range, Update } from '@cerci/sql'
import { printName } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { touchCondition } from '../access/touch-rows.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { joinSql, type SqlText, sql } from '../rewrite/sql-text.js'
import type { Source } from '../rules/from-scope.js'
import { orderingsIn, rewriteNullOrder } from '../rules/null-order.js'

/**
 * UPDATE and DELETE with LIMIT, which PostgreSQL lacks: the rows are chosen, and locked, by a subquery for their ctid.
 * `tail` is everything between the last clause before WHERE and RETURNING.
 */
export function rewriteLimitedWrite(
  node: Update | Delete,
  others: readonly FromItem[],
  sources: readonly Source[],
  tail: Range,
  rewrite: Rewrite,
): void {
  rewriteNullOrder([...node.orderBy, ...orderingsIn([node.where])], sources, [], rewrite)
  if (node.limit === undefined) {
    if (node.orderBy.length === 0) return
    const verb = node.kind === 'update' ? 'UPDATE' : 'DELETE'
    throw new SqlError(sqlState.syntax_error, `${verb} statement requires LIMIT when ORDER BY is used`)
  }
  const { draft } = rewrite
  const name = printName(node.table.alias?.name ?? node.table.name.parts.at(-1) ?? '')
  const tables = joinSql([draft.text(node.table), ...others.map(item => draft.text(item))], ', ')
  const condition = node.where ? draft.text(node.where) : touchCondition(node, rewrite)
  const where = condition === undefined ? '' : sql` WHERE ${condition}`
  const orderBy =
    node.orderBy.length > 0
      ? sql` ORDER BY ${joinSql(
          node.orderBy.map(item => draft.text(item)),
          ', ',
        )}`
      : ''
  const limit = draft.text(node.limit)
  const chosen = sql`SELECT ${name}.ctid FROM ${tables}${where}${orderBy} LIMIT ${limit} FOR UPDATE OF ${name}`
  const again: SqlText | string = node.where && others.length > 0 ? sql` AND (${draft.text(node.where)})` : ''
  draft.replace(tail, sql`WHERE ${name}.ctid = ANY (ARRAY(${chosen}))${again}`)
}
