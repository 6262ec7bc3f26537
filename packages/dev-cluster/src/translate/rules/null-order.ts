import { columnName, type Expression, type OrderItem, type Target } from '@cerci/sql'
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
  if (items.length === 0 || rewrite.variable('null_ordered_last') === 'on') return
  for (const item of items) {
    if (item.nulls === undefined && !isNeverNull(item.expression, sources, targets, rewrite)) {
      rewrite.draft.after(item, item.direction === 'desc' ? ' NULLS LAST' : ' NULLS FIRST')
    }
  }
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
