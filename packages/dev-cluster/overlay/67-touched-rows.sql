SET search_path = pg_catalog, pg_temp;

-- Tells the gateway, by a message that no client sees, to which region or partition a row belongs that a statement touches: once for each table and
-- region of a statement. Where the rows of a region cannot be reached, the statement fails, unless it reads the past, which the gateway
-- judges itself. True for every row, so that it can stand in any condition.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_touch(table_name text, region text, lost text DEFAULT NULL) RETURNS bool
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1 AS $$
DECLARE
  statement text := pg_catalog.statement_timestamp()::text;
  known text := pg_catalog.current_setting('crdb.cerci_touched', true);
  entry text := table_name || chr(31) || region;
BEGIN
  IF region IS NULL THEN RETURN true; END IF;
  IF lost IS NOT NULL AND lost::jsonb ? region AND coalesce(pg_catalog.current_setting('crdb.read_time', true), '') = '' THEN
    RAISE EXCEPTION USING ERRCODE = '58C00', MESSAGE = lost::jsonb ->> region;
  END IF;
  IF known IS NULL OR NOT pg_catalog.starts_with(known, statement || chr(10)) THEN
    known := statement || chr(10);
  ELSIF pg_catalog.strpos(known, chr(10) || entry || chr(10)) > 0 THEN
    RETURN true;
  END IF;
  PERFORM pg_catalog.set_config('crdb.cerci_touched', known || entry || chr(10), false);
  RAISE INFO USING ERRCODE = 'CERCR', MESSAGE = entry;
  RETURN true;
END $$;

-- The same for the region of a row that is about to be written.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_touched(table_name text, region anyenum, lost text DEFAULT NULL) RETURNS anyenum
LANGUAGE plpgsql STABLE PARALLEL UNSAFE AS $$
BEGIN
  PERFORM crdb_internal.cerci_touch(table_name, region::text, lost);
  RETURN region;
END $$;
