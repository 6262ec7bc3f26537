SET search_path = pg_catalog, pg_temp;

-- disallow_full_table_scans. https://www.cockroachlabs.com/docs/v26.2/session-variables

-- How many scans of a plan read all of a user's table, or of an index that has all rows. Right under a LIMIT one does not: CockroachDB stops it there.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_full_scans(node jsonb, parent_schema text, limited bool) RETURNS int8
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  type text := node ->> 'Node Type';
  node_schema text := coalesce(node ->> 'Schema', parent_schema);
  count int8 := 0;
  child jsonb;
BEGIN
  IF NOT limited AND node_schema NOT IN ('pg_catalog', 'information_schema', 'crdb_internal')
    AND (type = 'Seq Scan' OR type IN ('Index Scan', 'Index Only Scan', 'Bitmap Index Scan') AND node -> 'Index Cond' IS NULL
      AND NOT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(format('%I.%I', node_schema, node ->> 'Index Name')) AND indpred IS NOT NULL)) THEN
    count := 1;
  END IF;
  FOR child IN SELECT jsonb_array_elements(coalesce(node -> 'Plans', '[]')) LOOP
    count := count + crdb_internal.cerci_full_scans(child, node_schema,
      type = 'Limit' OR limited AND type IN ('Result', 'Subquery Scan', 'LockRows', 'Bitmap Heap Scan'));
  END LOOP;
  RETURN count;
END $$;

-- Refuses a statement that would read all of a table. What cannot be planned fails by itself, later and in its own words.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_refuse_full_scans(statement text, query text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  plan jsonb;
BEGIN
  BEGIN
    EXECUTE 'EXPLAIN (GENERIC_PLAN, VERBOSE, FORMAT JSON) ' || statement INTO plan;
  EXCEPTION WHEN OTHERS THEN
    RETURN;
  END;
  IF crdb_internal.cerci_full_scans(plan -> 0 -> 'Plan', 'public', false) > 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'P0003', MESSAGE = pg_catalog.format('query `%s` contains a full table/index scan which is explicitly disallowed', query),
      HINT = 'try overriding the `disallow_full_table_scans` cluster/session setting';
  END IF;
END $$;
