import { OptionError } from '../errors/option-error.js'
import type { Queryable } from '../query/queryable.js'
import { type ColumnType, columnType } from '../value/column-type.js'

/** A column that a bulk write fills. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
}

/** What must be known of a table to write to it in bulk. */
export interface TableColumns {
  readonly columns: readonly Column[]
  /** Names of the columns of the primary key; empty when only types were given. */
  readonly primaryKey: readonly string[]
}

export interface ColumnsLookup {
  /** Types that are known, by the columns' names. */
  readonly types?: Readonly<Record<string, string>> | undefined
  readonly needsKey?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The columns' types, given or read from the catalog. The look-up is one query; give `types` to save it.
 *
 * @param table As `tableName()` quotes it.
 */
export async function tableColumns(
  db: Queryable,
  table: string,
  names: readonly string[],
  { types = {}, needsKey = false, signal }: ColumnsLookup = {},
): Promise<TableColumns> {
  const given = names.map(name => types[name])
  if (!needsKey && given.every(type => type !== undefined)) {
    return { columns: names.map((name, index) => ({ name, type: columnType(given[index] ?? '') })), primaryKey: [] }
  }
  const known = await tableShape(db, table, signal)
  return {
    columns: names.map(name => {
      const type = types[name] ?? known.types.get(name)
      if (type === undefined) throw new OptionError('columns', `${table} has no column ${JSON.stringify(name)}`)
      return { name, type: columnType(type) }
    }),
    primaryKey: known.primaryKey,
  }
}

/** All columns of a table, by name, with their types, and its primary key. */
export interface TableShape {
  readonly types: ReadonlyMap<string, string>
  readonly primaryKey: readonly string[]
}

/** @param table As `tableName()` quotes it. */
export async function tableShape(db: Queryable, table: string, signal?: AbortSignal): Promise<TableShape> {
  const { rows } = await db.query<{ name: string; type: string; in_key: boolean }>({
    text: LOOK_UP,
    values: [table],
    signal,
  })
  return {
    types: new Map(rows.map(row => [row.name, row.type])),
    primaryKey: rows.filter(row => row.in_key).map(row => row.name),
  }
}

/**
 * By regclass, so that the search path decides as it does for the write itself. Key columns come first, in the key's order.
 * https://www.cockroachlabs.com/docs/v26.2/pg-catalog
 */
const LOOK_UP = `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, k.place IS NOT NULL AS in_key
FROM pg_catalog.pg_attribute a
LEFT JOIN (
  SELECT indrelid, unnest(indkey) AS attnum, generate_subscripts(indkey, 1) AS place
  FROM pg_catalog.pg_index WHERE indrelid = $1::text::regclass AND indisprimary
) k ON k.indrelid = a.attrelid AND k.attnum = a.attnum
WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY k.place NULLS LAST, a.attnum`
