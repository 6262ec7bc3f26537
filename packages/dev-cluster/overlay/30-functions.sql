-- A table of functions, hence its length.
SET search_path = pg_catalog, pg_temp;

CREATE OR REPLACE FUNCTION crdb_internal.cerci_extract_duration(element text, duration interval) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN trunc(date_part('epoch', duration) / CASE lower(element)
    WHEN 'hour' THEN 3600 WHEN 'minute' THEN 60 WHEN 'second' THEN 1 WHEN 'millisecond' THEN 0.001 WHEN 'microsecond' THEN 0.000001 END)::int8;

-- Creates an immutable function from its signature, result and an expression over $1, $2 ….
CREATE OR REPLACE PROCEDURE crdb_internal.cerci_create_function(signature text, result text, expression text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- A strict function that returns a set is not inlined into FROM. A polymorphic one is only resolved when called.
  EXECUTE format('CREATE OR REPLACE FUNCTION crdb_internal.%s RETURNS %s IMMUTABLE %s PARALLEL SAFE LANGUAGE sql %s',
    signature, result, CASE WHEN result NOT LIKE 'SETOF %' AND result NOT LIKE 'TABLE %' THEN 'STRICT' END,
    CASE WHEN signature LIKE '%(any%' THEN format('AS %L', 'SELECT ' || expression) ELSE 'RETURN ' || expression END);
END $$;
REVOKE ALL ON PROCEDURE crdb_internal.cerci_create_function FROM PUBLIC;

-- The same function for arguments of another type. Where PostgreSQL has name(int4) and the overlay name(int8), neither is preferred
-- for a placeholder or a quoted literal, which a variant for text is, nor for an INT2.
CREATE OR REPLACE PROCEDURE crdb_internal.cerci_create_variant(signature text, result text, expression text, type text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text := split_part(signature, '(', 1);
  parameters text[] := string_to_array(rtrim(substr(signature, length(name) + 2), ')'), ', ');
  originals text[];
BEGIN
  originals := ARRAY(SELECT CASE p WHEN 'int8' THEN 'int4' WHEN 'jsonb' THEN 'json' ELSE replace(p, 'VARIADIC ', '') END FROM unnest(parameters) AS p);
  IF to_regprocedure(format('pg_catalog.%s(%s)', quote_ident(name), array_to_string(originals, ','))) IS NULL THEN RETURN; END IF;
  FOR i IN 1..cardinality(parameters) LOOP
    IF parameters[i] IN ('int8', 'jsonb') THEN
      expression := replace(expression, '$' || i, '($' || i || '::' || parameters[i] || ')');
      parameters[i] := type;
    END IF;
  END LOOP;
  signature := format('%s(%s)', name, array_to_string(parameters, ', '));
  IF to_regprocedure('pg_catalog.' || replace(signature, 'VARIADIC ', '')) IS NULL THEN
    CALL crdb_internal.cerci_create_function(signature, result, expression);
  END IF;
END $$;
REVOKE ALL ON PROCEDURE crdb_internal.cerci_create_variant FROM PUBLIC;

-- Functions that PostgreSQL has with int4 arguments or results, where CockroachDB's integers are INT8.
-- name(arguments), result, expression. https://www.cockroachlabs.com/docs/v26.2/functions-and-operators
DO $$
DECLARE
  f record;
BEGIN
  FOR f IN SELECT * FROM (VALUES
    -- strings
    ('length(text)', 'int8', 'length($1)'),
    ('length(bytea)', 'int8', 'length($1)'),
    ('length(varbit)', 'int8', 'length($1::bit varying)'),
    ('char_length(text)', 'int8', 'length($1)'),
    ('character_length(text)', 'int8', 'length($1)'),
    ('octet_length(text)', 'int8', 'octet_length($1)'),
    ('octet_length(bytea)', 'int8', 'octet_length($1)'),
    ('bit_length(text)', 'int8', 'octet_length($1) * 8'),
    ('ascii(text)', 'int8', 'ascii($1)'),
    ('strpos(text, text)', 'int8', 'strpos($1, $2)'),
    ('chr(int8)', 'text', 'chr($1::int4)'),
    ('left(text, int8)', 'text', '"left"($1, $2::int4)'),
    ('right(text, int8)', 'text', '"right"($1, $2::int4)'),
    ('left(bytea, int8)', 'bytea', 'substring($1, 1, CASE WHEN $2 < 0 THEN greatest(length($1) + $2::int4, 0) ELSE $2::int4 END)'),
    ('right(bytea, int8)', 'bytea', 'substring($1, CASE WHEN $2 < 0 THEN 1 - $2::int4 ELSE greatest(length($1) - $2::int4, 0) + 1 END)'),
    ('repeat(text, int8)', 'text', 'repeat($1, $2::int4)'),
    ('lpad(text, int8)', 'text', 'lpad($1, $2::int4)'),
    ('lpad(text, int8, text)', 'text', 'lpad($1, $2::int4, $3)'),
    ('rpad(text, int8)', 'text', 'rpad($1, $2::int4)'),
    ('rpad(text, int8, text)', 'text', 'rpad($1, $2::int4, $3)'),
    ('substr(text, int8)', 'text', 'substr($1, $2::int4)'),
    ('substr(text, int8, int8)', 'text', 'substr($1, $2::int4, $3::int4)'),
    ('substr(bytea, int8)', 'bytea', 'substr($1, $2::int4)'),
    ('substr(bytea, int8, int8)', 'bytea', 'substr($1, $2::int4, $3::int4)'),
    ('substring(text, int8)', 'text', 'substr($1, $2::int4)'),
    ('substring(text, int8, int8)', 'text', 'substr($1, $2::int4, $3::int4)'),
    ('overlay(text, text, int8)', 'text', 'overlay($1, $2, $3::int4)'),
    ('overlay(text, text, int8, int8)', 'text', 'overlay($1, $2, $3::int4, $4::int4)'),
    ('split_part(text, text, int8)', 'text', 'split_part($1, $2, $3::int4)'),
    ('to_hex(bytea)', 'text', 'encode($1, ''hex'')'),
    ('to_hex(text)', 'text', 'encode(convert_to($1, ''UTF8''), ''hex'')'),
    ('get_bit(bytea, int8)', 'int8', 'get_bit($1, $2)'),
    ('set_bit(bytea, int8, int8)', 'bytea', 'set_bit($1, $2, $3::int4)'),
    ('get_byte(bytea, int8)', 'int8', 'get_byte($1, $2::int4)'),
    ('set_byte(bytea, int8, int8)', 'bytea', 'set_byte($1, $2::int4, $3::int4)'),
    -- numbers
    ('round(numeric, int8)', 'numeric', 'round($1, $2::int4)'),
    ('round(float8, int8)', 'float8', 'round($1::numeric, $2::int4)::float8'),
    ('trunc(numeric, int8)', 'numeric', 'trunc($1, $2::int4)'),
    ('trunc(float8, int8)', 'float8', 'trunc($1::numeric, $2::int4)::float8'),
    ('abs(int4)', 'int8', 'abs($1::int8)'),
    ('sign(int8)', 'int8', 'sign($1::numeric)::int8'),
    ('sign(int4)', 'int8', 'sign($1::numeric)::int8'),
    ('div(int8, int8)', 'int8', 'int8div($1, $2)'),
    ('div(int4, int4)', 'int8', 'int8div($1, $2)'),
    ('div(float8, float8)', 'float8', 'trunc(float8div($1, $2))'),
    ('mod(int4, int4)', 'int8', 'mod($1::int8, $2::int8)'),
    ('width_bucket(numeric, numeric, numeric, int8)', 'int8', 'width_bucket($1, $2, $3, $4::int4)'),
    ('width_bucket(numeric, numeric, numeric, int4)', 'int8', 'width_bucket($1, $2, $3, $4)'),
    ('width_bucket(int4, int4, int4, int4)', 'int8', 'width_bucket($1::numeric, $2::numeric, $3::numeric, $4)'),
    ('isnan(float8)', 'bool', '$1 = ''NaN'''),
    ('isnan(numeric)', 'bool', '$1 = ''NaN'''),
    ('make_date(int8, int8, int8)', 'date', 'make_date($1::int4, $2::int4, $3::int4)'),
    ('make_timestamp(int8, int8, int8, int8, int8, float8)', 'timestamp', 'make_timestamp($1::int4, $2::int4, $3::int4, $4::int4, $5::int4, $6)'),
    ('make_timestamptz(int8, int8, int8, int8, int8, float8)', 'timestamptz', 'make_timestamptz($1::int4, $2::int4, $3::int4, $4::int4, $5::int4, $6)'),
    -- arrays
    ('array_length(anyarray, int8)', 'int8', 'pg_catalog.array_length($1, $2::int4)'),
    ('array_length(anyarray, int4)', 'int8', 'pg_catalog.array_length($1, $2)'),
    ('array_lower(anyarray, int8)', 'int8', 'pg_catalog.array_lower($1, $2::int4)'),
    ('array_lower(anyarray, int4)', 'int8', 'pg_catalog.array_lower($1, $2)'),
    ('array_upper(anyarray, int8)', 'int8', 'pg_catalog.array_upper($1, $2::int4)'),
    ('array_upper(anyarray, int4)', 'int8', 'pg_catalog.array_upper($1, $2)'),
    ('cardinality(anyarray)', 'int8', 'pg_catalog.cardinality($1)'),
    ('array_position(anycompatiblearray, anycompatible)', 'int8', 'pg_catalog.array_position($1, $2)'),
    ('array_position(anycompatiblearray, anycompatible, int8)', 'int8', 'pg_catalog.array_position($1, $2, $3::int4)'),
    ('array_positions(anycompatiblearray, anycompatible)', 'int8[]', 'pg_catalog.array_positions($1, $2)::int8[]'),
    ('generate_subscripts(anyarray, int8)', 'SETOF int8', 'pg_catalog.generate_subscripts($1, $2::int4)::int8'),
    ('generate_subscripts(anyarray, int8, bool)', 'SETOF int8', 'pg_catalog.generate_subscripts($1, $2::int4, $3)::int8'),
    ('generate_series(int4, int4)', 'SETOF int8', 'generate_series($1::int8, $2::int8)'),
    ('generate_series(int4, int4, int4)', 'SETOF int8', 'generate_series($1::int8, $2::int8, $3::int8)'),
    ('jsonb_array_length(jsonb)', 'int8', 'jsonb_array_length($1)'),
    ('json_array_length(jsonb)', 'int8', 'jsonb_array_length($1)'),
    -- JSON is another name of JSONB
    ('json_extract_path(jsonb, VARIADIC text[])', 'jsonb', 'jsonb_extract_path($1, VARIADIC $2)'),
    ('json_extract_path_text(jsonb, VARIADIC text[])', 'text', 'jsonb_extract_path_text($1, VARIADIC $2)'),
    ('json_array_elements(jsonb)', 'TABLE (value jsonb)', 'jsonb_array_elements($1)'),
    ('json_array_elements_text(jsonb)', 'TABLE (value text)', 'jsonb_array_elements_text($1)'),
    ('json_each(jsonb)', 'TABLE (key text, value jsonb)', 'jsonb_each($1)'),
    ('json_each_text(jsonb)', 'TABLE (key text, value text)', 'jsonb_each_text($1)'),
    ('json_object_keys(jsonb)', 'SETOF text', 'jsonb_object_keys($1)'),
    ('json_typeof(jsonb)', 'text', 'jsonb_typeof($1)'),
    ('json_strip_nulls(jsonb)', 'jsonb', 'jsonb_strip_nulls($1)'),
    ('json_set(jsonb, text[], jsonb)', 'jsonb', 'jsonb_set($1, $2, $3)'),
    ('json_set(jsonb, text[], jsonb, bool)', 'jsonb', 'jsonb_set($1, $2, $3, $4)'),
    ('jsonb_insert(jsonb, text[], jsonb)', 'jsonb', 'pg_catalog.jsonb_insert($1, $2, $3, false)'),
    ('json_remove_path(jsonb, text[])', 'jsonb', '$1 #- $2'),
    ('json_valid(text)', 'bool', 'pg_input_is_valid($1, ''jsonb'')'),
    ('json_build_object()', 'jsonb', 'jsonb_build_object()'),
    ('json_build_array()', 'jsonb', 'jsonb_build_array()'),
    ('json_object(text[])', 'jsonb', 'jsonb_object($1)'),
    ('json_object(text[], text[])', 'jsonb', 'jsonb_object($1, $2)'),
    ('array_to_json(anyarray)', 'jsonb', 'pg_catalog.to_jsonb($1)'),
    ('array_to_json(anyarray, bool)', 'jsonb', 'pg_catalog.to_jsonb($1)'),
    -- names of CockroachDB
    ('to_uuid(text)', 'bytea', 'uuid_send($1::uuid)'),
    ('from_uuid(bytea)', 'text', 'encode($1, ''hex'')::uuid::text'),
    ('to_ip(text)', 'bytea', 'inet_send($1::inet)'),
    ('sha256(bytea)', 'text', 'encode(sha256($1), ''hex'')'),
    ('sha256(text)', 'text', 'encode(sha256(convert_to($1, ''UTF8'')), ''hex'')'),
    ('sha224(bytea)', 'text', 'encode(sha224($1), ''hex'')'),
    ('sha224(text)', 'text', 'encode(sha224(convert_to($1, ''UTF8'')), ''hex'')'),
    ('sha384(bytea)', 'text', 'encode(sha384($1), ''hex'')'),
    ('sha384(text)', 'text', 'encode(sha384(convert_to($1, ''UTF8'')), ''hex'')'),
    ('sha512(bytea)', 'text', 'encode(sha512($1), ''hex'')'),
    ('sha512(text)', 'text', 'encode(sha512(convert_to($1, ''UTF8'')), ''hex'')'),
    ('crc32ieee(bytea)', 'int8', 'crc32($1)'),
    ('crc32ieee(text)', 'int8', 'crc32(convert_to($1, ''UTF8''))'),
    ('crc32c(text)', 'int8', 'crc32c(convert_to($1, ''UTF8''))'),
    ('fnv32(bytea)', 'int8', 'crdb_internal.cerci_fnv32($1, false)'),
    ('fnv32(text)', 'int8', 'crdb_internal.cerci_fnv32(convert_to($1, ''UTF8''), false)'),
    ('fnv32a(bytea)', 'int8', 'crdb_internal.cerci_fnv32($1, true)'),
    ('fnv32a(text)', 'int8', 'crdb_internal.cerci_fnv32(convert_to($1, ''UTF8''), true)'),
    ('fnv64(bytea)', 'int8', 'crdb_internal.cerci_fnv64($1, false)'),
    ('fnv64(text)', 'int8', 'crdb_internal.cerci_fnv64(convert_to($1, ''UTF8''), false)'),
    ('fnv64a(bytea)', 'int8', 'crdb_internal.cerci_fnv64($1, true)'),
    ('fnv64a(text)', 'int8', 'crdb_internal.cerci_fnv64(convert_to($1, ''UTF8''), true)'),
    ('regexp_extract(text, text)', 'text', 'coalesce((regexp_match($1, $2))[1], NULL)'),
    ('extract_duration(text, interval)', 'int8', 'crdb_internal.cerci_extract_duration($1, $2)'),
    ('parse_date(text)', 'date', '$1::date'),
    ('parse_time(text)', 'time', '$1::time'),
    ('parse_timestamp(text)', 'timestamp', '$1::timestamp'),
    ('parse_interval(text)', 'interval', '$1::interval')
  ) AS row(signature, result, expression) LOOP
    CALL crdb_internal.cerci_create_function(f.signature, f.result, f.expression);
    IF f.signature LIKE '%int8%' OR f.signature LIKE '%jsonb%' THEN
      CALL crdb_internal.cerci_create_variant(f.signature, f.result, f.expression, 'text');
    END IF;
    IF f.signature LIKE '%int8%' THEN
      CALL crdb_internal.cerci_create_variant(f.signature, f.result, f.expression, 'int2');
    END IF;
  END LOOP;
END $$;

DO $$
BEGIN
  IF to_regprocedure('crdb_internal.digest(bytea, text)') IS NOT NULL THEN
    CREATE OR REPLACE FUNCTION crdb_internal.sha1(bytea) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
      RETURN encode(crdb_internal.digest($1, 'sha1'), 'hex');
    CREATE OR REPLACE FUNCTION crdb_internal.sha1(text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
      RETURN encode(crdb_internal.digest(convert_to($1, 'UTF8'), 'sha1'), 'hex');
  END IF;
END $$;

-- Functions with other behaviour on NULL, or of the moment.
DO $$
DECLARE
  f record;
BEGIN
  FOR f IN SELECT * FROM (VALUES
    ('if(bool, anycompatible, anycompatible)', 'anycompatible', 'IMMUTABLE', 'CASE WHEN $1 THEN $2 ELSE $3 END'),
    ('ifnull(anycompatible, anycompatible)', 'anycompatible', 'IMMUTABLE', 'coalesce($1, $2)'),
    ('nvl(anycompatible, anycompatible)', 'anycompatible', 'IMMUTABLE', 'coalesce($1, $2)'),
    ('to_json(anyelement)', 'jsonb', 'STABLE', 'pg_catalog.to_jsonb($1)')
  ) AS row(signature, result, volatility, expression) LOOP
    EXECUTE format('CREATE OR REPLACE FUNCTION crdb_internal.%s RETURNS %s %s PARALLEL SAFE LANGUAGE sql AS %L',
      f.signature, f.result, f.volatility, 'SELECT ' || f.expression);
  END LOOP;
END $$;

-- These take any number of arguments of any types, which only functions in C can: PostgreSQL's own under the other name, or as
-- immutable, so that a computed column may use them.
CREATE OR REPLACE FUNCTION crdb_internal.concat(VARIADIC "any") RETURNS text
  LANGUAGE internal IMMUTABLE PARALLEL SAFE AS 'text_concat';
CREATE OR REPLACE FUNCTION crdb_internal.concat_ws(text, VARIADIC "any") RETURNS text
  LANGUAGE internal IMMUTABLE PARALLEL SAFE AS 'text_concat_ws';
CREATE OR REPLACE FUNCTION crdb_internal.json_build_object(VARIADIC "any") RETURNS jsonb
  LANGUAGE internal STABLE PARALLEL SAFE AS 'jsonb_build_object';
CREATE OR REPLACE FUNCTION crdb_internal.json_build_array(VARIADIC "any") RETURNS jsonb
  LANGUAGE internal STABLE PARALLEL SAFE AS 'jsonb_build_array';
CREATE OR REPLACE FUNCTION crdb_internal.row_to_json(record) RETURNS jsonb
  LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'to_jsonb';
