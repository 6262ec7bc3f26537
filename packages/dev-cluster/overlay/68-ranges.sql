SET search_path = pg_catalog, pg_temp;

-- The bytes with which CockroachDB begins the keys of a table.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_key(table_id int8) RETURNS bytea IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN table_id < 110 THEN set_byte('\x00', 0, 136 + table_id::int4)
    ELSE (SELECT set_byte('\x00', 0, 245 + length(bytes)) || bytes
      FROM (SELECT decode(lpad(to_hex(table_id), (length(to_hex(table_id)) + 1) / 2 * 2, '0'), 'hex') AS bytes) AS encoded) END;
