/**
 * Reads one database's catalog as one JSON document, so that it is consistent and costs one round trip. Relations of
 * PostgreSQL and of the overlay are left out: nothing in translation asks for their columns.
 */
export const catalogQuery: string = `
WITH user_relation AS MATERIALIZED (
  SELECT c.oid, n.nspname, c.relname, c.relkind
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crdb_internal') AND n.nspname NOT LIKE 'pg\\_toast%'
), user_column AS (
  SELECT a.attrelid, pg_catalog.json_agg(pg_catalog.json_build_array(
    a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, coalesce(f.hidden, false),
    a.atthasdef AND a.attgenerated = '' OR a.attidentity <> '', a.attgenerated <> '', f.on_update, f.crdb_type) ORDER BY a.attnum) AS list
  FROM user_relation r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
  LEFT JOIN crdb_internal.cerci_columns f ON f.relid = a.attrelid AND f.attnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND r.relkind <> 'S'
  GROUP BY a.attrelid
), user_index AS (
  SELECT i.indrelid, pg_catalog.json_agg(pg_catalog.json_build_array(
    x.relname, i.indisunique, i.indisprimary, coalesce(f.properties, '{}'),
    (SELECT pg_catalog.json_agg(coalesce(a.attname::text, pg_catalog.pg_get_indexdef(i.indexrelid, k.ord::int4, true)) ORDER BY k.ord)
     FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, ord)
     LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0
     WHERE k.ord <= i.indnkeyatts),
    coalesce((SELECT pg_catalog.json_agg(a.attname) FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, ord)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum WHERE k.ord > i.indnkeyatts), '[]'),
    coalesce((SELECT pg_catalog.json_agg(o.ord) FROM pg_catalog.unnest(i.indoption::int2[]) WITH ORDINALITY AS o(option, ord)
     WHERE o.option & 1 = 1 OR f.properties -> 'descending' @> pg_catalog.to_jsonb(o.ord)), '[]'),
    i.indpred IS NOT NULL) ORDER BY x.oid) AS list
  FROM user_relation r JOIN pg_catalog.pg_index i ON i.indrelid = r.oid JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
  LEFT JOIN crdb_internal.cerci_relations f ON f.relid = i.indexrelid
  GROUP BY i.indrelid
), user_check AS (
  SELECT k.conrelid, pg_catalog.json_agg(pg_catalog.json_build_array(
    k.conname, pg_catalog.pg_get_expr(k.conbin, k.conrelid)) ORDER BY k.conname) AS list
  FROM user_relation r JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
  WHERE k.contype = 'c'
  GROUP BY k.conrelid
)
SELECT pg_catalog.json_build_object(
  'databases', (SELECT pg_catalog.json_agg(datname ORDER BY datname) FROM pg_catalog.pg_database WHERE NOT datistemplate AND datallowconn),
  'schemas', (SELECT pg_catalog.json_agg(nspname) FROM pg_catalog.pg_namespace),
  'relations', coalesce((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
      r.nspname, r.relname, r.relkind, coalesce(c.list, '[]'), coalesce(i.list, '[]'), coalesce(k.list, '[]'),
      coalesce(f.properties, '{}')) ORDER BY r.nspname, r.relname)
    FROM user_relation r LEFT JOIN user_column c ON c.attrelid = r.oid LEFT JOIN user_index i ON i.indrelid = r.oid
    LEFT JOIN user_check k ON k.conrelid = r.oid LEFT JOIN crdb_internal.cerci_relations f ON f.relid = r.oid), '[]'),
  'properties', coalesce((SELECT properties FROM crdb_internal.cerci_databases WHERE name = pg_catalog.current_database()), '{}'),
  'functions', coalesce((SELECT pg_catalog.json_agg(DISTINCT f.proname) FROM pg_catalog.pg_proc f
    WHERE f.pronamespace NOT IN ('pg_catalog'::regnamespace, 'crdb_internal'::regnamespace)), '[]')
)::text AS snapshot`

/** Names of the functions that every database has. */
export const builtinFunctionsQuery: string = `
SELECT DISTINCT proname AS name FROM pg_catalog.pg_proc
WHERE pronamespace IN ('pg_catalog'::regnamespace, 'crdb_internal'::regnamespace)`

/** Prints expressions, given as a JSON list of PostgreSQL's texts, as CockroachDB does. */
export const printExpressionsQuery: string = `
SELECT expression.value AS text, crdb_internal.cerci_expression(expression.value) AS printed
FROM pg_catalog.json_array_elements_text($1::json) AS expression`
