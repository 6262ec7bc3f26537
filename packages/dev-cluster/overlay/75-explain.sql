SET search_path = pg_catalog, pg_temp;

-- EXPLAIN as CockroachDB prints it, from PostgreSQL's plan: https://www.cockroachlabs.com/docs/v26.2/explain
-- The tree is first mapped to nodes {name, attributes, children}, then drawn.

CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_number(n numeric) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
  RETURN ltrim(to_char(n, '999,999,999,999,999,990'));

CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_time(ms numeric) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
  RETURN CASE WHEN ms < 1 THEN round(ms * 1000) || 'µs' WHEN ms < 10000 THEN round(ms) || 'ms' ELSE round(ms / 1000, 1) || 's' END;

-- An expression of a plan, without annotations and without the name of the one table that it is on.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_expression(printed text, alias text) RETURNS text STABLE STRICT
  RETURN regexp_replace(crdb_internal.cerci_expression(replace(printed, CASE alias WHEN '' THEN '' ELSE alias || '.' END, '')), ':::[A-Za-z0-9_.]+(?:\(\d+(?:,\d+)?\))?(?:\[\])*', '', 'g');

-- Sort keys: +a,-b.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_order(keys jsonb) RETURNS text STABLE STRICT
  RETURN (SELECT string_agg(CASE WHEN key LIKE '% DESC%' THEN '-' ELSE '+' END
    || regexp_replace(regexp_replace(key, ' (ASC|DESC|NULLS FIRST|NULLS LAST)', '', 'g'), '^(\w+\.)', ''), ',')
    FROM jsonb_array_elements_text(keys) AS key);

-- The part of an index that a condition reads: [/1 - /1]. A condition that is not on constants is printed as it is.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_spans(condition text, alias text) RETURNS text LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
  part text;
  prefix text := '';
  found text[];
BEGIN
  FOREACH part IN ARRAY pg_catalog.regexp_split_to_array(pg_catalog.regexp_replace(condition, '^\(\((.*)\)\)$', '(\1)'), '\)? AND \(?') LOOP
    part := crdb_internal.cerci_explain_expression('(' || pg_catalog.btrim(part, '()') || ')', alias);
    found := pg_catalog.regexp_match(part, '^[\w".]+ (=|>|>=|<|<=) (''.*''|-?[0-9.]+|true|false|\$\d+)$');
    IF found IS NULL THEN RETURN crdb_internal.cerci_explain_expression(condition, alias); END IF;
    IF found[1] <> '=' THEN
      RETURN CASE found[1] WHEN '>' THEN '(' || prefix || '/' || found[2] || ' - ' || prefix || ']' WHEN '>=' THEN '[' || prefix || '/' || found[2] || ' - ' || prefix || ']'
        WHEN '<' THEN '(' || prefix || '/NULL - ' || prefix || '/' || found[2] || ')' ELSE '(' || prefix || '/NULL - ' || prefix || '/' || found[2] || ']' END;
    END IF;
    prefix := prefix || '/' || found[2];
  END LOOP;
  RETURN '[' || prefix || ' - ' || prefix || ']';
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_age(age interval) RETURNS text IMMUTABLE STRICT
  RETURN CASE WHEN age < interval '1 minute' THEN trunc(extract(epoch FROM age)) || ' seconds' WHEN age < interval '1 hour' THEN trunc(extract(epoch FROM age) / 60) || ' minutes'
    WHEN age < interval '1 day' THEN trunc(extract(epoch FROM age) / 3600) || ' hours' ELSE extract(day FROM age) || ' days' END;

-- What is known of a table's size: estimated rows, of how many, counted when.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_estimate(plan jsonb) RETURNS text STABLE STRICT
  RETURN coalesce((
    SELECT 'estimated row count: ' || crdb_internal.cerci_explain_number((plan ->> 'Plan Rows')::numeric) || ' ('
      || CASE WHEN share < 0.0001 THEN '<0.01' ELSE (round(least(share, 1) * 100, CASE WHEN share < 0.01 THEN 2 ELSE 0 END))::text END
      || '% of the table; stats collected ' || crdb_internal.cerci_explain_age(now() - analyzed) || ' ago)'
    FROM (
      SELECT (plan ->> 'Plan Rows')::numeric / c.reltuples::numeric AS share, greatest(s.last_analyze, s.last_autoanalyze, (r.properties ->> 'statistics_created')::timestamptz) AS analyzed
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
      LEFT JOIN crdb_internal.cerci_relations r ON r.relid = c.oid
      WHERE c.relname = plan ->> 'Relation Name' AND n.nspname = plan ->> 'Schema' AND c.reltuples > 0
    ) AS statistics WHERE analyzed IS NOT NULL), 'missing stats');

-- Whether an index holds all that a scan gives, so that the table need not be read.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_is_covered(plan jsonb, index_name text) RETURNS bool STABLE
  RETURN NOT plan ? 'Filter' AND NOT EXISTS (
    SELECT FROM jsonb_array_elements_text(plan -> 'Output') AS output
    WHERE NOT EXISTS (SELECT FROM crdb_internal.cerci_index_columns i WHERE i.schema_name = plan ->> 'Schema' AND i.table_name = plan ->> 'Relation Name'
      AND i.index_name = crdb_internal.cerci_index_name(cerci_explain_is_covered.index_name)
      AND quote_ident(i.column_name) = replace(output, (plan ->> 'Alias') || '.', '')));

-- A node without the condition that tells the regions of rows (67-touched-rows.sql).
CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_without_touch(plan jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  condition text := plan ->> 'Filter';
  start int4;
  finish int4;
  depth int4;
  quoted bool;
BEGIN
  IF condition IS NULL OR pg_catalog.strpos(condition, 'cerci_touch(') = 0 THEN RETURN plan; END IF;
  LOOP
    start := pg_catalog.strpos(condition, 'cerci_touch(');
    EXIT WHEN start = 0;
    depth := 0;
    quoted := false;
    finish := start;
    FOR at IN start .. pg_catalog.length(condition) LOOP
      finish := at;
      CASE pg_catalog.substr(condition, at, 1)
        WHEN '''' THEN quoted := NOT quoted;
        WHEN '(' THEN IF NOT quoted THEN depth := depth OPERATOR(pg_catalog.+) 1; END IF;
        WHEN ')' THEN IF NOT quoted THEN depth := depth OPERATOR(pg_catalog.-) 1; END IF;
        ELSE CONTINUE;
      END CASE;
      EXIT WHEN NOT quoted AND depth = 0;
    END LOOP;
    condition := pg_catalog.regexp_replace(pg_catalog.left(condition, start OPERATOR(pg_catalog.-) 1), '( AND )?(crdb_internal\.)?$', '')
      || pg_catalog.substr(condition, finish OPERATOR(pg_catalog.+) 1);
  END LOOP;
  IF pg_catalog.btrim(condition, '() ') = '' THEN RETURN plan OPERATOR(pg_catalog.-) 'Filter'; END IF;
  RETURN pg_catalog.jsonb_set(plan, '{Filter}', pg_catalog.to_jsonb(pg_catalog.regexp_replace(condition, '^\(( AND )?(\(.*\))\)$', '\2')));
END $$;

-- Maps one node of PostgreSQL's plan and all below it.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_map(plan jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  kind text := plan ->> 'Node Type';
  name text;
  attributes text[] := '{}';
  children jsonb := '[]';
  inner_plan jsonb;
  estimate text := 'estimated row count: ' || crdb_internal.cerci_explain_number((plan ->> 'Plan Rows')::numeric);
  primary_index text;
  node jsonb;
BEGIN
  plan := crdb_internal.cerci_explain_without_touch(plan);
  -- Nodes that only pass rows on.
  IF kind = 'Result' AND pg_catalog.strpos(plan ->> 'One-Time Filter', 'cerci_touch(') > 0 OR kind IN ('Hash', 'Materialize', 'Memoize', 'Gather', 'Gather Merge', 'Subquery Scan', 'LockRows', 'BitmapAnd', 'BitmapOr') THEN
    RETURN crdb_internal.cerci_explain_map(plan -> 'Plans' -> 0);
  END IF;
  IF kind IN ('Seq Scan', 'Index Scan', 'Index Only Scan', 'Bitmap Heap Scan') THEN
    SELECT x.relname INTO primary_index FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
      WHERE c.relname = plan ->> 'Relation Name' AND n.nspname = plan ->> 'Schema';
    inner_plan := CASE kind WHEN 'Bitmap Heap Scan' THEN crdb_internal.cerci_explain_bitmap(plan -> 'Plans' -> 0) ELSE plan END;
    attributes := ARRAY[crdb_internal.cerci_explain_estimate(plan),
      'table: ' || (plan ->> 'Relation Name') || '@' || crdb_internal.cerci_index_name(coalesce(inner_plan ->> 'Index Name', primary_index, 'primary')),
      'spans: ' || coalesce(crdb_internal.cerci_explain_spans(inner_plan ->> 'Index Cond', coalesce(plan ->> 'Alias', '')), 'FULL SCAN')];
    node := pg_catalog.jsonb_build_object('name', CASE WHEN plan ->> 'Scan Direction' = 'Backward' THEN 'revscan' ELSE 'scan' END,
      'attributes', pg_catalog.to_jsonb(attributes), 'children', '[]'::jsonb, 'plan', plan, 'scan', true);
    IF kind IN ('Index Scan', 'Bitmap Heap Scan') AND inner_plan ->> 'Index Name' <> coalesce(primary_index, '')
      AND NOT crdb_internal.cerci_explain_is_covered(plan, inner_plan ->> 'Index Name') THEN
      node := pg_catalog.jsonb_build_object('name', 'index join', 'attributes', pg_catalog.to_jsonb(ARRAY[estimate,
        'table: ' || (plan ->> 'Relation Name') || '@' || crdb_internal.cerci_index_name(coalesce(primary_index, 'primary'))]), 'children', pg_catalog.jsonb_build_array(node));
    END IF;
    IF plan ? 'Filter' THEN
      node := pg_catalog.jsonb_build_object('name', 'filter', 'attributes', pg_catalog.to_jsonb(ARRAY[estimate,
        'filter: ' || crdb_internal.cerci_explain_expression(plan ->> 'Filter', coalesce(plan ->> 'Alias', ''))]), 'children', pg_catalog.jsonb_build_array(node), 'plan', plan);
    END IF;
    RETURN node;
  END IF;
  IF plan ? 'Plans' THEN
    children := (SELECT pg_catalog.jsonb_agg(crdb_internal.cerci_explain_map(child)) FROM pg_catalog.jsonb_array_elements(plan -> 'Plans') AS child
      WHERE coalesce(child ->> 'Parent Relationship', '') NOT IN ('InitPlan', 'SubPlan'));
  END IF;
  children := coalesce(children, '[]');
  CASE kind
    WHEN 'Hash Join', 'Merge Join' THEN
      name := pg_catalog.lower(kind) || crdb_internal.cerci_explain_join(plan ->> 'Join Type');
      attributes := ARRAY[estimate, 'equality: ' || crdb_internal.cerci_explain_equality(coalesce(plan ->> 'Hash Cond', plan ->> 'Merge Cond'))];
    WHEN 'Nested Loop' THEN
      inner_plan := plan -> 'Plans' -> 1;
      WHILE inner_plan ->> 'Node Type' IN ('Memoize', 'Materialize') LOOP inner_plan := inner_plan -> 'Plans' -> 0; END LOOP;
      IF inner_plan ->> 'Node Type' IN ('Index Scan', 'Index Only Scan') AND inner_plan ? 'Index Cond' THEN
        name := 'lookup join' || crdb_internal.cerci_explain_join(plan ->> 'Join Type');
        attributes := ARRAY[estimate, 'table: ' || (inner_plan ->> 'Relation Name') || '@' || crdb_internal.cerci_index_name(inner_plan ->> 'Index Name'),
          'equality: ' || pg_catalog.regexp_replace(crdb_internal.cerci_explain_equality(inner_plan ->> 'Index Cond'), '^(\(.*\)) = (\(.*\))$', '\2 = \1')];
        children := pg_catalog.jsonb_build_array(children -> 0);
      ELSE
        name := 'cross join' || crdb_internal.cerci_explain_join(plan ->> 'Join Type');
        attributes := ARRAY[estimate];
        IF plan ? 'Join Filter' THEN attributes := attributes || ('pred: ' || crdb_internal.cerci_explain_expression(plan ->> 'Join Filter', '')); END IF;
      END IF;
    WHEN 'Sort', 'Incremental Sort' THEN
      name := 'sort';
      attributes := ARRAY[estimate, 'order: ' || crdb_internal.cerci_explain_order(plan -> 'Sort Key')];
    WHEN 'Aggregate', 'Group' THEN
      name := CASE WHEN plan ->> 'Strategy' = 'Hashed' THEN 'group (hash)' WHEN plan ? 'Group Key' THEN 'group (streaming)' ELSE 'group (scalar)' END;
      attributes := ARRAY[estimate];
      IF plan ? 'Group Key' THEN
        attributes := attributes || ('group by: ' || (SELECT pg_catalog.string_agg(pg_catalog.regexp_replace(key, '^\w+\.', ''), ', ')
          FROM pg_catalog.jsonb_array_elements_text(plan -> 'Group Key') AS key));
      END IF;
    WHEN 'Limit' THEN
      name := 'limit';
      attributes := ARRAY['count: ' || (plan ->> 'Plan Rows')];
    WHEN 'Unique' THEN
      name := 'distinct';
      attributes := ARRAY[estimate];
    WHEN 'WindowAgg' THEN
      name := 'window';
      attributes := ARRAY[estimate];
    WHEN 'Append', 'Merge Append' THEN
      name := 'union all';
      attributes := ARRAY[estimate];
    WHEN 'SetOp' THEN
      name := CASE WHEN plan ->> 'Command' LIKE 'Intersect%' THEN 'intersect' ELSE 'except' END;
      attributes := ARRAY[estimate];
    WHEN 'Result', 'Values Scan' THEN
      name := CASE WHEN children = '[]' THEN 'values' ELSE 'render' END;
      attributes := ARRAY['size: ' || crdb_internal.cerci_explain_count(pg_catalog.jsonb_array_length(plan -> 'Output'), 'column') || ', '
        || crdb_internal.cerci_explain_count((plan ->> 'Plan Rows')::int8, 'row')];
    WHEN 'Function Scan', 'ProjectSet' THEN
      name := 'project set';
      attributes := ARRAY[estimate];
    WHEN 'CTE Scan' THEN
      name := 'scan buffer';
      attributes := ARRAY[estimate, 'label: buffer 1 (' || (plan ->> 'CTE Name') || ')'];
    WHEN 'ModifyTable' THEN
      name := pg_catalog.lower(plan ->> 'Operation');
      attributes := ARRAY[CASE name WHEN 'insert' THEN 'into: ' || (plan ->> 'Relation Name') || '(' || (
          SELECT pg_catalog.string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = plan ->> 'Relation Name' AND n.nspname = plan ->> 'Schema'
          AND a.attnum > 0 AND NOT a.attisdropped) || ')'
        WHEN 'delete' THEN 'from: ' || (plan ->> 'Relation Name') ELSE 'table: ' || (plan ->> 'Relation Name') END, 'auto commit'];
      IF plan ? 'Conflict Arbiter Indexes' THEN
        attributes := attributes || ('arbiter indexes: ' || (SELECT pg_catalog.string_agg(crdb_internal.cerci_index_name(i), ', ') FROM pg_catalog.jsonb_array_elements_text(plan -> 'Conflict Arbiter Indexes') AS i));
      ELSIF name = 'insert' AND children -> 0 ->> 'name' = 'values' THEN
        name := 'insert fast path';
        attributes := attributes || (children #>> '{0,attributes,0}');
        children := '[]';
      END IF;
    ELSE
      name := pg_catalog.lower(kind);
      attributes := ARRAY[estimate];
  END CASE;
  IF plan ? 'Filter' AND kind NOT IN ('Aggregate') THEN attributes := attributes || ('filter: ' || crdb_internal.cerci_explain_expression(plan ->> 'Filter', coalesce(plan ->> 'Alias', ''))); END IF;
  RETURN pg_catalog.jsonb_build_object('name', name, 'attributes', pg_catalog.to_jsonb(attributes), 'children', children, 'plan', plan);
END $$;

-- The first index scan below a bitmap.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_bitmap(plan jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN CASE WHEN plan ? 'Index Name' THEN plan ELSE crdb_internal.cerci_explain_bitmap(plan -> 'Plans' -> 0) END;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_count(n int8, what text) RETURNS text IMMUTABLE STRICT
  RETURN n || ' ' || what || CASE n WHEN 1 THEN '' ELSE 's' END;

CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_join(type text) RETURNS text IMMUTABLE STRICT
  RETURN CASE type WHEN 'Left' THEN ' (left outer)' WHEN 'Right' THEN ' (right outer)' WHEN 'Full' THEN ' (full outer)' WHEN 'Semi' THEN ' (semi)'
    WHEN 'Right Semi' THEN ' (right semi)' WHEN 'Anti' THEN ' (anti)' WHEN 'Right Anti' THEN ' (right anti)' ELSE '' END;

-- ((a.x = b.y) AND (a.z = b.w)) becomes (x, z) = (y, w).
CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_equality(condition text) RETURNS text STABLE STRICT
  RETURN coalesce((
    SELECT '(' || string_agg(pair[1], ', ') || ') = (' || string_agg(pair[2], ', ') || ')'
    FROM regexp_matches(condition, '\(?(?:\w+\.)?(\w+)\)?(?:::\w+)? = \(?(?:\w+\.)?(\w+)', 'g') AS pair), condition);

CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_draw(node jsonb, first text, rest text, is_analyzed bool, served jsonb) RETURNS SETOF text LANGUAGE plpgsql STABLE AS $$
DECLARE
  children jsonb := node -> 'children';
  count int4 := pg_catalog.jsonb_array_length(children);
  attribute text;
  plan jsonb := node -> 'plan';
  here jsonb := CASE WHEN node ? 'scan' THEN served -> ((plan ->> 'Schema') || '.' || (plan ->> 'Relation Name')) END;
BEGIN
  RETURN NEXT first || '• ' || (node ->> 'name');
  FOR attribute IN
    SELECT line FROM pg_catalog.unnest(CASE WHEN is_analyzed THEN pg_catalog.array_remove(ARRAY[
        'sql nodes: n' || crdb_internal.node_id(),
        CASE WHEN node ? 'scan' THEN 'kv nodes: ' || coalesce(here ->> 'nodes', 'n' || crdb_internal.node_id()) END,
        'regions: ' || nullif(coalesce(here ->> 'regions', pg_catalog.current_setting('crdb.region', true)), ''),
        'actual row count: ' || crdb_internal.cerci_explain_number((plan ->> 'Actual Rows')::numeric * (plan ->> 'Actual Loops')::numeric),
        CASE WHEN node ? 'scan' THEN 'KV time: ' || crdb_internal.cerci_explain_time((plan ->> 'Actual Total Time')::numeric) END,
        CASE WHEN node ? 'scan' THEN 'KV rows decoded: ' || crdb_internal.cerci_explain_number(
          ((plan ->> 'Actual Rows')::numeric + coalesce((plan ->> 'Rows Removed by Filter')::numeric, 0)) * (plan ->> 'Actual Loops')::numeric) END], NULL)
      ELSE '{}' END) AS line
    UNION ALL
    SELECT * FROM pg_catalog.jsonb_array_elements_text(node -> 'attributes')
  LOOP
    RETURN NEXT rest || CASE WHEN count > 0 THEN '│ ' ELSE '  ' END || attribute;
  END LOOP;
  FOR i IN 0..count::int4 OPERATOR(pg_catalog.-) 1 LOOP
    RETURN NEXT rest || '│';
    RETURN QUERY SELECT * FROM crdb_internal.cerci_explain_draw(children -> i, rest || CASE WHEN i OPERATOR(pg_catalog.+) 1 < count THEN '├── ' ELSE '└── ' END,
      rest || CASE WHEN i OPERATOR(pg_catalog.+) 1 < count THEN '│   ' ELSE '    ' END, is_analyzed, served);
  END LOOP;
END $$;

-- The nodes and regions that served the statement, for each table and for all of them. tables says for each which node and region serve the
-- rows of a region ("" for a table without regional rows), and how rows are found: see TableAccess.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain_served(tables jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  gateway text := coalesce(pg_catalog.current_setting('crdb.region', true), '');
  touched text := coalesce(pg_catalog.current_setting('crdb.cerci_touched', true), '');
  table_name text;
  info jsonb;
  asked text[];
  known text[];
  served jsonb := '{}';
  regions text[] := ARRAY[gateway];
  here text[];
BEGIN
  FOR table_name, info IN SELECT * FROM pg_catalog.jsonb_each(tables) LOOP
    asked := ARRAY(SELECT * FROM pg_catalog.jsonb_object_keys(info -> 'serving'));
    -- The first line says of which statement the others are.
    known := ARRAY(SELECT region FROM pg_catalog.unnest(asked) AS region
      WHERE pg_catalog.starts_with(touched, pg_catalog.statement_timestamp()::text || chr(10))
        AND pg_catalog.strpos(touched, chr(10) || table_name || chr(31) || region || chr(10)) > 0);
    IF info ->> 'search' = 'told' AND known <> '{}' OR info ->> 'search' = 'few' AND known = ARRAY[gateway] OR info ->> 'search' = 'none' THEN
      asked := CASE WHEN known = '{}' THEN ARRAY[gateway] ELSE known END;
    END IF;
    here := ARRAY(SELECT DISTINCT info -> 'serving' -> region ->> 0 FROM pg_catalog.unnest(asked) AS region WHERE info -> 'serving' ? region ORDER BY 1);
    regions := regions || here;
    served := served || pg_catalog.jsonb_build_object(table_name, pg_catalog.jsonb_build_object('regions', pg_catalog.array_to_string(here, ', '), 'nodes',
      (SELECT pg_catalog.string_agg(DISTINCT 'n' || (info -> 'serving' -> region ->> 1), ', ') FROM pg_catalog.unnest(asked) AS region WHERE info -> 'serving' ? region)));
  END LOOP;
  RETURN served || pg_catalog.jsonb_build_object('regions', (SELECT pg_catalog.string_agg(DISTINCT region, ', ' ORDER BY region) FROM pg_catalog.unnest(regions) AS region WHERE region <> ''));
END $$;

-- The lines of EXPLAIN for one statement of PostgreSQL; options: {"analyze": true}. The statement runs with the caller's rights.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_explain(statement text, options text) RETURNS SETOF text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  is_analyzed bool := coalesce((options::jsonb ->> 'analyze')::bool, false);
  explained jsonb;
  root jsonb;
  served jsonb;
BEGIN
  -- A plan for any value of a placeholder; without placeholders it is the usual plan.
  EXECUTE 'EXPLAIN (FORMAT JSON, VERBOSE, ' || CASE WHEN is_analyzed THEN 'ANALYZE' ELSE 'GENERIC_PLAN' END || ') ' || statement INTO explained;
  root := crdb_internal.cerci_explain_map(explained -> 0 -> 'Plan');
  IF is_analyzed THEN
    RETURN NEXT 'planning time: ' || crdb_internal.cerci_explain_time((explained #>> '{0,Planning Time}')::numeric);
    RETURN NEXT 'execution time: ' || crdb_internal.cerci_explain_time((explained #>> '{0,Execution Time}')::numeric);
  END IF;
  RETURN NEXT 'distribution: local';
  RETURN NEXT 'vectorized: true';
  IF is_analyzed THEN
    RETURN NEXT 'plan type: custom';
    RETURN NEXT 'network usage: 0 B (0 messages)';
    served := crdb_internal.cerci_explain_served(options::jsonb -> 'tables');
    IF served ->> 'regions' <> '' THEN RETURN NEXT 'regions: ' || (served ->> 'regions'); END IF;
    -- Reads of the past need REPEATABLE READ here, whatever the client asked for.
    RETURN NEXT 'isolation level: ' || CASE WHEN pg_catalog.current_setting('transaction_isolation') = 'repeatable read'
      AND coalesce(pg_catalog.current_setting('crdb.read_time', true), '') <> '' THEN 'serializable'
      ELSE pg_catalog.current_setting('transaction_isolation') END;
    RETURN NEXT 'priority: normal';
    RETURN NEXT 'quality of service: ' || crdb_internal.current_setting('default_transaction_quality_of_service');
  END IF;
  RETURN NEXT '';
  RETURN QUERY SELECT * FROM crdb_internal.cerci_explain_draw(root, '', '', is_analyzed, served);
END $$;
