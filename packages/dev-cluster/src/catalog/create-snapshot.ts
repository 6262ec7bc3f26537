import type { ParsedCatalog } from './parse-catalog.js'
import type { CatalogSnapshot, TableInfo } from './snapshot.js'

/** Makes what a catalog holds findable by name. */
export function createSnapshot(
  database: string,
  version: number,
  { databases, schemas, tables, functions, properties }: ParsedCatalog,
  builtinFunctions: ReadonlySet<string>,
): CatalogSnapshot {
  const tablesBySchema = new Map<string, Map<string, TableInfo>>()
  for (const table of tables) {
    let bySchema = tablesBySchema.get(table.schema)
    if (!bySchema) tablesBySchema.set(table.schema, (bySchema = new Map()))
    bySchema.set(table.name, table)
  }
  const indexOwners = new Map(
    tables.flatMap(table => table.indexes.map(({ name }) => [`${table.schema}.${name}`, table] as const)),
  )
  return {
    database,
    version,
    databases,
    schemas,
    properties,
    tables: () => tables,
    indexOwner: (name, schema) => indexOwners.get(`${schema}.${name}`),
    hasFunction: name => builtinFunctions.has(name) || functions.has(name.slice(name.lastIndexOf('.') + 1)),
    table(name, schema, searchPath) {
      if (schema !== undefined) return tablesBySchema.get(schema)?.get(name)
      for (const candidate of searchPath) {
        const table = tablesBySchema.get(candidate)?.get(name)
        if (table) return table
      }
      return undefined
    },
  }
}
