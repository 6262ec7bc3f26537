/**
 * Relations of PostgreSQL's catalogs that the overlay replaces, by their full names. The replacement is the relation of
 * that full name in the schema crdb_internal.
 */
const replaced: ReadonlySet<string> = new Set([
  'information_schema.administrable_role_authorizations',
  'information_schema.applicable_roles',
  'information_schema.column_privileges',
  'information_schema.columns',
  'information_schema.constraint_column_usage',
  'information_schema.data_type_privileges',
  'information_schema.element_types',
  'information_schema.enabled_roles',
  'information_schema.key_column_usage',
  'information_schema.parameters',
  'information_schema.referential_constraints',
  'information_schema.role_column_grants',
  'information_schema.role_routine_grants',
  'information_schema.role_table_grants',
  'information_schema.role_udt_grants',
  'information_schema.role_usage_grants',
  'information_schema.routine_privileges',
  'information_schema.routines',
  'information_schema.schemata',
  'information_schema.sequences',
  'information_schema.statistics',
  'information_schema.table_constraints',
  'information_schema.table_privileges',
  'information_schema.tables',
  'information_schema.triggers',
  'information_schema.udt_privileges',
  'information_schema.usage_privileges',
  'information_schema.views',
  'pg_catalog.pg_aggregate',
  'pg_catalog.pg_am',
  'pg_catalog.pg_attribute',
  'pg_catalog.pg_cast',
  'pg_catalog.pg_class',
  'pg_catalog.pg_constraint',
  'pg_catalog.pg_database',
  'pg_catalog.pg_event_trigger',
  'pg_catalog.pg_group',
  'pg_catalog.pg_index',
  'pg_catalog.pg_indexes',
  'pg_catalog.pg_init_privs',
  'pg_catalog.pg_namespace',
  'pg_catalog.pg_operator',
  'pg_catalog.pg_parameter_acl',
  'pg_catalog.pg_proc',
  'pg_catalog.pg_rewrite',
  'pg_catalog.pg_roles',
  'pg_catalog.pg_seclabel',
  'pg_catalog.pg_seclabels',
  'pg_catalog.pg_sequence',
  'pg_catalog.pg_sequences',
  'pg_catalog.pg_settings',
  'pg_catalog.pg_shseclabel',
  'pg_catalog.pg_stat_activity',
  'pg_catalog.pg_statio_all_sequences',
  'pg_catalog.pg_statio_user_sequences',
  'pg_catalog.pg_tables',
  'pg_catalog.pg_trigger',
  'pg_catalog.pg_type',
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
