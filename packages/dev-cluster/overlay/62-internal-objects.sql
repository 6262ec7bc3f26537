SET search_path = pg_catalog, pg_temp;

-- The overlay's own objects are in every database, and nobody but the gateway has a use for them. Relations of pg_catalog and
-- information_schema that would list them are without them here; where a row must stay, what it says of them is changed.
DO $$
DECLARE
  known record;
  columns text;
  internal text := '''crdb_internal''::regnamespace';
  own_relations text := 'ARRAY(SELECT oid FROM pg_class WHERE relnamespace = ''crdb_internal''::regnamespace AND NOT crdb_internal.cerci_is_shown(''crdb_internal'', relname))';
  own_functions text := 'ARRAY(SELECT oid FROM pg_proc WHERE pronamespace = ''crdb_internal''::regnamespace)';
  -- What belongs to nobody belongs to the node, as in CockroachDB.
  grantor jsonb := '{"grantor": "CASE grantor WHEN ''cerci'' THEN ''node'' ELSE grantor END"}';
BEGIN
  FOR known IN SELECT * FROM (VALUES
    -- CockroachDB leaves these empty; here they tell of what users have made. https://www.cockroachlabs.com/docs/v26.2/information-schema#empty-tables
    ('information_schema.data_type_privileges', 'object_schema <> ''crdb_internal''', NULL),
    ('information_schema.element_types', 'object_schema <> ''crdb_internal''', NULL),
    ('information_schema.parameters', 'specific_schema <> ''crdb_internal''', NULL),
    ('information_schema.role_routine_grants', 'routine_schema <> ''crdb_internal''', grantor),
    ('information_schema.role_udt_grants', 'udt_schema <> ''crdb_internal''', grantor),
    ('information_schema.role_usage_grants', 'object_schema <> ''crdb_internal''', grantor),
    ('information_schema.routine_privileges', 'routine_schema <> ''crdb_internal''', grantor),
    ('information_schema.routines', 'routine_schema <> ''crdb_internal''', NULL),
    ('information_schema.triggers', 'trigger_schema <> ''crdb_internal''', NULL),
    ('information_schema.udt_privileges', 'udt_schema <> ''crdb_internal''', grantor),
    ('information_schema.usage_privileges', 'object_schema <> ''crdb_internal''', grantor),
    -- What follows CockroachDB has with rows.
    ('information_schema.administrable_role_authorizations', 'role_name NOT LIKE ''pg\_%'' AND NOT starts_with(role_name, ''crdb_internal.'')', NULL),
    ('information_schema.applicable_roles', 'role_name NOT LIKE ''pg\_%'' AND NOT starts_with(role_name, ''crdb_internal.'')', NULL),
    ('information_schema.column_privileges', 'crdb_internal.cerci_is_shown(table_schema::name, table_name::name)', grantor),
    ('information_schema.enabled_roles', 'role_name NOT LIKE ''pg\_%'' AND NOT starts_with(role_name, ''crdb_internal.'')', NULL),
    ('information_schema.role_column_grants', 'crdb_internal.cerci_is_shown(table_schema::name, table_name::name)', grantor),
    ('information_schema.role_table_grants', 'crdb_internal.cerci_is_shown(table_schema::name, table_name::name)', grantor),
    ('information_schema.sequences', 'sequence_schema <> ''crdb_internal''', NULL),
    ('information_schema.table_privileges', 'crdb_internal.cerci_is_shown(table_schema::name, table_name::name)', grantor),
    ('pg_catalog.pg_aggregate', 'NOT aggfnoid::oid = ANY (' || own_functions || ')', NULL),
    ('pg_catalog.pg_cast', 'true', jsonb_build_object('castfunc', 'CASE WHEN castfunc = ANY (' || own_functions || ') THEN 0::oid ELSE castfunc END')),
    ('pg_catalog.pg_event_trigger', 'evtname NOT LIKE ''cerci\_%''', NULL),
    ('pg_catalog.pg_group', 'groname NOT LIKE ''pg\_%'' AND NOT starts_with(groname, ''crdb_internal.'')', NULL),
    ('pg_catalog.pg_init_privs', 'false', NULL),
    ('pg_catalog.pg_operator', 'oprnamespace <> ' || internal, NULL),
    ('pg_catalog.pg_parameter_acl', 'false', NULL),
    -- CockroachDB's built-in functions have no text either.
    ('pg_catalog.pg_proc', 'NOT (pronamespace = ' || internal || ' AND proname LIKE ''cerci\_%'')', jsonb_build_object(
      'prosrc', 'CASE WHEN pronamespace = ' || internal || ' THEN '''' ELSE prosrc END',
      'prosqlbody', 'CASE WHEN pronamespace <> ' || internal || ' THEN prosqlbody END',
      'proacl', 'CASE WHEN pronamespace <> ALL (ARRAY[' || internal || '::oid, ''pg_catalog''::regnamespace::oid]) THEN proacl END')),
    ('pg_catalog.pg_rewrite', 'NOT ev_class = ANY (ARRAY(SELECT oid FROM pg_class WHERE relnamespace = ' || internal || '))', NULL),
    ('pg_catalog.pg_seclabel', 'provider <> ''cerci''', NULL),
    ('pg_catalog.pg_seclabels', 'provider <> ''cerci''', NULL),
    ('pg_catalog.pg_sequence', 'NOT seqrelid = ANY (' || own_relations || ')', NULL),
    ('pg_catalog.pg_sequences', 'schemaname <> ''crdb_internal''', NULL),
    ('pg_catalog.pg_shseclabel', 'provider <> ''cerci''', NULL),
    ('pg_catalog.pg_stat_activity', 'usename IS DISTINCT FROM ''cerci''', NULL),
    ('pg_catalog.pg_statio_all_sequences', 'schemaname <> ''crdb_internal''', NULL),
    ('pg_catalog.pg_statio_user_sequences', 'schemaname <> ''crdb_internal''', NULL),
    ('pg_catalog.pg_trigger', 'NOT tgrelid = ANY (' || own_relations || ')', NULL),
    ('pg_catalog.pg_type', 'NOT (typnamespace = ' || internal || ' AND (typname LIKE ''cerci\_%'' OR typname LIKE ''\_cerci\_%'' OR typname LIKE ''%.%''))', NULL)
  ) AS listed(relation, condition, changes) LOOP
    SELECT string_agg(coalesce('(' || (known.changes ->> attname) || ')::' || format_type(atttypid, atttypmod) || ' AS ', '') || quote_ident(attname), ', ' ORDER BY attnum)
      INTO columns FROM pg_attribute WHERE attrelid = known.relation::regclass AND attnum > 0 AND NOT attisdropped;
    EXECUTE format('CREATE OR REPLACE VIEW crdb_internal.%I AS SELECT %s FROM %s WHERE %s', known.relation, columns, known.relation, known.condition);
    EXECUTE format('GRANT SELECT ON crdb_internal.%I TO PUBLIC', known.relation);
  END LOOP;
END $$;

-- The engine's own superuser is the node to clients.
CREATE OR REPLACE FUNCTION crdb_internal.pg_get_userbyid(role oid) RETURNS name STABLE STRICT PARALLEL SAFE
  RETURN CASE WHEN pg_catalog.pg_get_userbyid(role) = 'cerci' THEN 'node' ELSE pg_catalog.pg_get_userbyid(role) END;
