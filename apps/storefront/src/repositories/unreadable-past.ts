import { sqlStateOf } from 'cerci'

/**
 * Whether a read of the past failed because the past has nothing to read: the database, the table or the column is younger, or its moment is not
 * kept any more (`batch timestamp must be after replica GC threshold`, which has no code of its own).
 * https://www.cockroachlabs.com/docs/v26.2/as-of-system-time#known-limitations
 */
export function isPastUnreadable(error: unknown): boolean {
  return unreadable.has(sqlStateOf(error) ?? '')
}

const unreadable: ReadonlySet<string> = new Set([
  '3D000', // invalid_catalog_name
  '3F000', // invalid_schema_name
  '42P01', // undefined_table
  '42703', // undefined_column
  '0A000', // feature_not_supported: a dev cluster, of a table that was rewritten since
  'XXUUU', // uncategorized: CockroachDB's garbage collection threshold
])
