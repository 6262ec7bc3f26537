SET search_path = pg_catalog, pg_temp;

-- Advisory locks exist and do nothing, as in CockroachDB: an application that relies on them must fail here, not in production.
-- https://www.cockroachlabs.com/docs/v26.2/postgresql-compatibility
DO $$
DECLARE
  name text;
  arguments text;
BEGIN
  FOREACH arguments IN ARRAY ARRAY['int8', 'int4, int4'] LOOP
    FOREACH name IN ARRAY ARRAY['pg_advisory_lock', 'pg_advisory_lock_shared', 'pg_advisory_xact_lock', 'pg_advisory_xact_lock_shared'] LOOP
      EXECUTE format('CREATE OR REPLACE FUNCTION crdb_internal.%s(%s) RETURNS void VOLATILE STRICT RETURN NULL::void', name, arguments);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['pg_try_advisory_lock', 'pg_try_advisory_lock_shared', 'pg_try_advisory_xact_lock',
        'pg_try_advisory_xact_lock_shared', 'pg_advisory_unlock', 'pg_advisory_unlock_shared'] LOOP
      EXECUTE format('CREATE OR REPLACE FUNCTION crdb_internal.%s(%s) RETURNS bool VOLATILE STRICT RETURN true', name, arguments);
    END LOOP;
  END LOOP;
END $$;
CREATE OR REPLACE FUNCTION crdb_internal.pg_advisory_unlock_all() RETURNS void VOLATILE RETURN NULL::void;
