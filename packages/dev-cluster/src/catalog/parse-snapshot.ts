import type { CatalogSnapshot, CheckInfo, ColumnInfo, IndexInfo, TableInfo } from './snapshot.js'

/** Reads what the catalog query returned. Throws a TypeError when it is something else. */
export function parseSnapshot(
  database: string,
  version: number,
  text: string,
  builtinFunctions: ReadonlySet<string>,
): CatalogSnapshot {
  const document: unknown = JSON.parse(text)
  if (!isDocument(document)) throw new TypeError('the catalog query did not return a catalog')
  const functions = new Set(array(document.functions).map(string))
  const schemas = new Map<string, Map<string, TableInfo>>()
  for (const relation of array(document.relations)) {
    const table = parseTable(array(relation))
    let tables = schemas.get(table.schema)
    if (!tables) schemas.set(table.schema, (tables = new Map()))
    tables.set(table.name, table)
  }
  return {
    database,
    version,
    databases: array(document.databases).map(string),
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

function isDocument(value: unknown): value is Record<'databases' | 'relations' | 'functions', unknown> {
  return (
    typeof value === 'object' && value !== null && 'databases' in value && 'relations' in value && 'functions' in value
  )
}

function parseTable([schema, name, relkind, columns, indexes, checks]: readonly unknown[]): TableInfo {
  const parsedIndexes = array(indexes).map(index => parseIndex(array(index)))
  return {
    schema: string(schema),
    name: string(name),
    kind: relkind === 'S' ? 'sequence' : relkind === 'v' || relkind === 'm' ? 'view' : 'table',
    columns: array(columns).map(column => parseColumn(array(column))),
    primaryKey: parsedIndexes.find(index => index.primary)?.columns ?? [],
    indexes: parsedIndexes,
    checks: array(checks).map(check => parseCheck(array(check))),
  }
}

function parseColumn([name, type, notNull, hidden, hasDefault, generated, onUpdate]: readonly unknown[]): ColumnInfo {
  return {
    name: string(name),
    type: string(type),
    notNull: notNull === true,
    hidden: hidden === true,
    hasDefault: hasDefault === true,
    generated: generated === true,
    onUpdate: onUpdate === null ? null : string(onUpdate),
  }
}

function parseIndex([name, unique, primary, columns]: readonly unknown[]): IndexInfo {
  return { name: string(name), unique: unique === true, primary: primary === true, columns: array(columns).map(string) }
}

function parseCheck([name, expression]: readonly unknown[]): CheckInfo {
  return { name: string(name), expression: string(expression) }
}

function array(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`the catalog has ${JSON.stringify(value)} where a list is due`)
  return value
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`the catalog has ${JSON.stringify(value)} where a text is due`)
  return value
}
