SET search_path = pg_catalog, pg_temp;

-- Column families, `[{"name", "columns"}]` in `properties -> 'families'`; columns by number, which a new name does not change.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_set_families(relation regclass, families jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  missing text := (SELECT name FROM jsonb_array_elements(families) AS f, jsonb_array_elements_text(f -> 'columns') AS name
    WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = name) LIMIT 1);
BEGIN
  IF missing IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = '42P16', MESSAGE = format('unknown column "%s" in family', missing); END IF;
  PERFORM crdb_internal.cerci_set_relation(relation, jsonb_build_object('families', (
    SELECT jsonb_agg(jsonb_build_object('name', f ->> 'name', 'columns', (
      SELECT coalesce(jsonb_agg(a.attnum ORDER BY array_position(ARRAY(SELECT jsonb_array_elements_text(f -> 'columns')), a.attname::text) NULLS LAST, a.attnum), '[]')
      FROM pg_attribute a WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND (f -> 'columns' ? a.attname::text
        OR at = 1 AND NOT EXISTS (SELECT FROM jsonb_array_elements(families) AS other WHERE other -> 'columns' ? a.attname::text))
        -- What CockroachDB computes when it reads is in no family.
        AND NOT EXISTS (SELECT FROM crdb_internal.cerci_columns c WHERE c.relid = relation AND c.attnum = a.attnum AND c.virtual))) ORDER BY at)
    FROM jsonb_array_elements(families) WITH ORDINALITY AS listed(f, at))));
END $$;

-- Adds a column to a family, to the first one for want of another. A table without families has all of its columns in one, `primary`.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_add_to_family(relation regclass, column_name text, family text, make bool, if_not_exists bool) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  number int2 := (SELECT attnum FROM pg_attribute WHERE attrelid = relation AND attname = column_name);
  families jsonb := coalesce((SELECT properties -> 'families' FROM crdb_internal.cerci_relations WHERE relid = relation),
    jsonb_build_array(jsonb_build_object('name', 'primary', 'columns', (SELECT jsonb_agg(attnum ORDER BY attnum) FROM pg_attribute
      WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND attname <> column_name))));
  place int8;
BEGIN
  -- Added before, with IF NOT EXISTS.
  IF EXISTS (SELECT FROM jsonb_array_elements(families) AS f WHERE f -> 'columns' @> to_jsonb(number)) THEN RETURN; END IF;
  family := coalesce(family, CASE WHEN make THEN format('fam_%s_%s', jsonb_array_length(families), column_name) ELSE families -> 0 ->> 'name' END);
  place := (SELECT at FROM jsonb_array_elements(families) WITH ORDINALITY AS listed(f, at) WHERE f ->> 'name' = family);
  IF place IS NULL AND NOT make THEN
    RAISE EXCEPTION USING ERRCODE = '42P17', MESSAGE = format('unknown family "%s"', family);
  ELSIF place IS NOT NULL AND make AND NOT if_not_exists THEN
    RAISE EXCEPTION USING ERRCODE = '42710', MESSAGE = format('family "%s" already exists', family);
  ELSIF place IS NULL THEN
    families := families || jsonb_build_object('name', family, 'columns', jsonb_build_array(number));
  ELSE
    families := jsonb_set(families, ARRAY[(place - 1)::text, 'columns'], (families -> (place - 1)::int4 -> 'columns') || to_jsonb(number));
  END IF;
  PERFORM crdb_internal.cerci_set_relation(relation, jsonb_build_object('families', families));
END $$;

-- A family as SHOW CREATE TABLE prints it; null for one of which no column is left.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_show_family(relation oid, family jsonb) RETURNS text STABLE STRICT
  RETURN 'FAMILY ' || crdb_internal.cerci_name(family ->> 'name') || ' (' || (SELECT string_agg(crdb_internal.cerci_name(a.attname), ', ' ORDER BY position)
    FROM jsonb_array_elements_text(family -> 'columns') WITH ORDINALITY AS listed(number, position)
    JOIN pg_attribute a ON a.attrelid = relation AND a.attnum = number::int2 AND NOT a.attisdropped) || ')';
