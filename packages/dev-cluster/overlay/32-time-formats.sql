SET search_path = pg_catalog, pg_temp;

-- Formats of C's strftime: https://www.cockroachlabs.com/docs/v26.2/functions-and-operators#date-and-time-functions
CREATE OR REPLACE FUNCTION crdb_internal.cerci_time_format(format text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  result text := '';
  piece text;
  pattern text;
BEGIN
  FOREACH piece IN ARRAY ARRAY(SELECT part[1] FROM pg_catalog.regexp_matches(format, '%.|[^%]+', 'g') AS part) LOOP
    pattern := CASE piece WHEN '%Y' THEN 'YYYY' WHEN '%y' THEN 'YY' WHEN '%m' THEN 'MM' WHEN '%d' THEN 'DD' WHEN '%e' THEN 'FMDD' WHEN '%H' THEN 'HH24'
      WHEN '%I' THEN 'HH12' WHEN '%M' THEN 'MI' WHEN '%S' THEN 'SS' WHEN '%f' THEN 'US' WHEN '%L' THEN 'MS' WHEN '%p' THEN 'AM' WHEN '%j' THEN 'DDD'
      WHEN '%b' THEN 'Mon' WHEN '%h' THEN 'Mon' WHEN '%B' THEN 'FMMonth' WHEN '%a' THEN 'Dy' WHEN '%A' THEN 'FMDay' WHEN '%u' THEN 'ID' WHEN '%V' THEN 'IW'
      WHEN '%G' THEN 'IYYY' WHEN '%F' THEN 'YYYY-MM-DD' WHEN '%T' THEN 'HH24:MI:SS' WHEN '%R' THEN 'HH24:MI' WHEN '%D' THEN 'MM/DD/YY'
      WHEN '%z' THEN 'TZHTZM' WHEN '%Z' THEN 'TZ' WHEN '%n' THEN E'"\n"' WHEN '%t' THEN E'"\t"' WHEN '%%' THEN '"%"' END;
    IF pattern IS NULL AND piece LIKE '\%%' THEN
      RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = pg_catalog.format('invalid format code: %s', piece);
    END IF;
    result := result || coalesce(pattern, '"' || pg_catalog.replace(pg_catalog.replace(piece, '\', '\\'), '"', '\"') || '"');
  END LOOP;
  RETURN result;
END $$;
CREATE OR REPLACE FUNCTION crdb_internal.experimental_strftime(input timestamptz, format text) RETURNS text STABLE STRICT PARALLEL SAFE
  RETURN to_char(input, crdb_internal.cerci_time_format(format));
CREATE OR REPLACE FUNCTION crdb_internal.experimental_strftime(input timestamp, format text) RETURNS text STABLE STRICT PARALLEL SAFE
  RETURN to_char(input, crdb_internal.cerci_time_format(format));
CREATE OR REPLACE FUNCTION crdb_internal.experimental_strftime(input date, format text) RETURNS text STABLE STRICT PARALLEL SAFE
  RETURN to_char(input::timestamp, crdb_internal.cerci_time_format(format));
CREATE OR REPLACE FUNCTION crdb_internal.experimental_strptime(input text, format text) RETURNS timestamptz STABLE STRICT PARALLEL SAFE
  RETURN to_timestamp(input, crdb_internal.cerci_time_format(format));
