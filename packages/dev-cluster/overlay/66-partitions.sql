SET search_path = pg_catalog, pg_temp;

-- PARTITION BY: https://www.cockroachlabs.com/docs/v26.2/partitioning. As in CockroachDB the bytes of keys decide which rows a partition has,
-- in which order partitions come, and whether they overlap.

-- An integer as it stands in keys.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_encode_integer(value int8) RETURNS bytea IMMUTABLE PARALLEL SAFE STRICT
  RETURN CASE WHEN value BETWEEN 0 AND 109 THEN set_byte('\x00', 0, 136 + value::int4)
    WHEN value > 109 THEN (SELECT set_byte('\x00', 0, 245 + length(bytes)) || bytes
      FROM (SELECT ltrim(int8send(value), '\x00'::bytea) AS bytes) AS encoded)
    ELSE (SELECT set_byte('\x00', 0, 136 - length) || substring(int8send(value) FROM 9 - length)
      FROM (SELECT count(*)::int4 + 1 AS length FROM generate_series(1, 7) AS bytes WHERE value < 1 - (256::numeric ^ bytes)) AS encoded) END;

-- Every bit the other way round, which turns the order round.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_complement(bytes bytea) RETURNS bytea IMMUTABLE PARALLEL SAFE STRICT
  RETURN (SELECT coalesce(string_agg(set_byte('\x00', 0, 255 - get_byte(bytes, at)), NULL ORDER BY at), '')
    FROM generate_series(0, length(bytes) - 1) AS at);

CREATE OR REPLACE FUNCTION crdb_internal.cerci_encode_bytes(value bytea) RETURNS bytea IMMUTABLE PARALLEL SAFE STRICT
  RETURN '\x12'::bytea || CASE WHEN position('\x00'::bytea IN value) = 0 THEN value
    ELSE (SELECT string_agg(CASE get_byte(value, at) WHEN 0 THEN '\x00ff'::bytea ELSE substring(value FROM at + 1 FOR 1) END, NULL ORDER BY at)
      FROM generate_series(0, length(value) - 1) AS at) END || '\x0001'::bytea;

CREATE OR REPLACE FUNCTION crdb_internal.cerci_encode_float(value float8) RETURNS bytea IMMUTABLE PARALLEL SAFE STRICT
  RETURN CASE WHEN value = 0 THEN '\x04'::bytea WHEN value > 0 THEN '\x05'::bytea || float8send(value)
    ELSE '\x03'::bytea || crdb_internal.cerci_complement(float8send(value)) END;

-- A value of a column, given as text, as it stands in keys. Descending ones are in order, but not the same bytes as CockroachDB's.
-- PL/pgSQL, because a SQL function's casts would be tried on a constant before it is known which of them applies.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_encode_key(value text, type regtype, descending bool) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  base text := format_type(coalesce((SELECT nullif(typbasetype, 0) FROM pg_type WHERE oid = type), type), NULL);
  encoded bytea;
BEGIN
  IF value IS NULL THEN
    encoded := '\x00';
  ELSIF base IN ('smallint', 'integer', 'bigint') THEN
    encoded := crdb_internal.cerci_encode_integer(value::int8);
  ELSIF base = 'boolean' THEN
    encoded := crdb_internal.cerci_encode_integer(value::bool::int4);
  ELSIF base = 'date' THEN
    encoded := crdb_internal.cerci_encode_integer(value::date - '1970-01-01'::date);
  ELSIF starts_with(base, 'timestamp') THEN
    encoded := '\x14'::bytea || crdb_internal.cerci_encode_integer(floor(CASE WHEN base LIKE '% with time zone' THEN extract(epoch FROM value::timestamptz)
        ELSE extract(epoch FROM value::timestamp) END)::int8)
      || crdb_internal.cerci_encode_integer(extract(microseconds FROM value::timestamp)::int8 % 1000000 * 1000);
  ELSIF base IN ('real', 'double precision') THEN
    encoded := crdb_internal.cerci_encode_float(value::float8);
  ELSIF base = 'numeric' THEN
    encoded := crdb_internal.cerci_encode_decimal(value::numeric);
  ELSIF base = 'bytea' THEN
    encoded := crdb_internal.cerci_encode_bytes(value::bytea);
  ELSIF base = 'uuid' THEN
    encoded := crdb_internal.cerci_encode_bytes(uuid_send(value::uuid));
  ELSE
    encoded := crdb_internal.cerci_encode_integer((SELECT nullif(count(*), 0) - 1 FROM pg_enum e JOIN pg_enum f ON f.enumtypid = e.enumtypid
      AND f.enumlabel = value AND e.enumsortorder <= f.enumsortorder WHERE e.enumtypid = type));
    encoded := coalesce(encoded, crdb_internal.cerci_encode_bytes(convert_to(value, 'UTF8')));
  END IF;
  RETURN CASE WHEN descending THEN crdb_internal.cerci_complement(encoded) ELSE encoded END;
END $$;

-- The first key after all that begin with these bytes; of no bytes, the end of the index.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_prefix_end(key bytea) RETURNS bytea IMMUTABLE PARALLEL SAFE STRICT
  RETURN (SELECT CASE WHEN kept = '' THEN key || '\xff'::bytea ELSE set_byte(kept, length(kept) - 1, get_byte(kept, length(kept) - 1) + 1) END
    FROM (SELECT rtrim(key, '\xff'::bytea) AS kept) AS trimmed);

-- The partition that a key is in: the last of the spans that has it, `[{"name", "from", "to"}]`; else the empty text.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_partition(spans jsonb, key bytea) RETURNS text IMMUTABLE PARALLEL SAFE
  RETURN coalesce((SELECT span ->> 'name' FROM jsonb_array_elements(spans) WITH ORDINALITY AS listed(span, at)
    WHERE encode(key, 'hex') >= span ->> 'from' COLLATE "C" AND encode(key, 'hex') < span ->> 'to' COLLATE "C" ORDER BY at DESC LIMIT 1), '');

-- One end of a partition: the elements of a key, encoded; null for the end of what begins with those before.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_encode_bound(parts jsonb, elements text[], types regtype[], descending bool[]) RETURNS bytea STABLE PARALLEL SAFE
  RETURN (SELECT CASE WHEN parts @> '[null]' THEN crdb_internal.cerci_prefix_end(key) ELSE key END FROM (
    SELECT coalesce(string_agg(crdb_internal.cerci_encode_key(elements[part::int4], types[at], descending[at]), NULL ORDER BY at), '') AS key
    FROM jsonb_array_elements_text(parts) WITH ORDINALITY AS listed(part, at) WHERE part IS NOT NULL) AS encoded);

-- The same as SHOW RANGES prints it. Of whole numbers the one after is printed itself.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_print_bound(parts jsonb, elements text[], types regtype[]) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  given int4[] := ARRAY(SELECT part::int4 FROM jsonb_array_elements_text(parts) WITH ORDINALITY AS listed(part, at) WHERE part IS NOT NULL ORDER BY at);
  ends bool := parts @> '[null]';
  printed text := '';
  value text;
  type text;
  number int8;
BEGIN
  FOR at IN 1 .. cardinality(given) LOOP
    value := elements[given[at]];
    type := types[at]::text;
    number := CASE WHEN type IN ('smallint', 'integer', 'bigint') THEN value::int8 WHEN type = 'boolean' THEN value::bool::int4
      WHEN type = 'date' THEN value::date - '1970-01-01'::date END;
    printed := printed || '/' || CASE WHEN value IS NULL THEN 'NULL' WHEN number IS NOT NULL THEN (number + CASE WHEN ends AND at = cardinality(given) THEN 1 ELSE 0 END)::text
      WHEN type IN ('real', 'double precision', 'numeric') OR starts_with(type, 'timestamp') THEN value ELSE to_json(value)::text END;
    IF ends AND at = cardinality(given) AND number IS NULL THEN printed := printed || '/PrefixEnd'; END IF;
  END LOOP;
  RETURN printed;
END $$;

-- Records how an index, or a table's primary index, is partitioned, in `properties -> 'partitions'`. There each partition has `keys`, one for
-- each value of a list, or one range: `from` and `to` are lists of positions in `elements`, counted from 1, of what the client wrote; null
-- in them stands for the end of what begins with the elements before. They become `spans` of encoded keys.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_set_partitions(relation regclass, properties jsonb, elements text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  index_id oid := coalesce((SELECT indexrelid FROM pg_index WHERE indexrelid = relation), (SELECT indexrelid FROM pg_index WHERE indrelid = relation AND indisprimary));
  types regtype[];
  descending bool[];
  listed jsonb;
  key jsonb;
  bounds bytea[];
  spans jsonb;
  recorded jsonb := '[]';
  others jsonb := '[]';
  other jsonb;
BEGIN
  SELECT array_agg(a.atttypid::regtype ORDER BY k.ord),
    array_agg(i.indoption[k.ord::int4 - 1] & 1 = 1 OR crdb_internal.cerci_is_descending(i.indexrelid, k.ord) ORDER BY k.ord) INTO types, descending
    FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, ord) JOIN pg_attribute a ON a.attnum = k.attnum
    WHERE i.indexrelid = index_id AND a.attrelid = i.indrelid AND k.ord <= i.indnkeyatts;
  FOR listed IN SELECT * FROM jsonb_array_elements(properties -> 'partitions') LOOP
    spans := '[]';
    FOR key IN SELECT * FROM jsonb_array_elements(listed -> 'keys') LOOP
      bounds := ARRAY[crdb_internal.cerci_encode_bound(key -> 'from', elements, types, descending),
        crdb_internal.cerci_encode_bound(key -> 'to', elements, types, descending)];
      SELECT value INTO other FROM jsonb_array_elements(others) AS value WHERE value ->> 'parent' IS NOT DISTINCT FROM listed ->> 'parent'
        AND (CASE WHEN key ? 'text' THEN value ->> 'from' = encode(bounds[1], 'hex') AND value ->> 'to' = encode(bounds[2], 'hex')
          ELSE value ->> 'from' < encode(bounds[2], 'hex') COLLATE "C" AND value ->> 'to' > encode(bounds[1], 'hex') COLLATE "C" END) LIMIT 1;
      IF FOUND AND key ? 'text' THEN
        RAISE EXCEPTION USING ERRCODE = 'XXUUU', MESSAGE = format('%s cannot be present in more than one partition', key ->> 'text');
      ELSIF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'XXUUU', MESSAGE = format('partitions %s and %s overlap', other ->> 'name', listed ->> 'name');
      ELSIF bounds[1] >= bounds[2] THEN
        RAISE EXCEPTION USING ERRCODE = 'XXUUU', MESSAGE = format('PARTITION %s: empty range: lower bound %s is %s upper bound %s', listed ->> 'name',
          key ->> 'lower', CASE WHEN bounds[1] = bounds[2] THEN 'equal to' ELSE 'greater than' END, key ->> 'upper');
      END IF;
      others := others || jsonb_build_object('name', listed ->> 'name', 'parent', listed ->> 'parent', 'from', encode(bounds[1], 'hex'), 'to', encode(bounds[2], 'hex'));
      spans := spans || jsonb_build_object('from', encode(bounds[1], 'hex'), 'to', encode(bounds[2], 'hex'),
        'start', crdb_internal.cerci_print_bound(key -> 'from', elements, types), 'end', crdb_internal.cerci_print_bound(key -> 'to', elements, types));
    END LOOP;
    recorded := recorded || (listed - 'keys' || jsonb_build_object('spans', spans));
  END LOOP;
  PERFORM crdb_internal.cerci_set_relation(relation, properties || jsonb_build_object('partitions', recorded));
END $$;
