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

-- A value as SHOW RANGES prints it in a key; decimals as CockroachDB reads them back from one, without the zeros at their end.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_print_key(value text, type regtype) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  base text := format_type(coalesce((SELECT nullif(typbasetype, 0) FROM pg_type WHERE oid = type), type), NULL);
  digits text;
BEGIN
  IF value IS NULL THEN RETURN '/NULL'; END IF;
  CASE
    WHEN base IN ('smallint', 'integer', 'bigint') THEN RETURN '/' || value::int8;
    WHEN base = 'boolean' THEN RETURN '/' || value::bool::int4;
    WHEN base = 'date' THEN RETURN '/' || (value::date - '1970-01-01'::date);
    WHEN base = 'numeric' THEN
      digits := trim_scale(value::numeric)::text;
      -- The exponent is printed when it is above zero: 5E+1, 1.5E+2.
      IF digits !~ '^-?[1-9]\d*0$' THEN RETURN '/' || digits; END IF;
      RETURN '/' || regexp_replace(rtrim(digits, '0'), '^(-?\d)(\d+)$', '\1.\2') || 'E+' || length(ltrim(digits, '-')) - 1;
    WHEN base IN ('real', 'double precision') OR starts_with(base, 'timestamp') THEN RETURN '/' || value;
    ELSE RETURN '/' || to_json(value)::text;
  END CASE;
END $$;

-- The columns that begin the keys of an index: the region, the shard, and its own.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_key_columns(index oid) RETURNS TABLE (place int8, name text, type regtype, descending bool)
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT row_number() OVER (ORDER BY k.ord), a.attname::text, a.atttypid::regtype,
    k.ord > 0 AND (i.indoption[greatest(k.ord, 1)::int4 - 1] & 1 = 1 OR crdb_internal.cerci_is_descending(i.indexrelid, k.ord))
  FROM pg_index i
  LEFT JOIN crdb_internal.cerci_relations r ON r.relid = i.indrelid LEFT JOIN crdb_internal.cerci_relations x ON x.relid = i.indexrelid
  CROSS JOIN LATERAL (SELECT -1 AS ord, NULL::int2 AS attnum, coalesce(substring(r.properties ->> 'locality' FROM '^REGIONAL BY ROW AS "?([^"]*)"?$'), 'crdb_region') AS name
      WHERE r.properties ->> 'locality' LIKE 'REGIONAL BY ROW%'
    UNION ALL SELECT 0, NULL, x.properties ->> 'shard' WHERE x.properties ? 'shard'
    UNION ALL SELECT ord, attnum, NULL FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS key(attnum, ord) WHERE ord <= i.indnkeyatts) AS k
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND (a.attnum = k.attnum OR a.attname = k.name)
  WHERE i.indexrelid = index
$$;

-- The beginning of a key of an index, without what all keys of the index begin with, and as it is printed.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_index_key(index oid, statement text, row_values json, OUT key bytea, OUT pretty text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  listed record;
  regions text[];
BEGIN
  key := '';
  pretty := '';
  FOR listed IN SELECT v.value, c.name, c.type, c.descending
    FROM json_each_text(row_values) WITH ORDINALITY AS v(field, value, at) LEFT JOIN crdb_internal.cerci_key_columns(index) c ON c.place = v.at ORDER BY v.at LOOP
    IF listed.name IS NULL THEN RAISE EXCEPTION USING ERRCODE = 'XXUUU', MESSAGE = format('too many columns in %s data', statement); END IF;
    regions := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = listed.type AND listed.type::text LIKE '%crdb\_internal\_region' ORDER BY enumsortorder);
    IF listed.value = ANY (regions) THEN
      -- CockroachDB spaces the values of an enum evenly over a byte.
      key := key || '\x12'::bytea || set_byte('\x00', 0, 256 * array_position(regions, listed.value) / (cardinality(regions) + 1)) || '\x0001'::bytea;
    ELSE
      key := key || crdb_internal.cerci_encode_key(listed.value, listed.type, listed.descending);
    END IF;
    pretty := pretty || crdb_internal.cerci_print_key(listed.value, listed.type);
  END LOOP;
END $$;

-- The number of an index in its table's keys: the primary one first.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_index_number(index oid) RETURNS int4 STABLE STRICT
  RETURN (SELECT number::int4 FROM (SELECT indexrelid, row_number() OVER (ORDER BY indisprimary DESC, indexrelid) AS number FROM pg_index
    WHERE indrelid = (SELECT indrelid FROM pg_index WHERE indexrelid = index) AND indexrelid NOT IN (SELECT relid FROM crdb_internal.cerci_without_index)) AS numbered WHERE indexrelid = index);

-- Splitting a table asks for INSERT: https://www.cockroachlabs.com/docs/v26.2/alter-table#split-at
CREATE OR REPLACE FUNCTION crdb_internal.cerci_require_insert(index oid) RETURNS bool
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  relation oid := (SELECT indrelid FROM pg_index WHERE indexrelid = index);
BEGIN
  -- For what is no index there is no answer.
  IF has_table_privilege(session_user, relation, 'INSERT') IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = '42501', MESSAGE = format('user %s does not have INSERT privilege on relation %s', session_user,
      (SELECT relname FROM pg_class WHERE oid = relation));
  END IF;
  RETURN true;
END $$;

-- When the enforcement of a split ends, from an expression as text and its type. Nothing given is as far as CockroachDB's clock goes.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_expiration(value text, type regtype) RETURNS timestamp
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  expected text;
BEGIN
  IF value IS NULL THEN RETURN '2262-04-11 23:47:16.854776'; END IF;
  FOREACH expected IN ARRAY CASE WHEN type IN ('text'::regtype, 'unknown'::regtype) THEN ARRAY['timestamp with time zone', 'numeric', 'interval']
    WHEN type IN ('int8'::regtype, 'int4'::regtype, 'int2'::regtype) THEN ARRAY['numeric'] ELSE ARRAY[format_type(type, NULL)] END LOOP
    BEGIN
      CASE expected
        WHEN 'timestamp with time zone' THEN RETURN value::timestamptz AT TIME ZONE 'UTC';
        WHEN 'timestamp without time zone' THEN RETURN value::timestamp;
        WHEN 'numeric' THEN RETURN to_timestamp(trunc(value::numeric / 1000) / 1000000) AT TIME ZONE 'UTC';
        WHEN 'interval' THEN RETURN (statement_timestamp() + value::interval) AT TIME ZONE 'UTC';
        ELSE RAISE EXCEPTION USING ERRCODE = 'XXUUU', MESSAGE = format('SPLIT AT: expected timestamp, decimal, or interval, got %s', expected);
      END CASE;
    EXCEPTION WHEN data_exception THEN NULL;
    END;
  END LOOP;
  RAISE EXCEPTION USING ERRCODE = 'XXUUU', MESSAGE = 'SPLIT AT: value is neither timestamp, decimal, nor interval';
END $$;

-- Records a split of an index in `properties -> 'splits'`: where a range begins, in hexadecimal and as it is printed, and until when; NULL for no longer.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_record_split(index regclass, key bytea, printed text, until timestamp) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  -- SECURITY DEFINER: only a superuser writes to a system catalog.
  SELECT crdb_internal.cerci_require_insert(index);
  INSERT INTO pg_seclabel (objoid, classoid, objsubid, provider, label)
    SELECT index, 'pg_class'::regclass, 0, 'cerci', '{}' WHERE NOT EXISTS (SELECT FROM crdb_internal.cerci_relations WHERE relid = index);
  UPDATE pg_seclabel SET label = (label::jsonb || jsonb_build_object('splits', coalesce(label::jsonb -> 'splits', '{}')
      || jsonb_build_object(encode(key, 'hex'), jsonb_strip_nulls(jsonb_build_object('text', printed, 'until', until)))))::text
    WHERE objoid = index AND classoid = 'pg_class'::regclass AND objsubid = 0 AND provider = 'cerci';
$$;

CREATE OR REPLACE FUNCTION crdb_internal.cerci_split(index regclass, rows json, expiration timestamp)
RETURNS TABLE (key bytea, pretty text, split_enforced_until timestamp)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  row_values json;
  beginning bytea := (SELECT crdb_internal.cerci_key(indrelid::int8) FROM pg_index WHERE indexrelid = index)
    || set_byte('\x00', 0, 136 + crdb_internal.cerci_index_number(index));
BEGIN
  FOR row_values IN SELECT * FROM json_array_elements(rows) LOOP
    SELECT found.key, found.pretty INTO key, pretty FROM crdb_internal.cerci_index_key(index, 'SPLIT AT', row_values) AS found;
    PERFORM crdb_internal.cerci_record_split(index, key, pretty, expiration);
    key := beginning || key;
    split_enforced_until := expiration;
    RETURN NEXT;
  END LOOP;
END $$;

-- Takes the enforcement of splits away; of all of them for NULL. `starts` are the keys with which ranges of the index begin, in hexadecimal.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_unsplit(index regclass, rows json, starts text[]) RETURNS TABLE (key bytea, pretty text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  row_values json;
  listed record;
  relation int8 := (SELECT indrelid FROM pg_index WHERE indexrelid = index);
  number int4 := crdb_internal.cerci_index_number(index);
  splits jsonb := (SELECT properties -> 'splits' FROM crdb_internal.cerci_relations WHERE relid = index);
BEGIN
  FOR listed IN
    SELECT found.key, found.pretty, r.value FROM json_array_elements(rows) AS r(value), crdb_internal.cerci_index_key(index, 'UNSPLIT AT', r.value) AS found
    UNION ALL
    SELECT decode(s.key, 'hex'), s.value ->> 'text', NULL FROM jsonb_each(splits) AS s WHERE rows IS NULL AND s.value ? 'until'
  LOOP
    pretty := '/Table/' || relation || '/' || number || listed.pretty;
    IF NOT encode(listed.key, 'hex') = ANY (starts) THEN
      RAISE EXCEPTION USING ERRCODE = 'XXUUU', MESSAGE = format('could not UNSPLIT AT (%s): key %s is not the start of a range',
        (SELECT string_agg(CASE json_typeof(v.value) WHEN 'string' THEN quote_literal(v.value #>> '{}') WHEN 'null' THEN 'NULL' ELSE v.value #>> '{}' END, ', ')
          FROM json_each(listed.value) AS v), pretty);
    END IF;
    IF splits ? encode(listed.key, 'hex') THEN
      PERFORM crdb_internal.cerci_record_split(index, listed.key, listed.pretty, NULL);
    END IF;
    key := crdb_internal.cerci_key(relation) || set_byte('\x00', 0, 136 + number) || listed.key;
    RETURN NEXT;
  END LOOP;
END $$;
