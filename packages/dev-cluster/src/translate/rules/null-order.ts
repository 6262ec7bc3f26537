import {
  columnName,
  type Expression,
  type IndexName,
  type Name,
  type OrderItem,
  printName,
  type Target,
} from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { findIndex } from '../ddl/index-names.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { columnOf, type Source } from './from-scope.js'

/**
 * CockroachDB sorts NULL before every value, PostgreSQL after. A key on a column that is never NULL stays as it is, so that an
 * index in PostgreSQL's own order serves it. Source: https://www.cockroachlabs.com/docs/v26.2/null-handling#nulls-and-sorting
 */
export function rewriteNullOrder(
  items: readonly OrderItem[],
  sources: readonly Source[],
  targets: readonly Target[],
  rewrite: Rewrite,
): void {
  for (const item of items) if (item.index) orderByIndex(item, item.index, rewrite)
  if (items.length === 0 || rewrite.variable('null_ordered_last') === 'on') return
  for (const item of items) {
    if (item.index) continue
    if (item.nulls === undefined && !isNeverNull(item.expression, sources, targets, rewrite)) {
      rewrite.draft.after(item, item.direction === 'desc' ? ' NULLS LAST' : ' NULLS FIRST')
    }
  }
}

/** ORDER BY PRIMARY KEY t and ORDER BY INDEX t@i. Source: https://www.cockroachlabs.com/docs/v26.2/order-by#order-by-index */
function orderByIndex(item: OrderItem, index: IndexName | Name, rewrite: Rewrite): void {
  const tableName = index.kind === 'name' ? index : index.table
  const table = tableName && rewrite.table(tableName)
  const name = index.kind === 'name' ? 'primary' : (index.index.parts.at(-1) ?? '')
  const columns = findIndex(name, table)?.columns
  if (!columns) throw new SqlError(sqlState.undefined_object, `index "${name}" not found`)
  const direction = item.direction === 'desc' ? ' DESC NULLS LAST' : ' NULLS FIRST'
  const qualifier = printName(tableName?.parts.at(-1) ?? '')
  const keys = columns.map(column =>
    table?.columns.some(known => known.name === column && known.notNull)
      ? `${qualifier}.${printName(column)}${item.direction === 'desc' ? ' DESC' : ''}`
      : `${qualifier}.${printName(column)}${direction}`,
  )
  rewrite.draft.replace(item, keys.join(', '))
}

/** Orderings inside expressions: of aggregates and windows. */
export function orderingsIn(expressions: readonly (Expression | undefined)[]): readonly OrderItem[] {
  return expressions.flatMap(expression => (expression?.parts ?? []).filter(part => part.kind === 'order-item'))
}

function isNeverNull(
  key: Expression,
  sources: readonly Source[],
  targets: readonly Target[],
  rewrite: Rewrite,
): boolean {
  const output = outputColumn(key, targets, rewrite)
  if (output?.star) return false
  const parts = columnName(rewrite.script, output?.expression ?? key)
  return parts !== undefined && columnOf(parts, sources)?.notNull === true
}

/** The output column that a key names by its number or its alias. */
function outputColumn(key: Expression, targets: readonly Target[], rewrite: Rewrite): Target | undefined {
  if (key.end - key.start !== 1) return undefined
  const token = rewrite.token(key.start)
  if (token.kind === 'number') {
    const until = targets.slice(0, Number(token.text))
    return until.some(target => target.star) ? until.find(target => target.star) : until.at(-1)
  }
  return targets.find(target => target.alias?.name === token.value)
}
