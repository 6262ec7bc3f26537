import { printName, type Query, type Select } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'

const aggregates: ReadonlySet<string> = new Set(
  `any_value array_agg array_cat_agg avg bit_and bit_or bool_and bool_or concat_agg corr count count_rows covar_pop
  covar_samp every json_agg json_object_agg jsonb_agg jsonb_object_agg max min mode percentile_cont percentile_disc
  sqrdiff st_collect st_extent stddev stddev_pop stddev_samp string_agg sum sum_int var_pop var_samp variance xor_agg`.split(
    /\s+/,
  ),
)

/**
 * Orders a plain read of one whole table by its primary key: CockroachDB scans that index, and people rely on the order they
 * see, while PostgreSQL's heap order changes with every update. Reads with a condition are left to the planner.
 */
export function orderByPrimaryKey(query: Query, select: Select, rewrite: Rewrite): void {
  const [ref, second] = select.from
  if (ref?.kind !== 'table-ref' || ref.ordinality || second || query.orderBy.length > 0 || query.locking) return
  if (select.distinct !== 'none' || select.where || select.groupBy.length > 0 || select.having) return
  if (select.targets.some(target => target.expression.parts.some(isAggregate))) return
  const table = rewrite.table(ref.name)
  if (!table || table.primaryKey.length === 0 || ref.alias?.columns || table.primaryKey.some(isExpression)) return
  const qualifier = printName(ref.alias?.name ?? ref.name.parts.at(-1) ?? '')
  const { descending, shard } = table.indexes.find(index => index.primary)?.properties ?? {}
  const keys = table.primaryKey.map((column, at) => {
    const isDescending = Array.isArray(descending) && descending.includes(at + 1)
    return `${qualifier}.${printName(column)}${isDescending ? ' DESC' : ''}`
  })
  // A hash-sharded index has its buckets one after the other, each in order.
  const first = typeof shard === 'string' && !rewrite.explained ? [`${qualifier}.${printName(shard)}`] : []
  rewrite.draft.after(select, ` ORDER BY ${[...first, ...keys].join(', ')}`)
}

function isAggregate(part: { readonly kind: string; readonly name?: unknown }): boolean {
  if (part.kind !== 'call' || typeof part.name !== 'object' || part.name === null || !('parts' in part.name))
    return false
  const parts = part.name.parts
  return Array.isArray(parts) && parts.some(name => typeof name === 'string' && isAggregateName(name))
}

export function isAggregateName(name: string): boolean {
  return aggregates.has(name)
}

function isExpression(column: string): boolean {
  return column.includes('(')
}
