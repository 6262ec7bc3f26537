SET search_path = pg_catalog, pg_temp;

-- Explicit casts that PostgreSQL lacks. https://www.cockroachlabs.com/docs/v26.2/data-types#data-type-conversions-and-casts
DO $$
DECLARE
  conversion record;
BEGIN
  FOR conversion IN SELECT * FROM (VALUES
    ('bool', ARRAY['int8', 'int2', 'numeric', 'float8'], 'CASE WHEN $1 THEN 1 ELSE 0 END'),
    ('int8', ARRAY['bool'], '$1 <> 0'),
    ('int2', ARRAY['bool'], '$1 <> 0'),
    ('numeric', ARRAY['bool'], '$1 <> 0'),
    ('float8', ARRAY['bool'], '$1 <> 0'),
    -- Dates count days, other times seconds, since 1970.
    ('int8', ARRAY['date'], 'date ''1970-01-01'' + $1::int4'),
    ('int4', ARRAY['date'], 'date ''1970-01-01'' + $1'),
    ('date', ARRAY['int8', 'numeric', 'float8'], '$1 - date ''1970-01-01'''),
    ('int8', ARRAY['timestamp'], 'to_timestamp($1::float8) AT TIME ZONE ''UTC'''),
    ('int4', ARRAY['timestamp'], 'to_timestamp($1::float8) AT TIME ZONE ''UTC'''),
    ('int8', ARRAY['timestamptz'], 'to_timestamp($1::float8)'),
    ('int4', ARRAY['timestamptz'], 'to_timestamp($1::float8)'),
    ('timestamp', ARRAY['int8'], 'floor(extract(epoch FROM $1))'),
    ('timestamp', ARRAY['numeric', 'float8'], 'extract(epoch FROM $1)'),
    ('timestamptz', ARRAY['int8'], 'floor(extract(epoch FROM $1))'),
    ('timestamptz', ARRAY['numeric', 'float8'], 'extract(epoch FROM $1)'),
    ('int8', ARRAY['interval'], 'make_interval(secs => $1::float8)'),
    ('int4', ARRAY['interval'], 'make_interval(secs => $1::float8)'),
    ('float8', ARRAY['interval'], 'make_interval(secs => $1)'),
    ('numeric', ARRAY['interval'], 'make_interval(secs => $1::float8)'),
    ('interval', ARRAY['int8'], 'trunc(extract(epoch FROM $1))'),
    ('interval', ARRAY['numeric', 'float8'], 'extract(epoch FROM $1)')
  ) AS row(source, targets, expression) LOOP
    FOR i IN 1..cardinality(conversion.targets) LOOP
      EXECUTE format('CREATE OR REPLACE FUNCTION crdb_internal.cerci_cast_%1$s_to_%2$s(%1$s) RETURNS %2$s IMMUTABLE STRICT PARALLEL SAFE RETURN (%3$s)::%2$s',
        conversion.source, conversion.targets[i], conversion.expression);
      IF NOT EXISTS (SELECT FROM pg_cast WHERE castsource = conversion.source::regtype AND casttarget = conversion.targets[i]::regtype) THEN
        EXECUTE format('CREATE CAST (%1$s AS %2$s) WITH FUNCTION crdb_internal.cerci_cast_%1$s_to_%2$s(%1$s)', conversion.source, conversion.targets[i]);
      END IF;
    END LOOP;
  END LOOP;
END $$;
