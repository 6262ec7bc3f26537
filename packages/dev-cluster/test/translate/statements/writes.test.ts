import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()

testStatements(session, [
  { run: 'CREATE TABLE safe (k INT PRIMARY KEY, v INT)' },
  { run: 'SET sql_safe_updates = on' },
  { run: 'UPDATE safe SET v = 1', fails: ['01000', 'rejected (sql_safe_updates = true): UPDATE without WHERE clause'] },
  { run: 'DELETE FROM safe', fails: ['01000', 'rejected (sql_safe_updates = true): DELETE without WHERE clause'] },
  { run: 'UPDATE safe SET v = 1 WHERE true' },
  { run: 'DELETE FROM safe ORDER BY k LIMIT 1' },
  { run: 'RESET sql_safe_updates' },
  { run: 'DELETE FROM safe' },

  {
    run: 'CREATE TABLE kv (k INT PRIMARY KEY, v INT DEFAULT 7, note STRING UNIQUE, changed INT DEFAULT 0 ON UPDATE 99)',
  },

  // UPSERT: with a column list the others keep their values, without one they get their defaults.
  { run: "UPSERT INTO kv (k, v, note) VALUES (1, 10, 'a'), (2, 20, 'b') RETURNING k", rows: ['1', '2'] },
  { run: 'UPSERT INTO kv (k, v) VALUES (1, 11)' },
  { run: 'SELECT * FROM kv', rows: ['1|11|a|99', '2|20|b|0'] },
  { run: 'UPSERT INTO kv VALUES (2)' },
  { run: 'SELECT * FROM kv', rows: ['1|11|a|99', '2|7|NULL|0'] },
  { run: 'UPSERT INTO kv (k) VALUES (2) RETURNING k, v', rows: ['2|7'] },
  { run: "UPSERT INTO kv (k, note) VALUES (3, 'a')", fails: ['23505', /kv_note_key/] },
  { run: 'UPSERT INTO kv (k) VALUES (5), (5)', fails: ['21000', /second time/] },
  { run: 'WITH n AS (SELECT 4 AS k) UPSERT INTO kv (k) SELECT k FROM n RETURNING k, v', rows: ['4|7'] },
  { run: 'UPSERT INTO kv (k, v) SELECT k, v + 1 FROM kv WHERE k = 4 RETURNING v', rows: ['8'] },

  // What a CASE results in has the type of the column.
  { run: "CREATE TYPE mood AS ENUM ('sad', 'glad')" },
  { run: 'CREATE TABLE moods (id INT PRIMARY KEY, m mood, n DECIMAL(5,2), d DATE, s VARCHAR(3))' },
  {
    run: "INSERT INTO moods VALUES (1, CASE WHEN true THEN 'sad' ELSE 'glad' END, (CASE WHEN true THEN '1.5' END), CASE WHEN true THEN '2026-01-02' END)",
  },
  {
    run: 'UPDATE moods SET m = CASE id WHEN 1 THEN $1 ELSE $2 END, n = CASE id WHEN 1 THEN $3 ELSE $4 END WHERE id = $5',
    sql: 'UPDATE moods SET m = CASE id WHEN 1 THEN $1::public.mood ELSE $2::public.mood END, n = CASE id WHEN 1 THEN $3::numeric ELSE $4::numeric END WHERE id = $5',
    values: ['glad', 'sad', 2.25, 0, 1],
  },
  {
    run: "INSERT INTO moods (m, id) VALUES ('sad', 1) ON CONFLICT (id) DO UPDATE SET d = CASE WHEN moods.id = 1 THEN '2026-01-03' END",
  },
  { run: 'SELECT id, m, n, d FROM moods', rows: ['1|glad|2.25|2026-01-03'] },
  {
    run: "UPDATE moods SET s = CASE id WHEN 1 THEN 'longer' END",
    fails: ['22001', 'value too long for type character varying(3)'],
  },
  {
    run: "UPDATE moods SET n = CASE id WHEN 1 THEN CASE WHEN (CASE m WHEN 'glad' THEN 'x' END) = 'x' THEN '7' ELSE '8' END END RETURNING n",
    rows: ['7.00'],
  },
  { run: 'DROP TABLE moods' },
  { run: 'DROP TYPE mood' },

  // ON UPDATE, unless the statement assigns the column itself.
  {
    run: 'UPDATE kv SET v = 1 WHERE k = 2 RETURNING changed',
    sql: 'UPDATE kv SET v = 1, changed = 99 WHERE k = 2 RETURNING changed',
  },
  { run: 'UPDATE kv SET v = 1, changed = 5 WHERE k = 2 RETURNING changed', sql: 'same', rows: ['5'] },
  { run: 'INSERT INTO kv (k) VALUES (2) ON CONFLICT (k) DO UPDATE SET v = 3 RETURNING v, changed', rows: ['3|99'] },
  { run: 'INSERT INTO kv (k) VALUES (2) ON CONFLICT DO NOTHING RETURNING v', sql: 'same', rows: [] },

  // LIMIT, and RETURNING NOTHING.
  { run: 'UPDATE kv SET v = v + 100 ORDER BY k DESC LIMIT 1 RETURNING k', rows: ['4'] },
  {
    run: 'UPDATE kv AS x SET v = y.v FROM kv AS y WHERE y.k = x.k AND x.v > 0 ORDER BY x.k LIMIT 2 RETURNING x.k',
    rows: ['1', '2'],
  },
  { run: 'DELETE FROM kv WHERE v > 50 ORDER BY k LIMIT 5 RETURNING k', rows: ['4'] },
  { run: 'DELETE FROM kv LIMIT 0', rows: [] },
  { run: 'DELETE FROM kv ORDER BY k', fails: ['42601', 'DELETE statement requires LIMIT when ORDER BY is used'] },
  { run: 'INSERT INTO kv (k) VALUES (6) RETURNING NOTHING', sql: 'INSERT INTO kv (k) VALUES (6)', columns: [] },
  { run: 'DELETE FROM kv@kv_pkey WHERE k = 6 RETURNING NOTHING', sql: 'DELETE FROM kv WHERE k = 6', columns: [] },

  // A hidden primary key: not in *, not among the columns that values go to.
  { run: 'CREATE TABLE bare (a INT, b STRING)' },
  { run: "INSERT INTO bare VALUES (1, 'x'), (NULL, 'y') RETURNING *", rows: ['1|x', 'NULL|y'] },
  { run: 'INSERT INTO bare VALUES (2)', rows: [] },
  {
    run: "INSERT INTO bare VALUES (2, 'z', 3)",
    fails: ['42601', 'INSERT has more expressions than target columns, 3 expressions for 2 targets'],
  },
  { run: 'INSERT INTO bare SELECT * FROM bare', rows: [] },
  {
    run: 'SELECT * FROM bare',
    columns: ['a:20', 'b:25'],
    rows: ['1|x', 'NULL|y', '2|NULL', '1|x', 'NULL|y', '2|NULL'],
  },
  { run: 'SELECT count(DISTINCT rowid), min(rowid) > 0 FROM bare', rows: ['6|t'] },
  { run: 'DELETE FROM bare ORDER BY rowid DESC LIMIT 4' },
  { run: 'ALTER TABLE bare ADD COLUMN c INT DEFAULT 5' },
  { run: "INSERT INTO bare VALUES (3, 'w', 6), (4, 'v', DEFAULT) RETURNING *", rows: ['3|w|6', '4|v|5'] },
  { run: 'TABLE bare', rows: ['1|x|5', 'NULL|y|5', '3|w|6', '4|v|5'] },
  { run: 'SELECT b.*, kv.k FROM bare AS b JOIN kv ON kv.k = b.a', rows: ['1|x|5|1'] },
  {
    run: 'SELECT * FROM bare JOIN (SELECT 1 AS a, 2 AS z) AS s USING (a)',
    columns: ['a:20', 'b:25', 'c:20', 'z:20'],
    rows: ['1|x|5|2'],
  },
  { run: 'WITH d AS (DELETE FROM bare RETURNING *) SELECT * FROM d WHERE a > 2', rows: ['3|w|6', '4|v|5'] },
  { run: 'INSERT INTO bare DEFAULT VALUES RETURNING *', rows: ['NULL|NULL|5'] },
  { run: "INSERT INTO bare VALUES (1, 'x')" },
  { run: 'CREATE TABLE other (a INT, d INT)' },
  { run: 'INSERT INTO other VALUES (1, 8)' },
  { run: 'SELECT * FROM bare NATURAL JOIN other', rows: ['1|x|5|8'] },
  { run: 'SELECT d FROM bare NATURAL JOIN other', rows: ['8'] },
])
