SET search_path = pg_catalog, pg_temp;

-- Relations of crdb_internal that tools read and that this database alone can answer; what only the gateway knows
-- (nodes, sessions, ranges, jobs) it puts into the query. https://www.cockroachlabs.com/docs/v26.2/crdb-internal

CREATE OR REPLACE VIEW crdb_internal.databases AS
  SELECT d.oid::int8 AS id, database_name AS name, owner, primary_region, secondary_region, regions, survival_goal,
    CASE WHEN primary_region IS NOT NULL THEN coalesce(r.properties ->> 'placement', 'default') END AS placement_policy,
    'CREATE DATABASE ' || crdb_internal.cerci_name(database_name)
      || coalesce(' PRIMARY REGION "' || primary_region || '" REGIONS = '
        || (SELECT string_agg('"' || region || '"', ', ' ORDER BY region) FROM unnest(regions) AS region)
        || ' SURVIVE ' || upper(survival_goal) || ' FAILURE'
        || CASE r.properties ->> 'placement' WHEN 'restricted' THEN ' PLACEMENT RESTRICTED' ELSE '' END, '')
      || coalesce(' SECONDARY REGION "' || secondary_region || '"', '') AS create_statement
  FROM crdb_internal.cerci_show_databases s JOIN pg_database d ON d.datname = s.database_name
  JOIN crdb_internal.cerci_databases r ON r.oid = d.oid;

CREATE OR REPLACE VIEW crdb_internal.cerci_user_tables AS
  SELECT c.oid, c.relname, c.relkind, n.nspname, n.oid AS schema_oid, r.properties
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN crdb_internal.cerci_relations r ON r.relid = c.oid
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'crdb_internal');

CREATE OR REPLACE VIEW crdb_internal.tables AS
  SELECT t.oid::int8 AS table_id, d.oid::int8 AS parent_id, t.relname::text AS name, current_database()::text AS database_name, 1::int8 AS version,
    NULL::timestamp AS mod_time, NULL::numeric AS mod_time_logical, 'InterleavedFormatVersion'::text AS format_version, 'PUBLIC'::text AS state,
    NULL::int8 AS sc_lease_node_id, NULL::timestamp AS sc_lease_expiration_time, NULL::timestamp AS drop_time, 'DISABLED'::text AS audit_mode,
    t.nspname::text AS schema_name, t.schema_oid::int8 AS parent_schema_id, t.properties ->> 'locality' AS locality
  FROM crdb_internal.cerci_user_tables t JOIN pg_database d ON d.datname = current_database();

CREATE OR REPLACE VIEW crdb_internal.table_columns AS
  SELECT t.oid::int8 AS descriptor_id, t.relname::text AS descriptor_name, a.attnum::int8 AS column_id, a.attname::text AS column_name,
    coalesce(f.crdb_type, crdb_internal.cerci_type(a.atttypid, a.atttypmod)) AS column_type, NOT a.attnotnull AS nullable,
    CASE WHEN a.attgenerated = '' THEN
      crdb_internal.cerci_default(pg_get_expr(d.adbin, d.adrelid), crdb_internal.cerci_type(a.atttypid, a.atttypmod)) END AS default_expr,
    coalesce(f.hidden, false) AS hidden
  FROM crdb_internal.cerci_user_tables t
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN crdb_internal.cerci_columns f ON f.relid = a.attrelid AND f.attnum = a.attnum;

CREATE OR REPLACE VIEW crdb_internal.table_indexes AS
  SELECT t.oid::int8 AS descriptor_id, t.relname::text AS descriptor_name, i.indexrelid::int8 AS index_id, crdb_internal.cerci_index_name(x.relname) AS index_name,
    CASE WHEN i.indisprimary THEN 'primary' ELSE 'secondary' END AS index_type, i.indisunique AS is_unique, am.amname = 'gin' AS is_inverted,
    coalesce(r.properties ? 'hash_buckets', false) AS is_sharded, coalesce((r.properties ->> 'visibility')::float8, 1) = 1 AS is_visible,
    coalesce((r.properties ->> 'visibility')::float8, 1) AS visibility, (r.properties ->> 'hash_buckets')::int8 AS shard_bucket_count,
    NULL::timestamp AS created_at
  FROM crdb_internal.cerci_user_tables t JOIN pg_index i ON i.indrelid = t.oid AND i.indexrelid NOT IN (SELECT relid FROM crdb_internal.cerci_without_index) JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_am am ON am.oid = x.relam LEFT JOIN crdb_internal.cerci_relations r ON r.relid = i.indexrelid;

CREATE OR REPLACE VIEW crdb_internal.index_columns AS
  SELECT indrelid::int8 AS descriptor_id, table_name AS descriptor_name, indexrelid::int8 AS index_id, index_name,
    CASE WHEN storing THEN 'storing' WHEN implicit THEN 'extra' ELSE 'key' END AS column_type, attnum::int8 AS column_id, column_name,
    CASE WHEN storing THEN NULL ELSE direction END AS column_direction, implicit
  FROM crdb_internal.cerci_index_columns;

CREATE OR REPLACE VIEW crdb_internal.create_statements AS
  SELECT d.oid::int8 AS database_id, current_database()::text AS database_name, t.nspname::text AS schema_name, t.oid::int8 AS descriptor_id,
    CASE WHEN t.relkind IN ('v', 'm') THEN 'view' WHEN t.relkind = 'S' THEN 'sequence' ELSE 'table' END AS descriptor_type,
    t.relname::text AS descriptor_name, crdb_internal.cerci_show_create(t.oid::regclass) AS create_statement, 'PUBLIC'::text AS state,
    CASE WHEN t.relkind IN ('r', 'p') THEN crdb_internal.cerci_show_create_table(t.oid, false) ELSE crdb_internal.cerci_show_create(t.oid::regclass) END AS create_nofks,
    ARRAY(SELECT 'ALTER TABLE ' || crdb_internal.cerci_relation_name(t.oid) || ' ADD CONSTRAINT ' || crdb_internal.cerci_name(crdb_internal.cerci_index_name(k.conname)) || ' '
      || crdb_internal.cerci_show_constraint(k.oid) FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'f' ORDER BY k.oid) AS alter_statements,
    ARRAY(SELECT 'ALTER TABLE ' || crdb_internal.cerci_relation_name(t.oid) || ' VALIDATE CONSTRAINT ' || crdb_internal.cerci_name(crdb_internal.cerci_index_name(k.conname))
      FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'f' ORDER BY k.oid) AS validate_statements,
    coalesce(t.properties ? 'partition_by', false) AS has_partitions, false AS is_multi_region, false AS is_virtual, false AS is_temporary
  FROM crdb_internal.cerci_user_tables t JOIN pg_database d ON d.datname = current_database();

CREATE OR REPLACE VIEW crdb_internal.table_row_statistics AS
  SELECT t.oid::int8 AS table_id, t.relname::text AS table_name, greatest(c.reltuples, 0)::int8 AS estimated_row_count
  FROM crdb_internal.cerci_user_tables t JOIN pg_class c ON c.oid = t.oid WHERE t.relkind IN ('r', 'p', 'm');

CREATE OR REPLACE VIEW crdb_internal.node_build_info AS
  SELECT crdb_internal.node_id() AS node_id, field, value
  FROM (VALUES ('Name', 'CockroachDB'), ('ClusterID', crdb_internal.cluster_id()::text), ('Organization', ''),
    ('Build', crdb_internal.version()), ('Version', 'v26.2.0'), ('Channel', 'cerci dev cluster')) AS info(field, value);

CREATE OR REPLACE VIEW crdb_internal.builtin_functions AS
  SELECT DISTINCT p.proname::text AS function, p.proname || '(' || pg_get_function_arguments(p.oid) || ') -> ' || pg_get_function_result(p.oid) AS signature,
    ''::text AS category, coalesce(obj_description(p.oid, 'pg_proc'), '') AS details, n.nspname::text AS schema, p.oid
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname IN ('pg_catalog', 'crdb_internal') AND p.prokind <> 'p' AND crdb_internal.cerci_is_shown(n.nspname, p.proname);

CREATE OR REPLACE VIEW crdb_internal.invalid_objects AS
  SELECT NULL::int8 AS id, ''::text AS database_name, ''::text AS schema_name, ''::text AS obj_name, ''::text AS error, ''::text AS error_redactable WHERE false;

-- https://www.cockroachlabs.com/docs/v26.2/show-statistics
CREATE OR REPLACE VIEW crdb_internal.cerci_show_statistics AS
  SELECT (quote_ident(s.schemaname) || '.' || quote_ident(s.tablename))::regclass AS relation, '__auto__'::text AS statistics_name, ARRAY[s.attname::text] AS column_names,
    coalesce(greatest(u.last_analyze, u.last_autoanalyze, (r.properties ->> 'statistics_created')::timestamptz), now())::timestamptz AS created, greatest(c.reltuples, 0)::int8 AS row_count,
    (CASE WHEN s.n_distinct < 0 THEN -s.n_distinct * greatest(c.reltuples, 0) ELSE s.n_distinct END)::int8 AS distinct_count,
    (s.null_frac * greatest(c.reltuples, 0))::int8 AS null_count, s.avg_width::int8 AS avg_size, NULL::text AS partial_predicate,
    0::int8 AS histogram_id, 0::int8 AS full_histogram_id
  FROM pg_stats s JOIN pg_class c ON c.oid = (quote_ident(s.schemaname) || '.' || quote_ident(s.tablename))::regclass
  LEFT JOIN pg_stat_user_tables u ON u.relid = c.oid LEFT JOIN crdb_internal.cerci_relations r ON r.relid = c.oid
  WHERE s.schemaname NOT LIKE 'pg\_%' AND s.schemaname NOT IN ('information_schema', 'crdb_internal');

DO $$
DECLARE
  view text;
BEGIN
  FOR view IN SELECT relname FROM pg_class WHERE relnamespace = 'crdb_internal'::regnamespace AND relkind = 'v' LOOP
    EXECUTE format('GRANT SELECT ON crdb_internal.%I TO PUBLIC', view);
  END LOOP;
END $$;

-- INJECT STATISTICS: what PostgreSQL's planner knows of a table and its columns becomes what CockroachDB's statistics say, the later ones last. It has nothing
-- for several columns together. https://www.cockroachlabs.com/docs/v26.2/cost-based-optimizer#table-statistics
CREATE OR REPLACE FUNCTION crdb_internal.cerci_inject_statistics(relation regclass, statistics jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  schema text := (SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation);
  name text := (SELECT relname FROM pg_class WHERE oid = relation);
  given jsonb;
  named text;
  counted float8;
BEGIN
  PERFORM pg_clear_attribute_stats(schema, name, attname::text, false) FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped;
  FOR given IN SELECT value FROM jsonb_array_elements(statistics) ORDER BY (value ->> 'created_at')::timestamp NULLS FIRST LOOP
    FOR named IN SELECT jsonb_array_elements_text(given -> 'columns') LOOP
      IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = named AND NOT attisdropped) THEN
        RAISE EXCEPTION USING ERRCODE = '42703', MESSAGE = format('column "%s" does not exist', named);
      END IF;
    END LOOP;
    counted := coalesce((given ->> 'row_count')::float8, 0);
    PERFORM pg_restore_relation_stats('schemaname', schema, 'relname', name, 'reltuples', counted::real,
      'relpages', (SELECT greatest(1, relpages) FROM pg_class WHERE oid = relation));
    CONTINUE WHEN jsonb_array_length(given -> 'columns') <> 1;
    PERFORM pg_restore_attribute_stats('schemaname', schema, 'relname', name, 'attname', given -> 'columns' ->> 0, 'inherited', false,
      'null_frac', (coalesce((given ->> 'null_count')::float8, 0) / greatest(counted, 1))::real, 'avg_width', coalesce((given ->> 'avg_size')::int4, 0),
      'n_distinct', coalesce((given ->> 'distinct_count')::real, 0));
  END LOOP;
  PERFORM crdb_internal.cerci_set_relation(relation, jsonb_build_object('statistics_created',
    (SELECT coalesce(max((value ->> 'created_at')::timestamp AT TIME ZONE 'UTC'), now()) FROM jsonb_array_elements(statistics))));
END $$;
