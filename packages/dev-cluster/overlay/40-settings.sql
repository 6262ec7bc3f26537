SET search_path = pg_catalog, pg_temp;

-- Session variables as the client sees them: CockroachDB's names and spellings, and only its own part of the search path.

CREATE OR REPLACE FUNCTION crdb_internal.cerci_client_path(real_path text) RETURNS text IMMUTABLE PARALLEL SAFE
  RETURN regexp_replace(real_path, '(^|, *)crdb_internal, *pg_catalog$', '');

CREATE OR REPLACE FUNCTION crdb_internal.cerci_real_path(client_path text) RETURNS text IMMUTABLE PARALLEL SAFE
  RETURN concat_ws(', ', nullif(btrim(client_path), ''), 'crdb_internal, pg_catalog');

CREATE OR REPLACE FUNCTION crdb_internal.current_setting(setting_name text, missing_ok bool) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  asked text := pg_catalog.lower(setting_name);
  value text;
BEGIN
  CASE asked
    WHEN 'search_path' THEN RETURN crdb_internal.cerci_client_path(pg_catalog.current_setting('search_path'));
    WHEN 'database' THEN RETURN pg_catalog.current_database();
    WHEN 'session_user' THEN RETURN session_user;
    WHEN 'session_authorization' THEN RETURN session_user;
    WHEN 'is_superuser' THEN RETURN CASE WHEN crdb_internal.is_admin() THEN 'on' ELSE 'off' END;
    WHEN 'locality' THEN RETURN crdb_internal.cerci_locality();
    WHEN 'statement_timeout', 'lock_timeout', 'idle_session_timeout', 'idle_in_session_timeout',
        'idle_in_transaction_session_timeout', 'transaction_timeout' THEN
      value := pg_catalog.current_setting(pg_catalog.replace(asked, 'idle_in_session', 'idle_session'));
      RETURN (pg_catalog.date_part('epoch', value::interval) * 1000)::int8;
    WHEN 'application_name', 'bytea_output', 'check_function_bodies', 'client_encoding', 'client_min_messages', 'datestyle',
        'default_text_search_config', 'default_transaction_isolation', 'default_transaction_read_only', 'escape_string_warning',
        'extra_float_digits', 'intervalstyle', 'plan_cache_mode', 'role', 'row_security', 'standard_conforming_strings',
        'timezone', 'transaction_isolation', 'transaction_read_only', 'xmloption' THEN
      RETURN pg_catalog.current_setting(asked);
    ELSE
      -- A name with a dot is a setting of the application's own, unless it is CockroachDB's.
      value := coalesce(pg_catalog.current_setting('crdb.' || pg_catalog.replace(asked, '.', '_'), true),
        CASE WHEN asked LIKE '%.%' AND asked NOT LIKE 'crdb.%' THEN pg_catalog.current_setting(asked, true) END);
  END CASE;
  IF value IS NULL AND NOT missing_ok THEN
    RAISE EXCEPTION USING ERRCODE = '42704', MESSAGE = pg_catalog.format('unrecognized configuration parameter "%s"', setting_name);
  END IF;
  RETURN value;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.current_setting(setting_name text) RETURNS text STABLE PARALLEL SAFE
  RETURN crdb_internal.current_setting(setting_name, false);

CREATE OR REPLACE FUNCTION crdb_internal.set_config(setting_name text, new_value text, is_local bool) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  asked text := pg_catalog.lower(setting_name);
  known record;
BEGIN
  IF asked LIKE 'crdb.%' THEN
    RAISE EXCEPTION USING ERRCODE = '42704', MESSAGE = pg_catalog.format('unrecognized configuration parameter "%s"', setting_name);
  END IF;
  SELECT * INTO known FROM crdb_internal.cerci_variables WHERE name = asked;
  IF NOT FOUND THEN
    IF asked NOT LIKE '%.%' THEN
      RAISE EXCEPTION USING ERRCODE = '42704', MESSAGE = pg_catalog.format('unrecognized configuration parameter "%s"', setting_name);
    END IF;
    RETURN pg_catalog.set_config(asked, new_value, is_local);
  END IF;
  IF known.home = 'readonly' THEN
    RAISE EXCEPTION USING ERRCODE = '55P02', MESSAGE = pg_catalog.format('parameter "%s" cannot be changed', setting_name);
  END IF;
  IF known.kind = 'duration' AND new_value !~ '^\s*\d+\s*$' THEN
    new_value := (pg_catalog.date_part('epoch', new_value::interval) * 1000)::int8;
  ELSIF known.kind = 'bool' THEN
    new_value := CASE WHEN new_value::bool THEN 'on' ELSE 'off' END;
  ELSIF asked = 'search_path' THEN
    new_value := crdb_internal.cerci_real_path(new_value);
  END IF;
  PERFORM pg_catalog.set_config(known.guc, new_value, is_local);
  RETURN crdb_internal.current_setting(asked);
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.current_schema() RETURNS name STABLE PARALLEL SAFE
  RETURN nullif(pg_catalog.current_schema(), 'crdb_internal');

CREATE OR REPLACE FUNCTION crdb_internal.current_schemas(include_implicit bool) RETURNS name[] STABLE PARALLEL SAFE
  RETURN CASE WHEN include_implicit THEN ARRAY['pg_catalog', 'pg_extension']::name[] ELSE ARRAY[]::name[] END
    || array_remove(array_remove(pg_catalog.current_schemas(false), 'crdb_internal'), 'pg_catalog');

CREATE OR REPLACE VIEW crdb_internal.session_variables AS
  SELECT name AS variable, coalesce(crdb_internal.current_setting(name, true), '') AS value, false AS hidden
  FROM crdb_internal.cerci_variables;
GRANT SELECT ON crdb_internal.session_variables TO PUBLIC;

CREATE OR REPLACE VIEW crdb_internal."pg_catalog.pg_settings" AS
  SELECT name, coalesce(crdb_internal.current_setting(name, true), '') AS setting,
    CASE WHEN kind = 'duration' THEN 'ms' END AS unit, NULL::text AS category, NULL::text AS short_desc, NULL::text AS extra_desc,
    CASE WHEN home = 'readonly' THEN 'internal' ELSE 'user' END AS context,
    CASE kind WHEN 'int' THEN 'integer' WHEN 'duration' THEN 'integer' ELSE kind END AS vartype,
    NULL::text AS source, NULL::text AS min_val, NULL::text AS max_val, NULL::text[] AS enumvals,
    initial_value AS boot_val, initial_value AS reset_val, NULL::text AS sourcefile, NULL::int4 AS sourceline, false AS pending_restart
  FROM crdb_internal.cerci_variables;
GRANT SELECT ON crdb_internal."pg_catalog.pg_settings" TO PUBLIC;
