import { type FromItem, printName, type Target } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { unimplemented } from '../unimplemented.js'
import { type Source, sourceNamed } from './from-scope.js'

/** Spells out `*` and `t.*` where a table has columns that are NOT VISIBLE. */
export function rewriteStars(
  targets: readonly Target[],
  from: readonly FromItem[],
  sources: readonly Source[],
  rewrite: Rewrite,
): void {
  if (!sources.some(hidesColumns)) return
  for (const target of targets) {
    if (!target.star) continue
    if (!target.starOf) rewrite.draft.replace(target, visibleColumns(from, sources))
    else {
      const source = sourceNamed(target.starOf, sources)
      if (source && hidesColumns(source)) rewrite.draft.replace(target, columnsOf(source).join(', '))
    }
  }
}

export function hidesColumns(source: Source): boolean {
  return source.table?.columns.some(column => column.hidden) ?? false
}

function visibleColumns(from: readonly FromItem[], sources: readonly Source[]): string {
  const merged = from.flatMap(mergedColumns)
  const seen = new Set(merged)
  const columns = sources.flatMap(source => {
    if (!source.table) {
      if (source.name === undefined) throw unimplemented('* over an unnamed source next to a table with hidden columns')
      return [`${printName(source.name)}.*`]
    }
    return columnsOf(source, seen)
  })
  return [...merged.map(printName), ...columns].join(', ')
}

/** Columns that JOIN … USING lists once, under their bare names. */
function mergedColumns(item: FromItem): readonly string[] {
  if (item.kind === 'nested-from') return item.alias ? [] : mergedColumns(item.item)
  if (item.kind !== 'join') return []
  if (item.natural) throw unimplemented('* over a NATURAL JOIN of a table with hidden columns')
  return [...new Set([...(item.using ?? []), ...mergedColumns(item.left), ...mergedColumns(item.right)])]
}

function columnsOf(source: Source, merged: ReadonlySet<string> = new Set()): readonly string[] {
  const qualifier = source.name === undefined ? '' : `${printName(source.name)}.`
  return (source.table?.columns ?? [])
    .filter(column => !column.hidden && !merged.has(column.name))
    .map(column => qualifier + printName(column.name))
}
