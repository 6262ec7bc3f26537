SET search_path = pg_catalog, pg_temp;

-- A row's columns as bytes, each with its type: the one function of PostgreSQL that takes columns of any types and can be called from SQL.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_record(key record) RETURNS bytea
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'record_send';

-- A decimal as it stands in keys: its sign and its exponent to the base of 100, then the digits to that base, each doubled, and all but the last one odd.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_encode_decimal(value numeric) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  printed text;
  whole text;
  digits text;
  exponent int4;
  negative bool := value < 0;
  mantissa bytea := '';
  size bytea;
BEGIN
  CASE value WHEN 'NaN' THEN RETURN '\x18'; WHEN '-Infinity' THEN RETURN '\x19'; WHEN 'Infinity' THEN RETURN '\x35'; WHEN 0 THEN RETURN '\x27';
    ELSE NULL; END CASE;
  printed := trim_scale(abs(value))::text;
  whole := split_part(printed, '.', 1);
  digits := ltrim(whole || split_part(printed, '.', 2), '0');
  exponent := length(whole) - (length(replace(printed, '.', '')) - length(digits));
  digits := rtrim(digits, '0');
  IF exponent % 2 <> 0 THEN
    digits := '0' || digits;
    exponent := exponent + 1;
  END IF;
  exponent := exponent / 2;
  IF length(digits) % 2 = 1 THEN digits := digits || '0'; END IF;
  FOR at IN 1 .. length(digits) / 2 LOOP
    mantissa := mantissa || set_byte('\x00', 0, 2 * substr(digits, 2 * at - 1, 2)::int4 + CASE WHEN 2 * at = length(digits) THEN 0 ELSE 1 END);
  END LOOP;
  mantissa := mantissa || '\x00'::bytea;
  IF negative THEN mantissa := crdb_internal.cerci_complement(mantissa); END IF;
  IF exponent BETWEEN 0 AND 10 THEN
    RETURN set_byte('\x00', 0, CASE WHEN negative THEN 37 - exponent ELSE 41 + exponent END) || mantissa;
  END IF;
  size := crdb_internal.cerci_encode_integer(abs(exponent));
  -- Of negative ones a larger exponent is a smaller number, of small ones too.
  IF negative = (exponent > 0) THEN
    size := decode(lpad(to_hex(abs(exponent)), (length(to_hex(abs(exponent))) + 1) / 2 * 2, '0'), 'hex');
    size := set_byte('\x00', 0, 136 - length(size)) || crdb_internal.cerci_complement(size);
  END IF;
  RETURN set_byte('\x00', 0, CASE WHEN negative THEN CASE WHEN exponent > 0 THEN 26 ELSE 38 END WHEN exponent > 0 THEN 52 ELSE 40 END) || size || mantissa;
END $$;

-- Values one after the other as they stand in keys, under crdb_internal.datums_to_bytes(a, b): translation makes a ROW of the arguments. It must
-- not depend on a time zone or a catalog, for hash-sharded indexes are computed from it. Types that are not listed, as INET, have bytes of their own.
CREATE OR REPLACE FUNCTION crdb_internal.datums_to_bytes(key record) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fields bytea := crdb_internal.cerci_record(key);
  at int4 := 5;
  type int8;
  size int4;
  field bytea;
  number int8;
  digits text;
  encoded bytea := '';
BEGIN
  WHILE at <= octet_length(fields) LOOP
    type := ('x' || encode(substring(fields FROM at FOR 4), 'hex'))::bit(32)::int8;
    size := ('x' || encode(substring(fields FROM at + 4 FOR 4), 'hex'))::bit(32)::int4;
    IF size < 0 THEN
      encoded := encoded || '\x00'::bytea;
      at := at + 8;
      CONTINUE;
    END IF;
    field := substring(fields FROM at + 8 FOR size);
    at := at + 8 + size;
    -- Whole numbers, and what PostgreSQL has as one: a sign and as many bytes as the type has.
    IF size IN (1, 2, 4, 8) THEN
      number := ('x' || repeat(CASE WHEN size > 1 AND get_byte(field, 0) > 127 THEN 'ff' ELSE '00' END, 8 - size) || encode(field, 'hex'))::bit(64)::int8;
    END IF;
    CASE type
      WHEN 16, 20, 21, 23, 1083 THEN encoded := encoded || crdb_internal.cerci_encode_integer(number);
      WHEN 1082 THEN encoded := encoded || crdb_internal.cerci_encode_integer(number + 10957);
      WHEN 1114, 1184 THEN
        number := number + 946684800000000;
        encoded := encoded || '\x14'::bytea || crdb_internal.cerci_encode_integer(floor(number / 1000000::numeric)::int8)
          || crdb_internal.cerci_encode_integer((number - floor(number / 1000000::numeric)::int8 * 1000000) * 1000);
      WHEN 701 THEN
        encoded := encoded || CASE WHEN ltrim(field, '\x00'::bytea) = '' THEN '\x04'::bytea WHEN number < 0 THEN '\x03'::bytea || crdb_internal.cerci_complement(field)
          ELSE '\x05'::bytea || field END;
      WHEN 1700 THEN
        digits := (SELECT string_agg(lpad((get_byte(field, 8 + 2 * i) * 256 + get_byte(field, 9 + 2 * i))::text, 4, '0'), '' ORDER BY i)
          FROM generate_series(0, get_byte(field, 0) * 256 + get_byte(field, 1) - 1) AS i);
        number := get_byte(field, 2) * 256 + get_byte(field, 3);
        IF number > 32767 THEN number := number - 65536; END IF;
        encoded := encoded || crdb_internal.cerci_encode_decimal(CASE get_byte(field, 4) WHEN 192 THEN 'NaN' WHEN 208 THEN 'Infinity' WHEN 240 THEN '-Infinity'
          ELSE (CASE get_byte(field, 4) WHEN 64 THEN '-' ELSE '' END || '0.' || coalesce(digits, '0') || 'e' || (number + 1) * 4)::numeric END);
      ELSE encoded := encoded || crdb_internal.cerci_encode_bytes(field);
    END CASE;
  END LOOP;
  RETURN encoded;
END $$;

-- Drops the columns that no hash-sharded index has any more.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_drop_unused_shards(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  unused text;
BEGIN
  FOR unused IN SELECT a.attname FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    JOIN crdb_internal.cerci_columns f ON f.relid = a.attrelid AND f.attnum = a.attnum
    WHERE a.attrelid = relation AND f.hidden AND f.virtual AND a.attname LIKE 'crdb\_internal\_%'
      AND pg_get_expr(d.adbin, d.adrelid) LIKE '%mod(crdb\_internal.fnv32(crdb\_internal.datums\_to\_bytes(ROW(%'
      AND NOT EXISTS (SELECT FROM pg_index i JOIN crdb_internal.cerci_relations r ON r.relid = i.indexrelid
        WHERE i.indrelid = relation AND r.properties ->> 'shard' = a.attname)
      AND NOT EXISTS (SELECT FROM pg_depend u WHERE u.refclassid = 'pg_class'::regclass AND u.refobjid = relation AND u.refobjsubid = a.attnum
        AND (u.classid IN ('pg_class'::regclass, 'pg_rewrite'::regclass)
          OR u.classid = 'pg_constraint'::regclass AND (SELECT contype FROM pg_constraint k WHERE k.oid = u.objid) <> 'n')) LOOP
    EXECUTE format('ALTER TABLE %s DROP COLUMN %I', relation, unused);
  END LOOP;
END $$;
