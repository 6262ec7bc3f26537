import type { Expression, FromItem, NodeOf, Query, Select, TableCommand } from '@cerci/sql'
import { printName } from '@cerci/sql'
import { tellRegions } from '../access/touch-rows.js'
import { parseAsOfTime } from '../as-of/parse-as-of.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { sourcesOf, tableSource } from '../rules/from-scope.js'
import { orderingsIn, rewriteNullOrder } from '../rules/null-order.js'
import { rewriteOutputName } from '../rules/output-names.js'
import { hideColumns, hidesColumns } from '../rules/stars.js'
import type { Outcome } from './outcome.js'
import { orderByPrimaryKey } from './primary-key-order.js'

/** SELECT, VALUES, TABLE. The edits are on the client's text, so that a query may stand inside another. */
export function translateQuery(query: Query, rewrite: Rewrite): Outcome {
  const { body } = query
  if (body.kind === 'select') {
    rewriteNullOrder(query.orderBy, sourcesOf(body.from, rewrite), body.targets, rewrite)
    if (!rewrite.nested.has(query)) orderByPrimaryKey(query, body, rewrite)
  } else if (body.kind === 'table-command') {
    rewriteNullOrder(query.orderBy, [tableSource(body.table, false, rewrite)], [], rewrite)
  } else {
    rewriteNullOrder(query.orderBy, [], [], rewrite)
  }
  const writes = query.with?.tables.some(({ statement }) => ['insert', 'update', 'delete'].includes(statement.kind))
  return { kind: writes ? 'write' : 'read' }
}

/** The rule for each SELECT, however deep. */
export function rewriteSelect(select: Select, rewrite: Rewrite): void {
  const sources = sourcesOf(select.from, rewrite)
  hideColumns(select.targets, select.from, sources, rewrite)
  rewriteNullOrder(orderingsIn(expressionsOf(select)), sources, [], rewrite)
  if (!rewrite.unseen.has(select)) for (const target of select.targets) rewriteOutputName(target, rewrite)
  if (select.asOf) {
    rewrite.setAsOf(parseAsOfTime(select.asOf, rewrite))
    rewrite.draft.remove(select.asOf)
  }
  tellRegions(select, rewrite)
}

/** TABLE t, which lists what SELECT * does. */
export function rewriteTableCommand(command: TableCommand, rewrite: Rewrite): void {
  const source = tableSource(command.table, false, rewrite)
  if (!hidesColumns(source)) return
  const columns = source.table?.columns.filter(column => !column.hidden).map(column => printName(column.name)) ?? []
  rewrite.draft.before(command.table, `SELECT ${columns.join(', ')} FROM `)
  rewrite.draft.remove({ start: command.start, end: command.start + 1 })
}

export function rewriteJoin(join: NodeOf<'join'>, rewrite: Rewrite): void {
  if (join.hint) rewrite.draft.remove(join.hint)
}

function expressionsOf(select: Select): readonly (Expression | undefined)[] {
  return [
    ...select.targets.map(target => target.expression),
    ...select.distinctOn,
    select.where,
    ...select.groupBy,
    select.having,
    select.window,
    ...select.from.flatMap(conditionsOf),
  ]
}

function conditionsOf(item: FromItem): readonly (Expression | undefined)[] {
  return item.kind === 'join' ? [item.on, ...conditionsOf(item.left), ...conditionsOf(item.right)] : []
}
