import type { CheckInfo, ColumnInfo, IndexInfo, Properties, TableInfo } from './snapshot.js'

/** A catalog as the query returned it: the expressions of checks are still as PostgreSQL prints them. */
export interface ParsedCatalog {
  readonly databases: readonly string[]
  readonly schemas: ReadonlySet<string>
  readonly tables: readonly TableInfo[]
  /** Names of the functions that users have made. */
  readonly functions: ReadonlySet<string>
  readonly properties: Properties
}

/** Reads the document of the catalog query. Throws a TypeError when it is something else. */
export function parseCatalog(text: string): ParsedCatalog {
  const document: unknown = JSON.parse(text)
  if (!isDocument(document)) throw new TypeError('the catalog query did not return a catalog')
  return {
    databases: array(document.databases).map(string),
    schemas: new Set(array(document.schemas).map(string)),
    tables: array(document.relations).map(relation => parseTable(array(relation))),
    functions: new Set(array(document.functions).map(string)),
    properties: properties(document.properties),
  }
}

function isDocument(
  value: unknown,
): value is Record<'databases' | 'schemas' | 'relations' | 'functions' | 'properties', unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'databases' in value &&
    'schemas' in value &&
    'relations' in value &&
    'functions' in value &&
    'properties' in value
  )
}

function parseTable([schema, name, relkind, columns, indexes, checks, recorded]: readonly unknown[]): TableInfo {
  const parsedIndexes = array(indexes).map(index => parseIndex(array(index)))
  return {
    schema: string(schema),
    name: string(name),
    kind: relkind === 'S' ? 'sequence' : relkind === 'v' || relkind === 'm' ? 'view' : 'table',
    columns: array(columns).map(column => parseColumn(array(column))),
    primaryKey: parsedIndexes.find(index => index.primary)?.columns ?? [],
    indexes: parsedIndexes,
    checks: array(checks).map(check => parseCheck(array(check))),
    properties: properties(recorded),
  }
}

function parseColumn([
  name,
  type,
  notNull,
  hidden,
  hasDefault,
  generated,
  onUpdate,
  declared,
]: readonly unknown[]): ColumnInfo {
  return {
    name: string(name),
    type: string(type),
    notNull: notNull === true,
    hidden: hidden === true,
    hasDefault: hasDefault === true,
    generated: generated === true,
    onUpdate: onUpdate === null ? null : string(onUpdate),
    declaredType: declared === null ? null : string(declared),
  }
}

function parseIndex(parts: readonly unknown[]): IndexInfo {
  const [name, unique, primary, recorded, columns, stored, descending, partial] = parts
  return {
    name: string(name),
    unique: unique === true,
    primary: primary === true,
    columns: array(columns).map(string),
    stored: array(stored).map(string),
    descending: array(descending).map(Number),
    partial: partial === true,
    properties: properties(recorded),
  }
}

function parseCheck([name, expression]: readonly unknown[]): CheckInfo {
  return { name: string(name), expression: string(expression) }
}

function properties(value: unknown): Properties {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`the catalog has ${JSON.stringify(value)} where properties are due`)
  }
  return { ...value }
}

function array(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`the catalog has ${JSON.stringify(value)} where a list is due`)
  return value
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`the catalog has ${JSON.stringify(value)} where a text is due`)
  return value
}
