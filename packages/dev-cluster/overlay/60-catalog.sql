SET search_path = pg_catalog, pg_temp;

-- Relations of pg_catalog and information_schema that CockroachDB has with other rows or more columns. Translation sends
-- references there: pg_catalog.pg_am to crdb_internal."pg_catalog.pg_am".

-- The prefix pg_ is reserved.
SET allow_system_table_mods = on;
CREATE SCHEMA IF NOT EXISTS pg_extension;
RESET allow_system_table_mods;
GRANT USAGE ON SCHEMA pg_extension TO PUBLIC;

-- Whether clients may see a relation of the overlay: not the ones that stand in for others, nor the overlay's own.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_is_shown(schema name, relation name) RETURNS bool IMMUTABLE PARALLEL SAFE
  RETURN schema <> 'crdb_internal' OR (relation NOT LIKE 'cerci\_%' AND relation NOT LIKE '%.%');

-- The overlay is on the real search path, not on the client's: nothing of it is visible without its schema's name.
CREATE OR REPLACE FUNCTION crdb_internal.pg_table_is_visible(object oid) RETURNS bool STABLE STRICT PARALLEL SAFE
  RETURN pg_catalog.pg_table_is_visible(object)
    AND (SELECT relnamespace FROM pg_class WHERE oid = object) <> 'crdb_internal'::regnamespace;
CREATE OR REPLACE FUNCTION crdb_internal.pg_type_is_visible(object oid) RETURNS bool STABLE STRICT PARALLEL SAFE
  RETURN pg_catalog.pg_type_is_visible(object)
    AND (SELECT typnamespace FROM pg_type WHERE oid = object) <> 'crdb_internal'::regnamespace;
CREATE OR REPLACE FUNCTION crdb_internal.pg_function_is_visible(object oid) RETURNS bool STABLE STRICT PARALLEL SAFE
  RETURN pg_catalog.pg_function_is_visible(object)
    AND (SELECT pronamespace FROM pg_proc WHERE oid = object) <> 'crdb_internal'::regnamespace;
CREATE OR REPLACE FUNCTION crdb_internal.pg_operator_is_visible(object oid) RETURNS bool STABLE STRICT PARALLEL SAFE
  RETURN pg_catalog.pg_operator_is_visible(object)
    AND (SELECT oprnamespace FROM pg_operator WHERE oid = object) <> 'crdb_internal'::regnamespace;
CREATE OR REPLACE FUNCTION crdb_internal.pg_collation_is_visible(object oid) RETURNS bool STABLE STRICT PARALLEL SAFE
  RETURN pg_catalog.pg_collation_is_visible(object)
    AND (SELECT collnamespace FROM pg_collation WHERE oid = object) <> 'crdb_internal'::regnamespace;

-- Access methods are those of indexes; their names tell clients an inverted index from others.
CREATE OR REPLACE VIEW crdb_internal."pg_catalog.pg_am" AS
  SELECT oid, CASE amname WHEN 'btree' THEN 'prefix' WHEN 'gin' THEN 'inverted' END::name AS amname, amhandler, amtype
  FROM pg_am WHERE amname IN ('btree', 'gin');

CREATE OR REPLACE VIEW crdb_internal."pg_catalog.pg_database" AS
  SELECT * FROM pg_database WHERE NOT datistemplate AND datallowconn;

CREATE OR REPLACE VIEW crdb_internal."pg_catalog.pg_namespace" AS
  SELECT oid, nspname, nspowner, CASE WHEN pg_get_userbyid(nspowner) <> 'cerci' THEN nspacl END AS nspacl
  FROM pg_namespace WHERE nspname NOT LIKE 'pg\_toast%' AND nspname NOT LIKE 'pg\_temp%';

-- Storage parameters as k=v; ORMs look for ttl='on'.
CREATE OR REPLACE VIEW crdb_internal."pg_catalog.pg_class" AS
  SELECT c.oid, CASE WHEN c.relkind IN ('i', 'I') THEN crdb_internal.cerci_index_name(c.relname)::name ELSE c.relname END AS relname, c.relnamespace, c.reltype, c.reloftype, c.relowner, c.relam, c.relfilenode, c.reltablespace, c.relpages,
    c.reltuples, c.relallvisible, c.relallfrozen, c.reltoastrelid, c.relhasindex, c.relisshared, c.relpersistence, c.relkind, c.relnatts, c.relchecks,
    c.relhasrules, c.relhastriggers, c.relhassubclass, c.relrowsecurity, c.relforcerowsecurity, c.relispopulated, c.relreplident,
    c.relispartition, c.relrewrite, c.relfrozenxid, c.relminmxid,
    CASE WHEN pg_get_userbyid(c.relowner) <> 'cerci' THEN c.relacl END AS relacl,
    (SELECT array_agg(parameter.key || '=' || parameter.value ORDER BY parameter.key)
     FROM jsonb_each_text(r.properties -> 'storage') AS parameter) AS reloptions,
    c.relpartbound
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN crdb_internal.cerci_relations r ON r.relid = c.oid
  WHERE n.nspname NOT LIKE 'pg\_toast%' AND crdb_internal.cerci_is_shown(n.nspname, c.relname)
    AND c.oid NOT IN (SELECT relid FROM crdb_internal.cerci_without_index);

CREATE OR REPLACE VIEW crdb_internal."pg_catalog.pg_attribute" AS
  SELECT a.attrelid, a.attname, a.atttypid, a.attlen, a.attnum, a.atttypmod, a.attndims, a.attbyval, a.attalign, a.attstorage,
    a.attcompression, a.attnotnull, a.atthasdef, a.atthasmissing, a.attidentity,
    CASE WHEN f.virtual AND a.attgenerated = 's' THEN 'v'::"char" ELSE a.attgenerated END AS attgenerated, a.attisdropped, a.attislocal,
    a.attinhcount, a.attcollation, a.attstattarget,
    -- Those of the engine's own relations, which have the lowest numbers, are its own affair.
    CASE WHEN a.attrelid >= 16384 THEN a.attacl END AS attacl, a.attoptions, a.attfdwoptions, NULL::text[] AS attmissingval,
    coalesce(f.hidden, false) AS attishidden
  FROM pg_attribute a LEFT JOIN crdb_internal.cerci_columns f ON f.relid = a.attrelid AND f.attnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attrelid = ANY (ARRAY(
    SELECT oid FROM pg_class WHERE relnamespace = 'crdb_internal'::regnamespace AND NOT crdb_internal.cerci_is_shown('crdb_internal', relname)));

-- NOT NULL is no constraint with a name of its own.
CREATE OR REPLACE VIEW crdb_internal."pg_catalog.pg_constraint" AS
  SELECT oid, crdb_internal.cerci_index_name(conname)::name AS conname, connamespace, contype, condeferrable, condeferred, conenforced, convalidated,
    conrelid, contypid, conindid, conparentid, confrelid, confupdtype, confdeltype, confmatchtype, conislocal, coninhcount, connoinherit, conperiod,
    conkey, confkey, conpfeqop, conppeqop, conffeqop, confdelsetcols, conexclop, conbin
  FROM pg_constraint WHERE contype <> 'n';

CREATE OR REPLACE VIEW crdb_internal."pg_catalog.pg_tables" AS
  SELECT schemaname, tablename, CASE tableowner WHEN 'cerci' THEN 'node' ELSE tableowner END AS tableowner, tablespace, hasindexes, hasrules, hastriggers,
    rowsecurity
  FROM pg_tables WHERE crdb_internal.cerci_is_shown(schemaname, tablename);

CREATE OR REPLACE VIEW crdb_internal."pg_catalog.pg_views" AS
  SELECT schemaname, viewname, CASE viewowner WHEN 'cerci' THEN 'node' ELSE viewowner END AS viewowner, definition
  FROM pg_views WHERE schemaname <> 'crdb_internal';

-- The roles that CockroachDB has: those of PostgreSQL's own and of the engine are left out. Here root and admin are no
-- superusers of PostgreSQL; of the cluster they are.
CREATE OR REPLACE VIEW crdb_internal."pg_catalog.pg_roles" AS
  SELECT rolname, rolsuper OR rolname IN ('root', 'admin') AS rolsuper, rolinherit, rolcreaterole OR rolname = 'admin' AS rolcreaterole,
    rolcreatedb OR rolname = 'admin' AS rolcreatedb, rolcanlogin, rolreplication, rolconnlimit, rolpassword, rolvaliduntil, rolbypassrls, rolconfig, oid
  FROM pg_roles WHERE rolname NOT LIKE 'pg\_%' AND rolname <> 'cerci' AND NOT starts_with(rolname, 'crdb_internal.');
CREATE OR REPLACE VIEW crdb_internal."pg_catalog.pg_user" AS
  SELECT usename, usesysid, usecreatedb, usesuper OR usename = 'root' AS usesuper, userepl, usebypassrls, passwd, valuntil, useconfig
  FROM pg_user WHERE usename NOT LIKE 'pg\_%' AND usename <> 'cerci';

-- Keys of constraints have directions.
CREATE OR REPLACE FUNCTION crdb_internal.pg_get_constraintdef(constraint_oid oid) RETURNS text STABLE STRICT PARALLEL SAFE
  RETURN (
    SELECT CASE WHEN k.contype IN ('p', 'u')
      THEN CASE WHEN k.contype = 'p' THEN 'PRIMARY KEY (' WHEN k.conindid IN (SELECT relid FROM crdb_internal.cerci_without_index) THEN 'UNIQUE WITHOUT INDEX (' ELSE 'UNIQUE (' END || (
        SELECT string_agg(quote_ident(a.attname) || CASE WHEN k.conindid IN (SELECT relid FROM crdb_internal.cerci_without_index) THEN '' ELSE ' ASC' END, ', ' ORDER BY key.position)
        FROM unnest(k.conkey) WITH ORDINALITY AS key(attnum, position)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.attnum) || ')'
      ELSE pg_catalog.pg_get_constraintdef(k.oid) END
    FROM pg_constraint k WHERE k.oid = constraint_oid);
CREATE OR REPLACE FUNCTION crdb_internal.pg_get_constraintdef(constraint_oid oid, pretty bool) RETURNS text STABLE STRICT PARALLEL SAFE
  RETURN crdb_internal.pg_get_constraintdef(constraint_oid);

-- Ordinals of CockroachDB are INT8. The variants for text are for placeholders and NULL, which have no type of their own.
CREATE OR REPLACE FUNCTION crdb_internal.col_description(relation oid, number int8) RETURNS text STABLE STRICT PARALLEL SAFE
  RETURN pg_catalog.col_description(relation, number::int4);
CREATE OR REPLACE FUNCTION crdb_internal.col_description(relation oid, number text) RETURNS text STABLE STRICT PARALLEL SAFE
  RETURN pg_catalog.col_description(relation, number::int4);
CREATE OR REPLACE FUNCTION crdb_internal.col_description(relation oid, number int2) RETURNS text STABLE STRICT PARALLEL SAFE
  RETURN pg_catalog.col_description(relation, number::int4);
CREATE OR REPLACE FUNCTION crdb_internal.format_type(type oid, typmod int8) RETURNS text STABLE PARALLEL SAFE
  RETURN pg_catalog.format_type(type, typmod::int4);
CREATE OR REPLACE FUNCTION crdb_internal.format_type(type oid, typmod text) RETURNS text STABLE PARALLEL SAFE
  RETURN pg_catalog.format_type(type, typmod::int4);

-- PostgreSQL's primary keys are ascending; what CockroachDB's are is recorded as positions of keys.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_is_descending(index oid, key_position int8) RETURNS bool STABLE PARALLEL SAFE
  RETURN coalesce((SELECT properties -> 'descending' @> to_jsonb(key_position) FROM crdb_internal.cerci_relations WHERE relid = index), false);

-- NULL comes first in ascending and last in descending order, whatever the index says.
CREATE OR REPLACE VIEW crdb_internal."pg_catalog.pg_index" AS
  SELECT indexrelid, indrelid, indnatts, indnkeyatts, indisunique, indnullsnotdistinct, indisprimary, indisexclusion, indimmediate, indisclustered,
    indisvalid, indcheckxmin, indisready, indislive, indisreplident, indkey, indcollation, indclass,
    coalesce((SELECT string_agg(CASE WHEN option & 1 = 1 OR crdb_internal.cerci_is_descending(indexrelid, position) THEN '1' ELSE '2' END, ' ' ORDER BY position)
      FROM unnest(indoption::int2[]) WITH ORDINALITY AS listed(option, position)), '')::int2vector AS indoption,
    indexprs, indpred
  FROM pg_index WHERE indexrelid NOT IN (SELECT relid FROM crdb_internal.cerci_without_index);

-- What follows the type of a column that has a collation of its own, https://www.cockroachlabs.com/docs/v26.2/collate.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_collated(collation_oid oid) RETURNS text STABLE PARALLEL SAFE
  RETURN coalesce((SELECT ' COLLATE ' || coalesce(replace(colllocale, '-', '_'), collname) FROM pg_collation
    WHERE oid = collation_oid AND collname NOT IN ('default', 'C')), '');

-- https://www.cockroachlabs.com/docs/v26.2/information-schema#columns
CREATE OR REPLACE VIEW crdb_internal."information_schema.columns" AS
  SELECT current_database()::text AS table_catalog, n.nspname::text AS table_schema, c.relname::text AS table_name,
    a.attname::text AS column_name, col_description(a.attrelid, a.attnum) AS column_comment, a.attnum::int8 AS ordinal_position,
    CASE WHEN a.attgenerated = '' THEN crdb_internal.cerci_default(pg_get_expr(d.adbin, d.adrelid), crdb_internal.cerci_type(a.atttypid, a.atttypmod)) END
      AS column_default,
    CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END AS is_nullable,
    CASE WHEN t.typcategory = 'A' THEN 'ARRAY' WHEN t.typtype = 'e' OR tn.nspname <> 'pg_catalog' THEN 'USER-DEFINED'
      ELSE format_type(a.atttypid, NULL) END AS data_type,
    information_schema._pg_char_max_length(a.atttypid, a.atttypmod)::int8 AS character_maximum_length,
    information_schema._pg_char_octet_length(a.atttypid, a.atttypmod)::int8 AS character_octet_length,
    information_schema._pg_numeric_precision(a.atttypid, a.atttypmod)::int8 AS numeric_precision,
    information_schema._pg_numeric_precision_radix(a.atttypid, a.atttypmod)::int8 AS numeric_precision_radix,
    information_schema._pg_numeric_scale(a.atttypid, a.atttypmod)::int8 AS numeric_scale,
    information_schema._pg_datetime_precision(a.atttypid, a.atttypmod)::int8 AS datetime_precision,
    information_schema._pg_interval_type(a.atttypid, a.atttypmod)::text AS interval_type, NULL::text AS interval_precision,
    NULL::text AS character_set_catalog, NULL::text AS character_set_schema, NULL::text AS character_set_name,
    NULL::text AS collation_catalog, NULL::text AS collation_schema, nullif(coalesce(replace(co.colllocale, '-', '_'), co.collname), 'default')::text AS collation_name,
    NULL::text AS domain_catalog, NULL::text AS domain_schema, NULL::text AS domain_name,
    current_database()::text AS udt_catalog, tn.nspname::text AS udt_schema, t.typname::text AS udt_name,
    NULL::text AS scope_catalog, NULL::text AS scope_schema, NULL::text AS scope_name, NULL::int8 AS maximum_cardinality,
    NULL::text AS dtd_identifier, NULL::text AS is_self_referencing,
    CASE WHEN a.attidentity = '' THEN 'NO' ELSE 'YES' END AS is_identity,
    CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity_generation,
    s.seqstart::text AS identity_start, s.seqincrement::text AS identity_increment, s.seqmax::text AS identity_maximum,
    s.seqmin::text AS identity_minimum, CASE WHEN s.seqcycle THEN 'YES' WHEN NOT s.seqcycle THEN 'NO' END AS identity_cycle,
    CASE WHEN a.attgenerated = '' THEN 'NEVER' ELSE 'ALWAYS' END AS is_generated,
    CASE WHEN a.attgenerated = '' THEN '' ELSE crdb_internal.cerci_expression(pg_get_expr(d.adbin, d.adrelid)) END AS generation_expression,
    CASE WHEN c.relkind IN ('r', 'p') THEN 'YES' ELSE 'NO' END AS is_updatable,
    CASE WHEN f.hidden THEN 'YES' ELSE 'NO' END AS is_hidden,
    coalesce(f.crdb_type, crdb_internal.cerci_type(a.atttypid, a.atttypmod)) || crdb_internal.cerci_collated(a.attcollation) AS crdb_sql_type
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_type t ON t.oid = a.atttypid
  JOIN pg_namespace tn ON tn.oid = t.typnamespace
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
  LEFT JOIN (pg_depend owned JOIN pg_sequence s ON owned.classid = 'pg_class'::regclass AND owned.objid = s.seqrelid AND owned.deptype = 'i')
    ON a.attidentity <> '' AND owned.refclassid = 'pg_class'::regclass AND owned.refobjid = a.attrelid AND owned.refobjsubid = a.attnum
  LEFT JOIN crdb_internal.cerci_columns f ON f.relid = a.attrelid AND f.attnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND crdb_internal.cerci_is_shown(n.nspname, c.relname)
    AND (pg_has_role(c.relowner, 'USAGE') OR has_column_privilege(c.oid, a.attnum, 'SELECT, INSERT, UPDATE, REFERENCES'));

-- https://www.cockroachlabs.com/docs/v26.2/information-schema#tables
CREATE OR REPLACE VIEW crdb_internal."information_schema.tables" AS
  SELECT current_database()::text AS table_catalog, n.nspname::text AS table_schema, c.relname::text AS table_name,
    CASE WHEN n.nspname IN ('pg_catalog', 'information_schema', 'crdb_internal') THEN 'SYSTEM VIEW'
      WHEN c.relpersistence = 't' THEN 'LOCAL TEMPORARY' WHEN c.relkind IN ('v', 'm') THEN 'VIEW' ELSE 'BASE TABLE' END AS table_type,
    CASE WHEN c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crdb_internal') THEN 'YES' ELSE 'NO' END
      AS is_insertable_into,
    1::int8 AS version
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND crdb_internal.cerci_is_shown(n.nspname, c.relname)
    AND n.nspname NOT LIKE 'pg\_toast%'
    AND (pg_has_role(c.relowner, 'USAGE') OR has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
      OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'));

CREATE OR REPLACE VIEW crdb_internal."information_schema.schemata" AS
  SELECT current_database()::text AS catalog_name, nspname::text AS schema_name, NULL::text AS default_character_set_name,
    NULL::text AS sql_path,
    CASE WHEN nspname IN ('pg_catalog', 'information_schema', 'crdb_internal', 'pg_extension', 'public') THEN 'NO' ELSE 'YES' END AS crdb_is_user_defined
  FROM pg_namespace WHERE nspname NOT LIKE 'pg\_toast%' AND nspname NOT LIKE 'pg\_temp%';

-- Constraints of information_schema by the client's names.
CREATE OR REPLACE VIEW crdb_internal."information_schema.table_constraints" AS
  SELECT constraint_catalog, constraint_schema, crdb_internal.cerci_index_name(constraint_name)::information_schema.sql_identifier AS constraint_name,
    table_catalog, table_schema, table_name, constraint_type, is_deferrable, initially_deferred, enforced, nulls_distinct
  FROM information_schema.table_constraints;
CREATE OR REPLACE VIEW crdb_internal."information_schema.key_column_usage" AS
  SELECT constraint_catalog, constraint_schema, crdb_internal.cerci_index_name(constraint_name)::information_schema.sql_identifier AS constraint_name,
    table_catalog, table_schema, table_name, column_name, ordinal_position, position_in_unique_constraint
  FROM information_schema.key_column_usage;
CREATE OR REPLACE VIEW crdb_internal."information_schema.constraint_column_usage" AS
  SELECT table_catalog, table_schema, table_name, column_name, constraint_catalog, constraint_schema,
    crdb_internal.cerci_index_name(constraint_name)::information_schema.sql_identifier AS constraint_name
  FROM information_schema.constraint_column_usage;
CREATE OR REPLACE VIEW crdb_internal."information_schema.referential_constraints" AS
  SELECT constraint_catalog, constraint_schema, constraint_name, unique_constraint_catalog, unique_constraint_schema,
    crdb_internal.cerci_index_name(unique_constraint_name)::information_schema.sql_identifier AS unique_constraint_name,
    match_option, update_rule, delete_rule
  FROM information_schema.referential_constraints;

CREATE OR REPLACE VIEW crdb_internal."information_schema.views" AS
  SELECT * FROM information_schema.views WHERE crdb_internal.cerci_is_shown(table_schema::name, table_name::name);

-- Every column of every index: keys, then in a primary key's index the rest of the row, in others the stored columns
-- and the key of the row, which CockroachDB adds.
CREATE OR REPLACE VIEW crdb_internal.cerci_index_columns AS
  WITH shard AS (
    SELECT i.indexrelid, i.indrelid, i.indisprimary, a.attnum
    FROM pg_index i JOIN crdb_internal.cerci_relations r ON r.relid = i.indexrelid
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = r.properties ->> 'shard' AND NOT a.attisdropped
  ), listed AS (
    -- Which bucket a row is in comes first in the keys of a hash-sharded index.
    SELECT indexrelid, indrelid, 0::int8 AS position, attnum, NULL::text AS expression, 'ASC' AS direction, false AS storing, true AS implicit FROM shard
    UNION ALL
    SELECT i.indexrelid, i.indrelid, key.position::int8 AS position, key.attnum,
      CASE WHEN key.attnum = 0 THEN crdb_internal.cerci_expression(pg_get_indexdef(i.indexrelid, key.position::int4, true)) END AS expression,
      CASE WHEN key.position > i.indnkeyatts THEN 'N/A' WHEN i.indoption[key.position::int4 - 1] & 1 = 1
        OR crdb_internal.cerci_is_descending(i.indexrelid, key.position) THEN 'DESC' ELSE 'ASC' END AS direction,
      key.position > i.indnkeyatts AS storing, false AS implicit
    FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS key(attnum, position)
  ), appended AS (
    SELECT i.indexrelid, i.indrelid, rest.*
    FROM pg_index i,
      LATERAL (
        -- The row's key at the end of a secondary index.
        SELECT 1000 + key.position AS position, key.attnum, NULL::text AS expression,
          CASE WHEN crdb_internal.cerci_is_descending(p.indexrelid, key.position) THEN 'DESC' ELSE 'ASC' END AS direction, false AS storing, true AS implicit
        FROM pg_index p, unnest(p.indkey::int2[]) WITH ORDINALITY AS key(attnum, position)
        WHERE NOT i.indisprimary AND p.indrelid = i.indrelid AND p.indisprimary AND NOT key.attnum = ANY (i.indkey::int2[])
        UNION ALL
        SELECT 1000, p.attnum, NULL, 'ASC', false, true FROM shard p
        WHERE NOT i.indisprimary AND p.indrelid = i.indrelid AND p.indisprimary AND NOT p.attnum = ANY (i.indkey::int2[])
          AND NOT EXISTS (SELECT FROM shard own WHERE own.indexrelid = i.indexrelid AND own.attnum = p.attnum)
        UNION ALL
        -- The rest of the row in the primary index.
        SELECT 1000 + a.attnum, a.attnum, NULL, 'N/A', true, false
        FROM pg_attribute a
        WHERE i.indisprimary AND a.attrelid = i.indrelid AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.attnum = ANY (i.indkey::int2[])
          AND NOT EXISTS (SELECT FROM crdb_internal.cerci_columns f WHERE f.relid = a.attrelid AND f.attnum = a.attnum AND f.virtual)
      ) AS rest
  )
  SELECT everything.indexrelid, everything.indrelid, everything.attnum,
    row_number() OVER (PARTITION BY everything.indexrelid
      ORDER BY everything.storing AND NOT i.indisprimary, everything.position) AS seq_in_index,
    coalesce(a.attname::text, everything.expression) AS column_name, everything.direction, everything.storing, everything.implicit,
    crdb_internal.cerci_index_name(x.relname) AS index_name, c.relname::text AS table_name, n.nspname::text AS schema_name, NOT i.indisunique AS non_unique,
    i.indisprimary, am.amname = 'gin' AS inverted, (r.properties ->> 'visibility')::float8 AS visibility
  FROM (SELECT * FROM listed UNION ALL SELECT * FROM appended) AS everything
  JOIN pg_index i ON i.indexrelid = everything.indexrelid AND i.indexrelid NOT IN (SELECT relid FROM crdb_internal.cerci_without_index)
  JOIN pg_class x ON x.oid = everything.indexrelid
  JOIN pg_am am ON am.oid = x.relam
  JOIN pg_class c ON c.oid = everything.indrelid AND c.relkind IN ('r', 'p', 'm')
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'crdb_internal')
  LEFT JOIN pg_attribute a ON a.attrelid = everything.indrelid AND a.attnum = everything.attnum AND everything.attnum > 0
  LEFT JOIN crdb_internal.cerci_relations r ON r.relid = everything.indexrelid;

-- https://www.cockroachlabs.com/docs/v26.2/information-schema#statistics
CREATE OR REPLACE VIEW crdb_internal."information_schema.statistics" AS
  SELECT current_database()::text AS table_catalog, schema_name AS table_schema, table_name,
    CASE WHEN non_unique THEN 'YES' ELSE 'NO' END AS non_unique, schema_name AS index_schema, index_name, seq_in_index, column_name,
    NULL::text AS "COLLATION", NULL::int8 AS cardinality, direction, CASE WHEN storing THEN 'YES' ELSE 'NO' END AS storing,
    CASE WHEN implicit THEN 'YES' ELSE 'NO' END AS implicit
  FROM crdb_internal.cerci_index_columns;

DO $$
DECLARE
  view text;
BEGIN
  FOR view IN SELECT relname FROM pg_class WHERE relnamespace = 'crdb_internal'::regnamespace AND relkind = 'v' LOOP
    EXECUTE format('GRANT SELECT ON crdb_internal.%I TO PUBLIC', view);
  END LOOP;
END $$;
