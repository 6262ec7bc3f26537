import { columnName, type FromItem, type Name, type Query, type TableRef, type Target } from '@cerci/sql'
import type { ColumnInfo, TableInfo } from '../../catalog/snapshot.js'
import type { Rewrite } from '../rewrite/rewrite.js'

/** One source of rows in FROM, under the name that it goes by. */
export interface Source {
  /** The alias, or the table's own name; undefined for one that cannot be named. */
  readonly name: string | undefined
  /** Absent when the catalog does not describe the source, as for a subquery. */
  readonly table?: TableInfo
  /** The columns of a subquery, as far as they are known to be columns of tables. */
  readonly derived?: readonly ColumnInfo[]
  /** An outer join may fill this source with NULLs. */
  readonly nullable: boolean
  /** The columns have other names here than in the catalog. */
  readonly renamed: boolean
}

/** The sources of FROM, in the order in which `*` lists them. */
export function sourcesOf(from: readonly FromItem[], rewrite: Rewrite): readonly Source[] {
  return from.flatMap(item => sourcesOfItem(item, false, rewrite))
}

function sourcesOfItem(item: FromItem, nullable: boolean, rewrite: Rewrite): readonly Source[] {
  switch (item.kind) {
    case 'table-ref':
      return [tableSource(item, nullable, rewrite)]
    case 'join':
      return [
        ...sourcesOfItem(item.left, nullable || item.type === 'right' || item.type === 'full', rewrite),
        ...sourcesOfItem(item.right, nullable || item.type === 'left' || item.type === 'full', rewrite),
      ]
    case 'nested-from':
      if (item.alias) return [{ name: item.alias.name, nullable, renamed: true }]
      return sourcesOfItem(item.item, nullable, rewrite)
    case 'query-ref': {
      const derived = derivedColumns(item.query, rewrite)
      const renamed = item.alias?.columns !== undefined || item.ordinality !== undefined
      return [{ name: item.alias?.name, nullable, renamed: renamed || !derived, ...(derived && { derived }) }]
    }
    case 'statement-ref':
    case 'function-ref':
  }
  return [{ name: item.alias?.name, nullable, renamed: true }]
}

export function tableSource(ref: TableRef, nullable: boolean, rewrite: Rewrite): Source {
  const table = ref.ordinality ? undefined : rewrite.table(ref.name)
  const name = ref.alias?.name ?? ref.name.parts.at(-1)
  return { name, nullable, renamed: ref.alias?.columns !== undefined, ...(table && { table }) }
}

/** The column that a name means, when that is certain and it cannot be NULL for want of a row. */
export function columnOf(parts: readonly string[], sources: readonly Source[]): ColumnInfo | undefined {
  const column = parts.at(-1)
  const qualifier = parts.length > 1 ? parts.at(-2) : undefined
  const candidates = qualifier === undefined ? sources : sources.filter(source => source.name === qualifier)
  if (candidates.some(source => !columnsIn(source) || source.renamed)) return undefined
  const matches = candidates.flatMap(source => {
    const found = columnsIn(source)?.find(({ name }) => name === column)
    return found && !source.nullable ? [found] : []
  })
  return matches.length === 1 ? matches[0] : undefined
}

export function sourceNamed(name: Name | undefined, sources: readonly Source[]): Source | undefined {
  return sources.find(source => source.name === name?.parts.at(-1))
}

function columnsIn(source: Source): readonly ColumnInfo[] | undefined {
  return source.table?.columns ?? source.derived
}

/** Undefined where a name may mean something else, or grouping may make up NULLs. */
function derivedColumns(query: Query, rewrite: Rewrite): readonly ColumnInfo[] | undefined {
  const { body } = query
  if (body.kind !== 'select' || query.with || body.groupBy.length > 0) return undefined
  const sources = sourcesOf(body.from, rewrite)
  const columns = body.targets.map(target => targetColumns(target, sources, rewrite))
  return columns.every(each => each !== undefined) ? columns.flat() : undefined
}

function targetColumns(target: Target, sources: readonly Source[], rewrite: Rewrite): ColumnInfo[] | undefined {
  if (target.star) {
    const named = target.starOf ? sources.filter(source => source === sourceNamed(target.starOf, sources)) : sources
    if (named.length === 0 || named.some(source => !columnsIn(source) || source.renamed)) return undefined
    return named.flatMap(source =>
      (columnsIn(source) ?? [])
        .filter(column => !column.hidden)
        .map(column => ({ ...column, notNull: column.notNull && !source.nullable })),
    )
  }
  const parts = columnName(rewrite.script, target.expression)
  const column = parts && columnOf(parts, sources)
  const name = target.alias?.name ?? parts?.at(-1)
  if (name === undefined) return []
  const unknown = {
    type: 'unknown',
    notNull: false,
    hidden: false,
    hasDefault: false,
    generated: false,
    onUpdate: null,
    declaredType: null,
  }
  return [{ ...(column ?? unknown), name, hidden: false }]
}
