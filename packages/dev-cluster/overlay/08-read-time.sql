-- The time of a transaction. In one that reads the past (AS OF SYSTEM TIME) it is the time it reads at, which the gateway
-- sets for that transaction: https://www.cockroachlabs.com/docs/v26.2/as-of-system-time
-- A string body is inlined at a third of the planning time that a parsed one costs.
CREATE OR REPLACE FUNCTION crdb_internal.now() RETURNS timestamptz STABLE PARALLEL SAFE LANGUAGE sql AS
  $$ SELECT coalesce(nullif(pg_catalog.current_setting('crdb.read_time', true), '')::pg_catalog.timestamptz, pg_catalog.now()) $$;

CREATE OR REPLACE FUNCTION crdb_internal.transaction_timestamp() RETURNS timestamptz STABLE PARALLEL SAFE LANGUAGE sql AS
  $$ SELECT coalesce(nullif(pg_catalog.current_setting('crdb.read_time', true), '')::pg_catalog.timestamptz, pg_catalog.now()) $$;

CREATE OR REPLACE FUNCTION crdb_internal.statement_timestamp() RETURNS timestamptz STABLE PARALLEL SAFE LANGUAGE sql AS
  $$ SELECT coalesce(nullif(pg_catalog.current_setting('crdb.read_time', true), '')::pg_catalog.timestamptz, pg_catalog.statement_timestamp()) $$;
