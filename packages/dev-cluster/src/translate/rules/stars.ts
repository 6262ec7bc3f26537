import { type FromItem, printName, type Target } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { sql } from '../rewrite/sql-text.js'
import { unimplemented } from '../unimplemented.js'
import { type Source, sourceNamed, tableSource } from './from-scope.js'

/** Keeps columns that are NOT VISIBLE out of `*`, `t.*` and NATURAL JOIN. */
export function hideColumns(
  targets: readonly Target[],
  from: readonly FromItem[],
  sources: readonly Source[],
  rewrite: Rewrite,
): void {
  if (!sources.some(hidesColumns)) return
  const hasStar = targets.some(target => target.star && !target.starOf)
  const mergesUnknown = hasStar && from.some(usesColumns) && sources.some(source => !source.table)
  if (mergesUnknown || from.some(isNatural)) for (const item of from) replaceByVisible(item, rewrite)
  else rewriteStars(targets, from, sources, rewrite)
}

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
    if (source.table) return columnsOf(source, seen)
    if (source.name === undefined) throw unimplemented('* over an unnamed source next to a table with hidden columns')
    return [`${printName(source.name)}.*`]
  })
  return [...merged.map(printName), ...columns].join(', ')
}

/** Columns that JOIN … USING lists once, under their bare names. */
function mergedColumns(item: FromItem): readonly string[] {
  if (item.kind === 'nested-from') return item.alias ? [] : mergedColumns(item.item)
  if (item.kind !== 'join') return []
  return [...new Set([...(item.using ?? []), ...mergedColumns(item.left), ...mergedColumns(item.right)])]
}

function columnsOf(source: Source, merged: ReadonlySet<string> = new Set()): readonly string[] {
  const qualifier = source.name === undefined ? '' : `${printName(source.name)}.`
  return (source.table?.columns ?? [])
    .filter(column => !column.hidden && !merged.has(column.name))
    .map(column => qualifier + printName(column.name))
}

function isNatural(item: FromItem): boolean {
  if (item.kind === 'nested-from') return isNatural(item.item)
  return item.kind === 'join' && (item.natural || isNatural(item.left) || isNatural(item.right))
}

function usesColumns(item: FromItem): boolean {
  if (item.kind === 'nested-from') return usesColumns(item.item)
  return item.kind === 'join' && (item.using !== undefined || usesColumns(item.left) || usesColumns(item.right))
}

/** Puts a subquery for the visible columns in the place of each table that has others. */
function replaceByVisible(item: FromItem, rewrite: Rewrite): void {
  if (item.kind === 'nested-from') replaceByVisible(item.item, rewrite)
  else if (item.kind === 'join') {
    replaceByVisible(item.left, rewrite)
    replaceByVisible(item.right, rewrite)
  } else if (item.kind === 'table-ref') {
    const source = tableSource(item, false, rewrite)
    if (!hidesColumns(source)) return
    const columns = columnsOf({ ...source, name: undefined }).join(', ')
    const alias = item.alias ? '' : ` AS ${printName(source.name ?? '')}`
    rewrite.draft.replace(item.name, sql`(SELECT ${columns} FROM ${rewrite.draft.text(item.name)})${alias}`)
  }
}
