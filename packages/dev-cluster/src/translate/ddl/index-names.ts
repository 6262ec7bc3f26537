import type { IndexInfo, TableInfo } from '../../catalog/snapshot.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { TargetTable } from './target-table.js'

/**
 * The name that a new index or key gets in PostgreSQL, where names of indexes are per schema; CockroachDB's are per table. One
 * that another table's index has is given as `name@table`, of which clients see the first part.
 */
export function newIndexName(name: string, table: TargetTable, rewrite: Rewrite): string {
  const { catalog, session } = rewrite.context
  const schemas = table.schema === undefined ? session.searchPath : [table.schema]
  const isTaken = schemas.some(schema => {
    const owner = catalog.indexOwner(name, schema) ?? catalog.table(name, schema, [])
    return owner !== undefined && owner.name !== table.name
  })
  return isTaken ? `${name}@${table.name}` : name
}

/** The name that an index of a table has in PostgreSQL; the one that was asked for when there is none. `primary` is the primary key. */
export function storedIndexName(name: string, table: TableInfo | undefined): string {
  return findIndex(name, table)?.name ?? name
}

/** Whether CockroachDB has the index: it has none under UNIQUE WITHOUT INDEX. */
export function isShown({ properties }: IndexInfo): boolean {
  return properties.without_index === undefined
}

/** The first table that has an index of that name, as clients see it. */
export function indexOwner(name: string, { context }: Rewrite): TableInfo | undefined {
  return context.catalog.tables().find(table => findIndex(name, table) !== undefined)
}

export function findIndex(name: string, table: TableInfo | undefined): IndexInfo | undefined {
  const index = findKey(name, table)
  return index && isShown(index) ? index : undefined
}

/** An index, or what PostgreSQL has under a unique constraint without one. */
export function findKey(name: string, table: TableInfo | undefined): IndexInfo | undefined {
  const indexes = table?.indexes ?? []
  return (
    indexes.find(index => clientIndexName(index.name) === name) ??
    (name === 'primary' ? indexes.find(index => index.primary) : undefined)
  )
}

/** The name as clients see it. */
export function clientIndexName(stored: string): string {
  const at = stored.lastIndexOf('@')
  return at > 0 ? stored.slice(0, at) : stored
}
