import type { FromItem, Name, TableRef } from '@cerci/sql'
import type { ColumnInfo, TableInfo } from '../../catalog/snapshot.js'
import type { Rewrite } from '../rewrite/rewrite.js'

/** One source of rows in FROM, under the name that it goes by. */
export interface Source {
  /** The alias, or the table's own name; undefined for one that cannot be named. */
  readonly name: string | undefined
  /** Absent when the catalog does not describe the source, as for a subquery. */
  readonly table?: TableInfo
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
    case 'query-ref':
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
  if (candidates.some(source => !source.table || source.renamed)) return undefined
  const matches = candidates.flatMap(source => {
    const found = source.table?.columns.find(({ name }) => name === column)
    return found && !source.nullable ? [found] : []
  })
  return matches.length === 1 ? matches[0] : undefined
}

export function sourceNamed(name: Name, sources: readonly Source[]): Source | undefined {
  return sources.find(source => source.name === name.parts.at(-1))
}
