SET search_path = pg_catalog, pg_temp;

-- Types, names and expressions as CockroachDB prints them.
-- https://www.cockroachlabs.com/docs/v26.2/data-types, https://www.cockroachlabs.com/docs/v26.2/show-create

-- A name, in quotes only where the grammar asks for them.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_name(name text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
  RETURN CASE
    WHEN name ~ '^[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*$' AND name NOT IN ('all', 'analyse', 'analyze', 'and', 'any', 'array',
      'as', 'asc', 'asymmetric', 'both', 'case', 'cast', 'check', 'collate', 'column', 'concurrently', 'constraint', 'create',
      'current_catalog', 'current_date', 'current_role', 'current_schema', 'current_time', 'current_timestamp', 'current_user',
      'default', 'deferrable', 'desc', 'distinct', 'do', 'else', 'end', 'except', 'false', 'family', 'fetch', 'for', 'foreign', 'from',
      'grant', 'group', 'having', 'in', 'index', 'initially', 'intersect', 'into', 'lateral', 'leading', 'limit', 'localtime',
      'localtimestamp', 'not', 'nothing', 'null', 'offset', 'on', 'only', 'or', 'order', 'placing', 'primary', 'references',
      'returning', 'select', 'session_user', 'some', 'symmetric', 'table', 'then', 'to', 'trailing', 'true', 'union', 'unique',
      'user', 'using', 'variadic', 'view', 'virtual', 'when', 'where', 'window', 'with', 'work')
    THEN name ELSE '"' || replace(name, '"', '""') || '"' END;

-- The client's name of an index, or of the constraint on it. Those names are per table in CockroachDB and per schema in PostgreSQL:
-- where one is taken, translation appends "@table".
CREATE OR REPLACE FUNCTION crdb_internal.cerci_index_name(name text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
  RETURN CASE WHEN strpos(name, '@') > 1 THEN regexp_replace(name, '@[^@]*$', '') ELSE name END;

CREATE OR REPLACE FUNCTION crdb_internal.cerci_name_list(names anyarray) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT pg_catalog.string_agg(crdb_internal.cerci_name(name::text), ', ' ORDER BY position)
  FROM pg_catalog.unnest(names) WITH ORDINALITY AS listed(name, position)
$$;

CREATE OR REPLACE FUNCTION crdb_internal.cerci_type(type oid, typmod int4) RETURNS text STABLE PARALLEL SAFE RETURN NULL::text;
CREATE OR REPLACE FUNCTION crdb_internal.cerci_type(type oid, typmod int4) RETURNS text STABLE PARALLEL SAFE -- It calls itself, for arrays.
  RETURN CASE type
    WHEN 'int8'::regtype THEN 'INT8' WHEN 'int4'::regtype THEN 'INT4' WHEN 'int2'::regtype THEN 'INT2'
    WHEN 'text'::regtype THEN 'STRING' WHEN 'bool'::regtype THEN 'BOOL' WHEN 'bytea'::regtype THEN 'BYTES'
    WHEN 'float8'::regtype THEN 'FLOAT8' WHEN 'float4'::regtype THEN 'FLOAT4'
    WHEN 'numeric'::regtype THEN 'DECIMAL' || CASE WHEN typmod > 0 THEN
      '(' || concat_ws(',', ((typmod - 4) >> 16) & 65535, nullif((typmod - 4) & 2047, 0)) || ')' ELSE '' END
    WHEN 'varchar'::regtype THEN 'VARCHAR' || CASE WHEN typmod > 0 THEN '(' || typmod - 4 || ')' ELSE '' END
    WHEN 'bpchar'::regtype THEN 'CHAR' || CASE WHEN typmod > 5 THEN '(' || typmod - 4 || ')' ELSE '' END
    WHEN 'bit'::regtype THEN 'BIT' || CASE WHEN typmod > 1 THEN '(' || typmod || ')' ELSE '' END
    WHEN 'varbit'::regtype THEN 'VARBIT' || CASE WHEN typmod > 0 THEN '(' || typmod || ')' ELSE '' END
    WHEN 'date'::regtype THEN 'DATE' WHEN 'interval'::regtype THEN 'INTERVAL'
    WHEN 'time'::regtype THEN 'TIME' || CASE WHEN typmod >= 0 THEN '(' || typmod || ')' ELSE '' END
    WHEN 'timetz'::regtype THEN 'TIMETZ' || CASE WHEN typmod >= 0 THEN '(' || typmod || ')' ELSE '' END
    WHEN 'timestamp'::regtype THEN 'TIMESTAMP' || CASE WHEN typmod >= 0 THEN '(' || typmod || ')' ELSE '' END
    WHEN 'timestamptz'::regtype THEN 'TIMESTAMPTZ' || CASE WHEN typmod >= 0 THEN '(' || typmod || ')' ELSE '' END
    WHEN 'json'::regtype THEN 'JSONB'
    ELSE (
      SELECT CASE
        WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN crdb_internal.cerci_type(t.typelem, typmod) || '[]'
        WHEN n.nspname IN ('pg_catalog', 'crdb_internal') THEN upper(t.typname)
        ELSE crdb_internal.cerci_name(n.nspname) || '.' || crdb_internal.cerci_name(t.typname) END
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = type)
  END;

-- The type that PostgreSQL prints as this text.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_type(printed text) RETURNS text STABLE PARALLEL SAFE
  RETURN coalesce(crdb_internal.cerci_type(to_regtype(printed), to_regtypemod(printed)), upper(printed));

-- An expression that PostgreSQL has printed, with CockroachDB's names of types, its annotations on constants (`0:::INT8`),
-- and without the casts and parentheses that PostgreSQL adds.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_expression(printed text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
  tokens text[];
  token text;
  following text;
  position int4 := 1;
  result text := '';
  type text;
  constant text;
  depth int4 := 0;
  casts int4[] := '{}';
BEGIN
  -- Casts that PostgreSQL adds to compare varchar with text: (name)::text, and (ARRAY[…])::text[].
  printed := pg_catalog.regexp_replace(printed, '\(((?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*))\)::text(?!\[)', '\1', 'g');
  printed := pg_catalog.regexp_replace(printed, '\(\(ARRAY\[([^\[\]]*)\]\)::text\[\]\)', '(ARRAY[\1])', 'g');
  printed := pg_catalog.regexp_replace(printed, '= ANY \(ARRAY\[([^\[\]]*)\]\)', 'IN (\1)', 'g');
  printed := pg_catalog.regexp_replace(printed, '<> ALL \(ARRAY\[([^\[\]]*)\]\)', 'NOT IN (\1)', 'g');
  -- As PostgreSQL prints them to a session whose path lacks the overlay.
  printed := pg_catalog.regexp_replace(printed, 'OPERATOR\((?:[a-z_]+\.)?([^)]+)\)', '\1', 'g');
  printed := pg_catalog.replace(printed, 'crdb_internal.', '');
  printed := pg_catalog.replace(printed, 'cerci_virtual_nextval(', 'nextval(');
  tokens := ARRAY(SELECT piece[1] FROM pg_catalog.regexp_matches(printed,
    'E?''(?:[^'']|'''')*''|"(?:[^"]|"")*"|\(-?\d+(?:\.\d+)?\)(?=::)|\d+(?:\.\d+)?(?:e[+-]?\d+)?|::(?:"(?:[^"]|"")*"|[a-z_]\w*)(?:\.(?:"(?:[^"]|"")*"|[a-z_]\w*))*(?: varying| precision| without time zone| with time zone)?(?:\(\d+(?:,\d+)?\))?(?: without time zone| with time zone)?(?:\[\])*|[A-Za-z_][\w$]*|\s+|.',
    'gi') AS piece);
  WHILE position <= pg_catalog.cardinality(tokens) LOOP
    token := tokens[position];
    following := coalesce(tokens[position + 1], '');
    IF token ~ '^(E?''|\d|\(-?\d)' THEN
      constant := pg_catalog.btrim(token, '()');
      IF following LIKE '::%' THEN
        type := crdb_internal.cerci_type(pg_catalog.substr(following, 3));
        position := position + 1;
        type := CASE WHEN type LIKE 'VARCHAR%' OR type LIKE 'CHAR%' THEN 'STRING' WHEN type = 'INT4' THEN 'INT8' ELSE type END;
        IF type IN ('INT8', 'INT2', 'DECIMAL', 'FLOAT8') AND constant LIKE '''%' THEN constant := pg_catalog.btrim(constant, ''''); END IF;
        IF type LIKE '%[]' AND constant LIKE '''{%' THEN
          constant := 'ARRAY[' || coalesce((SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e) || ':::' || pg_catalog.left(type, -2), ', ')
            FROM pg_catalog.unnest(pg_catalog.btrim(constant, '''')::text[]) AS e), '') || ']';
        ELSIF type = 'REGCLASS' THEN
          constant := pg_catalog.quote_literal(coalesce((SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n
            ON n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass(pg_catalog.btrim(constant, ''''))), pg_catalog.btrim(constant, '''')));
          result := result || constant || '::REGCLASS';
          position := position + 1;
          CONTINUE;
        END IF;
        result := result || constant || ':::' || type;
      ELSIF token ~ '^E?''' THEN
        result := result || token || ':::STRING';
      ELSE
        result := result || token || CASE WHEN token ~ '[.e]' THEN ':::DECIMAL' ELSE ':::INT8' END;
      END IF;
    ELSIF token LIKE '::%' THEN
      result := result || '::' || crdb_internal.cerci_type(pg_catalog.substr(token, 3));
    ELSIF token = 'now' AND following = '(' THEN
      result := result || 'now():::TIMESTAMPTZ';
      position := position + 2;
    ELSIF token IN ('CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_USER', 'SESSION_USER', 'LOCALTIMESTAMP') THEN
      result := result || pg_catalog.lower(token) || '()' || CASE WHEN token = 'CURRENT_TIMESTAMP' THEN ':::TIMESTAMPTZ' ELSE '' END;
    ELSE
      result := result || token;
    END IF;
    position := position + 1;
  END LOOP;
  -- A function of columns of any types takes a row of them.
  result := pg_catalog.regexp_replace(result, '\mdatums_to_bytes\(ROW\(((?:"(?:[^"]|"")*"|[^"()])*)\)\)', 'crdb_internal.datums_to_bytes(\1)', 'g');
  -- The parentheses around the whole, if the first is closed by the last.
  WHILE result LIKE '(%)' LOOP
    depth := 0;
    FOR i IN 1..pg_catalog.length(result) - 1 LOOP
      depth := depth + CASE pg_catalog.substr(result, i, 1) WHEN '(' THEN 1 WHEN ')' THEN -1 ELSE 0 END;
      IF depth = 0 THEN RETURN result; END IF;
    END LOOP;
    result := pg_catalog.left(pg_catalog.right(result, -1), -1);
  END LOOP;
  RETURN result;
END $$;

-- The same for the default of a column, whose type a constant takes.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_default(printed text, type text) RETURNS text STABLE STRICT PARALLEL SAFE
  RETURN regexp_replace(crdb_internal.cerci_expression(printed), '^(-?[0-9.e+-]+):::(INT8|DECIMAL)$',
    CASE WHEN type LIKE 'DECIMAL%' THEN '\1:::DECIMAL' WHEN type LIKE 'FLOAT%' THEN '\1:::FLOAT8' ELSE '\&' END);
