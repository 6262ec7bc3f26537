import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()

/** The lines about families of SHOW CREATE TABLE. */
const families = (table: string) =>
  `SELECT btrim(line, E' \\t,') FROM (SELECT unnest(string_to_array(create_statement, E'\\n')) AS line FROM [SHOW CREATE TABLE ${table}]) WHERE line LIKE '%FAMILY%'`

// Families as https://www.cockroachlabs.com/docs/v26.2/column-families has them.
testStatements(session, [
  {
    run: 'CREATE TABLE test (id INT PRIMARY KEY, last_accessed TIMESTAMP, data BYTES, FAMILY f1 (id, last_accessed), FAMILY f2 (data))',
  },
  { run: 'ALTER TABLE test ADD COLUMN data2 BYTES CREATE FAMILY f3' },
  { run: 'ALTER TABLE test ADD COLUMN name STRING FAMILY f1' },
  { run: 'ALTER TABLE test ADD COLUMN name2 STRING CREATE IF NOT EXISTS FAMILY f1, ADD COLUMN n INT CREATE FAMILY' },
  { run: 'ALTER TABLE test ADD COLUMN last_name STRING' },
  {
    run: families('test'),
    rows: [
      'FAMILY f1 (id, last_accessed, name, name2, last_name)',
      'FAMILY f2 (data)',
      'FAMILY f3 (data2)',
      'FAMILY fam_3_n (n)',
    ],
  },
  { run: 'ALTER TABLE test RENAME COLUMN last_accessed TO seen' },
  { run: 'ALTER TABLE test DROP COLUMN data2, DROP COLUMN name2' },
  {
    run: families('test'),
    rows: ['FAMILY f1 (id, seen, name, last_name)', 'FAMILY f2 (data)', 'FAMILY fam_3_n (n)'],
  },
  { run: 'ALTER TABLE test ADD COLUMN x INT FAMILY f9', fails: ['42P17', 'unknown family "f9"'] },
  { run: 'ALTER TABLE test ADD COLUMN x INT CREATE FAMILY f2', fails: ['42710', 'family "f2" already exists'] },
  // What is in no family is in the first; a virtual column in none.
  {
    run: `CREATE TABLE rest (a INT, b INT CREATE FAMILY fb, c INT CREATE IF NOT EXISTS FAMILY fb, v INT AS (a + 1) VIRTUAL, d INT, FAMILY (d))`,
  },
  { run: families('rest'), rows: ['FAMILY fb (b, c, a, rowid)', 'FAMILY fam_1_d (d)'] },
  { run: 'CREATE TABLE wrong (a INT FAMILY f)', fails: ['42P17', 'unknown family "f"'] },
  { run: 'CREATE TABLE wrong (a INT, FAMILY f (b))', fails: ['42P16', 'unknown column "b" in family'] },
  { run: 'CREATE TABLE plain (a INT PRIMARY KEY)' },
  { run: families('plain'), rows: [] },
  { run: 'ALTER TABLE plain ADD COLUMN b INT CREATE FAMILY second' },
  { run: families('plain'), rows: ['FAMILY "primary" (a)', 'FAMILY second (b)'] },

  // Indexes that only some queries may use.
  { run: 'CREATE TABLE seen (a INT PRIMARY KEY, b INT, INDEX i (b) VISIBILITY 0.25, INDEX j (b) NOT VISIBLE)' },
  { run: 'CREATE INDEX k ON seen (b) VISIBILITY 1.0' },
  { run: 'ALTER INDEX seen@k VISIBILITY 0.5' },
  { run: 'ALTER INDEX seen@k VISIBILITY 2', fails: ['42601', /syntax error/] },
  {
    run: "SELECT index_name, visible, visibility FROM [SHOW INDEXES FROM seen] WHERE column_name = 'b' AND NOT storing",
    rows: ['i|f|0.25', 'j|f|0', 'k|f|0.5'],
  },
  {
    run: "SELECT create_statement LIKE '%INDEX i (b ASC) VISIBILITY 0.25,%INDEX j (b ASC) NOT VISIBLE,%INDEX k (b ASC) VISIBILITY 0.50%' FROM [SHOW CREATE TABLE seen]",
    rows: ['t'],
  },
  { run: 'ALTER INDEX seen@k VISIBLE' },
  { run: "SELECT DISTINCT visible FROM [SHOW INDEXES FROM seen] WHERE index_name = 'k'", rows: ['t'] },

  // Statistics that another table had.
  { run: 'CREATE TABLE measured (a INT PRIMARY KEY, b STRING)' },
  { run: "INSERT INTO measured VALUES (1, 'x')" },
  {
    run: `ALTER TABLE measured INJECT STATISTICS '[
      {"name": "s", "columns": ["a"], "created_at": "2026-01-02 00:00:00", "row_count": 5000, "distinct_count": 5000, "null_count": 0, "avg_size": 8},
      {"name": "s", "columns": ["b"], "created_at": "2026-01-02 00:00:00", "row_count": 5000, "distinct_count": 10, "null_count": 500, "avg_size": 20},
      {"name": "s", "columns": ["a", "b"], "created_at": "2026-01-01 00:00:00", "row_count": 1, "distinct_count": 1, "null_count": 0}]'`,
  },
  {
    run: 'SELECT column_names, created::DATE::STRING, row_count, distinct_count, null_count, avg_size FROM [SHOW STATISTICS FOR TABLE measured]',
    rows: ['{a}|2026-01-02|5000|5000|0|8', '{b}|2026-01-02|5000|10|500|20'],
  },
  {
    run: "SELECT info LIKE '%estimated row count: 5,000%' FROM [EXPLAIN SELECT * FROM measured] WHERE info LIKE '%estimated%'",
    rows: ['t'],
  },
  {
    run: `ALTER TABLE measured INJECT STATISTICS '[{"columns": ["z"], "row_count": 1}]'`,
    fails: ['42703', 'column "z" does not exist'],
  },
])
