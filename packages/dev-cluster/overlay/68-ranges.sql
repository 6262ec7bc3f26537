SET search_path = pg_catalog, pg_temp;

-- The bytes with which CockroachDB begins the keys of a table.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_key(table_id int8) RETURNS bytea IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN table_id < 110 THEN set_byte('\x00', 0, 136 + table_id::int4)
    ELSE (SELECT set_byte('\x00', 0, 245 + length(bytes)) || bytes
      FROM (SELECT decode(lpad(to_hex(table_id), (length(to_hex(table_id)) + 1) / 2 * 2, '0'), 'hex') AS bytes) AS encoded) END;

-- The right to look at all ranges: https://www.cockroachlabs.com/docs/v26.2/show-ranges#required-privileges. The owner of a table has it for that one.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_require_ranges(relation text) RETURNS bool
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF crdb_internal.is_admin() OR EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crdb_internal') AND pg_has_role(current_user, c.relowner, 'USAGE')) THEN
    RETURN true;
  END IF;
  RAISE EXCEPTION USING ERRCODE = '42501', MESSAGE = format('only users with the ZONECONFIG privilege or the admin role can read crdb_internal.%s', relation);
END $$;
