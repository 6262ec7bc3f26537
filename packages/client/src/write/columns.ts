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

/**
 * The columns' types, given or read from the catalog. The look-up is one query; give `types` to save it.
 *
 * @param table As `tableName()` quotes it.
 */
export async function tableColumns(
  db: Queryable,
  table: string,
  names: readonly string[],
  types: Readonly<Record<string, string>> = {},
  needsKey = false,
): Promise<TableColumns> {
  const given = names.map(name => types[name])
  if (!needsKey && given.every(type => type !== undefined)) {
    return { columns: names.map((name, index) => ({ name, type: columnType(given[index] ?? '') })), primaryKey: [] }
  }
  const known = await lookUp(db, table)
  return {
    columns: names.map(name => {
      const type = types[name] ?? known.types.get(name)
      if (type === undefined) throw new OptionError('columns', `${table} has no column ${JSON.stringify(name)}`)
      return { name, type: columnType(type) }
    }),
    primaryKey: known.primaryKey,
  }
}

/**
 * By regclass, so that the search path decides as it does for the write itself.
 * https://www.cockroachlabs.com/docs/v26.2/pg-catalog
 */
const LOOK_UP = `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, coalesce(a.attnum = ANY (i.indkey), false) AS in_key
FROM pg_catalog.pg_attribute a
LEFT JOIN pg_catalog.pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum`

async function lookUp(db: Queryable, table: string): Promise<{ types: Map<string, string>; primaryKey: string[] }> {
  const { rows } = await db.query<{ name: string; type: string; in_key: boolean }>(LOOK_UP, [table])
  return {
    types: new Map(rows.map(row => [row.name, row.type])),
    primaryKey: rows.filter(row => row.in_key).map(row => row.name),
  }
}
