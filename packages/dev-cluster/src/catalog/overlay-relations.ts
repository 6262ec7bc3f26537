/**
 * Relations of PostgreSQL's catalogs that the overlay replaces, by their full names. The replacement is the relation of
 * that full name in the schema crdb_internal.
 */
const replaced: ReadonlySet<string> = new Set([
  'information_schema.columns',
  'information_schema.constraint_column_usage',
  'information_schema.key_column_usage',
  'information_schema.referential_constraints',
  'information_schema.schemata',
  'information_schema.statistics',
  'information_schema.table_constraints',
  'information_schema.tables',
  'information_schema.views',
  'pg_catalog.pg_am',
  'pg_catalog.pg_attribute',
  'pg_catalog.pg_class',
  'pg_catalog.pg_constraint',
  'pg_catalog.pg_database',
  'pg_catalog.pg_index',
  'pg_catalog.pg_indexes',
  'pg_catalog.pg_namespace',
  'pg_catalog.pg_roles',
  'pg_catalog.pg_settings',
  'pg_catalog.pg_tables',
  'pg_catalog.pg_user',
  'pg_catalog.pg_views',
])

/** Every replaced relation, as `schema.name`. */
export const overlayRelations: readonly string[] = [...replaced]

/**
 * The name, inside crdb_internal, of what stands in for a catalog relation, or undefined when nothing does.
 * Without a schema, pg_catalog is meant, as it is on every search path.
 */
export function overlayRelation(schema: string | undefined, name: string): string | undefined {
  const full = `${schema ?? 'pg_catalog'}.${name}`
  return replaced.has(full) ? full : undefined
}
