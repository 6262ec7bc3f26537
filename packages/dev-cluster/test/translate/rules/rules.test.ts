import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()

testStatements(session, [
  {
    run: 'CREATE TABLE t (id INT PRIMARY KEY, a INT, s STRING NOT NULL, j JSON)',
  },
  {
    run: "INSERT INTO t VALUES (1, 5, 'one', '[10, 20]'), (2, NULL, 'two', '{\"a\": 1}'), (3, 4, 'three', NULL)",
    sql: 'same',
  },

  // Integer literals are INT8 wherever a client sees their type, and keep their name.
  { run: 'SELECT 1', sql: 'SELECT 1::int8 AS "?column?"', columns: ['?column?:20'], rows: ['1'] },
  { run: 'SELECT 1 AS one, 2 two', columns: ['one:20', 'two:20'], rows: ['1|2'] },
  { run: 'SELECT -1, 1 + 1, 7 % 4', columns: ['?column?:20', '?column?:20', '?column?:20'], rows: ['-1|2|3'] },
  { run: 'SELECT 2147483648, 9223372036854775807', columns: ['?column?:20', '?column?:20'] },
  { run: 'SELECT ARRAY[1, 2]', columns: ['array:1016'], rows: ['{1,2}'] },
  { run: 'SELECT id FROM t WHERE ARRAY[a, id] @> ARRAY[5, 1] AND a = ANY (ARRAY[5, 6])', rows: ['1'] },
  { run: 'SELECT CASE WHEN a > 4 THEN 1 ELSE 0 END FROM t', columns: ['case:20'], rows: ['1', '0', '0'] },
  { run: 'SELECT COALESCE(a, 0) FROM t ORDER BY id', columns: ['coalesce:20'], rows: ['5', '0', '4'] },
  { run: "SELECT left('abc', 2), repeat('x', 3), round(1.25, 1)", columns: ['left:25', 'repeat:25', 'round:1700'] },
  {
    run: 'SELECT pg_typeof(1), pg_typeof(1 + 1), pg_typeof(ARRAY[1]), pg_typeof(1::INT4), pg_typeof(1.5)',
    rows: ['bigint|bigint|bigint[]|integer|numeric'],
  },
  { run: 'SELECT x FROM generate_series(1, 3) AS g (x)', columns: ['x:20'], rows: ['1', '2', '3'] },
  { run: 'SELECT * FROM (VALUES (1), (2)) AS v (x)', columns: ['x:20'], rows: ['1', '2'] },
  { run: 'SELECT x FROM (SELECT 1 AS x UNION SELECT 2) AS u ORDER BY x', columns: ['x:20'], rows: ['1', '2'] },
  { run: 'SELECT $1 + 1', values: ['3000000000'], columns: ['?column?:20'], rows: ['3000000001'] },
  { run: 'SELECT count(*) FROM t WHERE $1 > 0', values: ['3000000000'], rows: ['3'] },
  {
    run: 'SELECT CASE WHEN a > 4 THEN 1 ELSE 0 END AS big, count(*) FROM t GROUP BY CASE WHEN a > 4 THEN 1 ELSE 0 END ORDER BY 1',
    rows: ['0|2', '1|1'],
  },

  { run: 'SELECT true, false', columns: ['bool:16', 'bool:16'] },
  { run: 'SELECT ntile(2) OVER (ORDER BY id) FROM t', columns: ['ntile:20'], rows: ['1', '1', '2'] },

  {
    run: "SELECT extract_duration(hour FROM '3h 20m'::INTERVAL), extract_duration('minute', '3h'::INTERVAL)",
    columns: ['extract_duration:20', 'extract_duration:20'],
    rows: ['3|180'],
  },

  // Hints: PostgreSQL chooses the index by itself, but one that is missing is missing.
  { run: 'SELECT id FROM t@t_pkey WHERE id = 1', rows: ['1'] },
  { run: 'SELECT id FROM t@primary AS x WHERE id = 1', rows: ['1'] },
  { run: 'SELECT id FROM t@{FORCE_INDEX=t_pkey,DESC} WHERE id = 1', rows: ['1'] },
  { run: 'SELECT id FROM t@{FORCE_INDEX=[1]} WHERE id = 1', rows: ['1'] },
  { run: 'SELECT id FROM t@{NO_FULL_SCAN} WHERE id = 1', rows: ['1'] },
  { run: 'SELECT id FROM t@missing', fails: ['42704', 'index "missing" not found'] },
  { run: 'UPDATE t@{FORCE_INDEX=missing} SET a = 1', fails: ['42704', 'index "missing" not found'] },

  // Types and literals.
  { run: "SELECT 'a'::STRING, 1::INT, '\\x61'::BYTES", columns: ['text:25', 'int8:20', 'bytea:17'] },
  {
    run: "SELECT CAST('5' AS INTEGER), '{}'::JSON, ARRAY['a']::STRING[]",
    columns: ['int8:20', 'jsonb:3802', 'array:1009'],
  },
  { run: "SELECT 1:::INT8, 'x':::STRING", columns: ['int8:20', 'text:25'] },
  { run: "SELECT ANNOTATE_TYPE('2026-01-01', DATE)", columns: ['date:1082'], rows: ['2026-01-01'] },
  { run: "SELECT b'a\\xff', x'6162'", columns: ['?column?:17', '?column?:17'], rows: ['\\x61ff|\\x6162'] },
  { run: "SELECT e'\\v\\u00e9', e'a\\tb'", rows: ['\u000bé|a\tb'] },
  { run: "SELECT 'abc'::STRING(2)", rows: ['ab'] },
  { run: "SELECT INT8 '5', STRING 'x'", columns: ['int8:20', 'text:25'] },

  // Operators.
  { run: 'SELECT 7 // 2, -7 // 2, 7.5 // 2', rows: ['3|-3|3'] },
  { run: 'SELECT 1 + 9 // 2 * 2, 100 // 3 // 3, 2 * (9 // (5 // 2))', rows: ['9|11|8'] },
  { run: 'SELECT a // 2, abs(a // -2) FROM t WHERE id = 1', columns: ['?column?:20', 'abs:20'], rows: ['2|2'] },
  { run: 'SELECT 1 / 2, 6 / 3', columns: ['?column?:1700', '?column?:1700'], rows: ['0.5|2'] },
  { run: 'SELECT j->0, j->>1 FROM t WHERE id = 1', rows: ['10|20'] },

  // Calls of PostgreSQL's grammar.
  {
    run: 'SELECT current_timestamp AS a, current_timestamp, current_timestamp()',
    columns: ['a:1184', 'current_timestamp:1184', 'current_timestamp:1184'],
  },
  {
    run: 'SELECT current_timestamp() = now(), current_user()',
    columns: ['?column?:16', 'current_user:19'],
    rows: ['t|root'],
  },
  {
    run: "SELECT extract(year FROM TIMESTAMP '2026-05-01'), extract('epoch' FROM INTERVAL '1h')",
    columns: ['extract:701', 'extract:701'],
    rows: ['2026|3600'],
  },
  {
    run: "SELECT position('b' IN 'abc'), substring('abcdef' FROM 2 FOR 3), substring('abc' FOR 2), overlay('abc' PLACING 'X' FROM 2)",
    rows: ['2|bcd|ab|aXc'],
    columns: ['position:20', 'substring:25', 'substring:25', 'overlay:25'],
  },
  { run: "SELECT IF(true, 1, 1 // 0), IFNULL(NULL, 'x')", columns: ['if:20', 'ifnull:25'], rows: ['1|x'] },
  { run: 'SELECT crdb_internal.node_id()', columns: ['crdb_internal.node_id:20'], rows: ['2'] },

  // NULL is sorted first; a key that cannot be NULL is left alone, so that its index serves it.
  { run: 'SELECT id FROM t ORDER BY a', sql: 'SELECT id FROM t ORDER BY a NULLS FIRST', rows: ['2', '3', '1'] },
  {
    run: 'SELECT id FROM t ORDER BY a DESC',
    sql: 'SELECT id FROM t ORDER BY a DESC NULLS LAST',
    rows: ['1', '3', '2'],
  },
  { run: 'SELECT id FROM t ORDER BY a NULLS LAST, id DESC', sql: 'same', rows: ['3', '1', '2'] },
  { run: 'SELECT id, s FROM t AS x ORDER BY x.s, 1 DESC', sql: 'same' },
  { run: 'SELECT a AS key FROM t ORDER BY key', rows: ['NULL', '4', '5'] },
  { run: 'SELECT array_agg(id ORDER BY a) FROM t', rows: ['{2,3,1}'] },
  { run: 'SELECT id, row_number() OVER (ORDER BY a DESC) FROM t ORDER BY id', rows: ['1|1', '2|3', '3|2'] },
  { run: 'SELECT u.id FROM t LEFT JOIN t AS u ON u.id = t.a ORDER BY u.id, t.id', rows: ['NULL', 'NULL', 'NULL'] },
  { run: 'SELECT a FROM t UNION SELECT NULL ORDER BY a', rows: ['NULL', '4', '5'] },
  // Also through a subquery that hands columns on, so that pages over one are served by the index.
  {
    run: 'SELECT p.* FROM (SELECT id, s FROM t) AS p ORDER BY id DESC',
    sql: 'same',
    rows: ['3|three', '2|two', '1|one'],
  },
  { run: 'SELECT p.k FROM (SELECT t.*, s AS k FROM t) AS p ORDER BY k', sql: 'same', rows: ['one', 'three', 'two'] },
  {
    run: 'SELECT p.a FROM (SELECT a FROM t) AS p ORDER BY a',
    sql: 'SELECT p.a FROM (SELECT a FROM t) AS p ORDER BY a NULLS FIRST',
    rows: ['NULL', '4', '5'],
  },
  {
    run: 'SELECT p.id FROM (SELECT u.id FROM t LEFT JOIN t AS u ON u.id = t.a) AS p ORDER BY id',
    sql: 'SELECT p.id FROM (SELECT u.id FROM t LEFT JOIN t AS u ON u.id = t.a) AS p ORDER BY id NULLS FIRST',
    rows: ['NULL', 'NULL', 'NULL'],
  },
  { run: 'SELECT p.id FROM (SELECT 0 - id AS id FROM t) AS p ORDER BY id', rows: ['-3', '-2', '-1'] },

  { run: 'CREATE INDEX by_a ON t (a)' },
  {
    run: 'SELECT id FROM t ORDER BY INDEX t@by_a',
    sql: 'SELECT id FROM t ORDER BY t.a NULLS FIRST',
    rows: ['2', '3', '1'],
  },
  {
    run: 'SELECT id FROM t ORDER BY PRIMARY KEY t DESC',
    sql: 'SELECT id FROM t ORDER BY t.id DESC',
    rows: ['3', '2', '1'],
  },
  { run: 'SELECT id FROM t ORDER BY INDEX t@missing', fails: ['42704', 'index "missing" not found'] },

  // Names.
  { run: 'SELECT id FROM dialect.public.t@primary WHERE id = 1', rows: ['1'] },
  { run: 'SELECT id FROM dialect.t WHERE id = 1', sql: 'SELECT id FROM public.t WHERE id = 1', rows: ['1'] },
  { run: 'SELECT id FROM t@{FORCE_INDEX=t_pkey} AS x WHERE x.id = 2', rows: ['2'] },
  { run: 'SELECT * FROM defaultdb.public.t', fails: ['0A000', /cross-database reference to defaultdb\.public\.t/] },
  { run: 'SELECT * FROM postgres.t', fails: ['0A000', /cross-database/] },
  { run: 'SELECT * FROM nowhere.public.t', fails: ['42P01', 'relation "nowhere.public.t" does not exist'] },
  { run: 'SELECT amname FROM pg_am ORDER BY 1', rows: ['inverted', 'prefix'] },
  {
    run: "SELECT c.is_hidden FROM information_schema.columns AS c WHERE table_name = 't' AND column_name = 'id'",
    rows: ['NO'],
  },
  { run: "SELECT pg_class.relname FROM pg_catalog.pg_class WHERE relname = 't'", rows: ['t'] },
  {
    run: 'SELECT node_id, locality FROM crdb_internal.gossip_nodes WHERE is_live ORDER BY node_id DESC LIMIT 1',
    rows: ['3|region=eu-west-1,zone=eu-west-1a'],
  },
  { run: 'WITH pg_am AS (SELECT 5 AS x) SELECT x FROM pg_am', rows: ['5'] },
  {
    run: 'SELECT t.id FROM t INNER HASH JOIN t AS u ON t.id = u.id LEFT LOOKUP JOIN t AS v ON v.id = u.id ORDER BY 1',
    rows: ['1', '2', '3'],
  },

  { run: 'CREATE TABLE o (a STRING)' },
  { run: "INSERT INTO o VALUES ('x'), ('y')" },
  { run: 'SELECT * FROM o WITH ORDINALITY', columns: ['a:25', 'ordinality:20'], rows: ['x|1', 'y|2'] },
  { run: 'SELECT p.n, p.b FROM o WITH ORDINALITY AS p (b, n) ORDER BY n DESC', rows: ['2|y', '1|x'] },
  { run: "SELECT * FROM (VALUES ('q')) WITH ORDINALITY AS v (a, n)", rows: ['q|1'] },
  { run: 'SELECT pg_catalog.version() = version(), pg_catalog.lower($1)', values: ['X'], rows: ['t|x'] },

  // A statement as a source.
  { run: 'SELECT column_name FROM [SHOW COLUMNS FROM t] AS c WHERE NOT c.is_nullable', rows: ['id', 's'] },
  { run: 'WITH x AS (SHOW COLUMNS FROM t) SELECT count(*) FROM x', rows: ['4'] },
  { run: "SELECT x.id * 10 FROM [INSERT INTO t (id, s) VALUES (9, 'nine') RETURNING id] AS x", rows: ['90'] },
  { run: 'SELECT count(*) FROM [DELETE FROM t WHERE id = 9 RETURNING id]', rows: ['1'] },
  { run: 'SELECT * FROM [CREATE TABLE u (a INT)]', fails: ['0A000', /source of rows/] },
])
