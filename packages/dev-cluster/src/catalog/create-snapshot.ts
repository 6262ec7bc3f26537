import type { ParsedCatalog } from './parse-catalog.js'
import type { CatalogSnapshot, TableInfo } from './snapshot.js'

/** Makes what a catalog holds findable by name. */
export function createSnapshot(
  database: string,
  version: number,
  { databases, tables, functions, properties }: ParsedCatalog,
  builtinFunctions: ReadonlySet<string>,
): CatalogSnapshot {
  const schemas = new Map<string, Map<string, TableInfo>>()
  for (const table of tables) {
    let bySchema = schemas.get(table.schema)
    if (!bySchema) schemas.set(table.schema, (bySchema = new Map()))
    bySchema.set(table.name, table)
  }
  const indexOwners = new Map(
    tables.flatMap(table => table.indexes.map(({ name }) => [`${table.schema}.${name}`, table] as const)),
  )
  return {
    database,
    version,
    databases,
    properties,
    tables: () => tables,
    indexOwner: (name, schema) => indexOwners.get(`${schema}.${name}`),
    hasFunction: name => builtinFunctions.has(name) || functions.has(name.slice(name.lastIndexOf('.') + 1)),
    table(name, schema, searchPath) {
      if (schema !== undefined) return schemas.get(schema)?.get(name)
      for (const candidate of searchPath) {
        const table = schemas.get(candidate)?.get(name)
        if (table) return table
      }
      return undefined
    },
  }
}
