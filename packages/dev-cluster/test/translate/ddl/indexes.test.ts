import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()

testStatements(session, [
  { run: 'CREATE TABLE t (id INT PRIMARY KEY, a INT NOT NULL, b STRING, j JSONB, arr STRING[])' },
  {
    run: 'CREATE INDEX ON t (a, b DESC) STORING (j)',
    sql: 'CREATE INDEX t_a_b_idx ON t (a, b DESC NULLS LAST) INCLUDE (j)',
  },
  { run: 'CREATE INDEX CONCURRENTLY ON t (a, b)', sql: 'CREATE INDEX t_a_b_idx1 ON t (a, b NULLS FIRST)' },
  { run: 'CREATE INDEX IF NOT EXISTS t_a_b_idx ON t (id)' },
  { run: 'CREATE INVERTED INDEX ON t (j)', sql: 'CREATE INDEX t_j_idx ON t USING gin (j) WITH (fastupdate = off)' },
  { run: 'CREATE INDEX ON t USING GIN (arr)' },
  { run: 'CREATE UNIQUE INDEX ub ON t (b)' },
  {
    run: 'CREATE UNIQUE INDEX part ON t (b DESC) WHERE a > 5',
    sql: 'CREATE UNIQUE INDEX part ON t (b DESC NULLS LAST) WHERE a > 5',
  },
  {
    run: 'CREATE INDEX expr ON t (lower(b), (a + 1))',
    sql: 'CREATE INDEX expr ON t ((lower(b)) NULLS FIRST, (a + 1) NULLS FIRST)',
  },
  { run: 'CREATE INDEX sharded ON t (a) USING HASH WITH (bucket_count = 4)' },
  { run: 'CREATE INDEX unseen ON t (a) NOT VISIBLE' },
  {
    run: "SELECT DISTINCT index_name, visible FROM [SHOW INDEXES FROM t] WHERE index_name IN ('unseen', 'ub') ORDER BY 1",
    rows: ['ub|t', 'unseen|f'],
  },
  { run: 'ALTER INDEX t@unseen VISIBLE' },
  { run: 'SELECT bool_and(visible) FROM [SHOW INDEXES FROM t]', rows: ['t'] },
  { run: 'ALTER INDEX t@sharded RENAME TO hashed' },
  {
    run: 'SHOW CREATE TABLE t',
    rows: [
      't|CREATE TABLE public.t (\n\tid INT8 NOT NULL,\n\ta INT8 NOT NULL,\n\tb STRING NULL,\n\tj JSONB NULL,\n\tarr STRING[] NULL,\n\tcrdb_internal_a_shard_4 INT8 NOT VISIBLE NOT NULL AS (mod(fnv32(crdb_internal.datums_to_bytes(a)), 4:::INT8)) VIRTUAL,\n\tCONSTRAINT t_pkey PRIMARY KEY (id ASC),\n\tINDEX t_a_b_idx (a ASC, b DESC) STORING (j),\n\tINDEX t_a_b_idx1 (a ASC, b ASC),\n\tINVERTED INDEX t_j_idx (j),\n\tINVERTED INDEX t_arr_idx (arr),\n\tUNIQUE INDEX ub (b ASC),\n\tUNIQUE INDEX part (b DESC) WHERE a > 5:::INT8,\n\tINDEX expr (lower(b) ASC, (a + 1:::INT8) ASC),\n\tINDEX hashed (a ASC) USING HASH WITH (bucket_count=4),\n\tINDEX unseen (a ASC)\n) WITH (schema_locked = true);',
    ],
  },
  // The index of a constraint needs CASCADE, one that was made as an index does not.
  { run: 'INSERT INTO t (id, a, b) VALUES (1, 1, NULL) ON CONFLICT ON CONSTRAINT ub DO NOTHING' },
  { run: 'DROP INDEX t@ub' },
  { run: 'ALTER TABLE t ADD CONSTRAINT ub UNIQUE (b)' },
  { run: 'DROP INDEX t@ub', fails: ['2BP01', 'index "ub" is in use as unique constraint'] },
  { run: 'DROP INDEX t@ub CASCADE' },
  { run: 'DELETE FROM t' },
  { run: 'DROP INDEX t@hashed, dialect.public.t@expr' },
  { run: 'DROP INDEX t_j_idx' },
  { run: 'DROP INDEX t@missing', fails: ['42704', 'index "missing" does not exist'] },
  { run: 'DROP INDEX IF EXISTS t@missing' },
  { run: 'DROP INDEX missing@i', fails: ['42P01', 'relation "missing" does not exist'] },
  { run: 'ALTER TABLE t DROP CONSTRAINT part' },
  { run: 'CREATE VECTOR INDEX ON t (a)', fails: ['0A000', 'unimplemented: VECTOR indexes'] },
  { run: "COMMENT ON INDEX t@t_a_b_idx IS 'both'" },
  {
    run: "SELECT DISTINCT comment FROM [SHOW INDEXES FROM t WITH COMMENT] WHERE index_name = 't_a_b_idx'",
    rows: ['both'],
  },

  // Names of indexes are a table's own.
  {
    run: 'CREATE TABLE one (id INT, a INT, b INT, CONSTRAINT "primary" PRIMARY KEY (id), INDEX idx (a), CONSTRAINT k UNIQUE (b))',
  },
  {
    run: 'CREATE TABLE two (id INT, a INT, b INT, CONSTRAINT "primary" PRIMARY KEY (id), INDEX idx (a), CONSTRAINT k UNIQUE (b))',
  },
  { run: 'CREATE INDEX part2 ON one (b)' },
  { run: 'CREATE INDEX IF NOT EXISTS part2 ON two (b)' },
  {
    run: 'SELECT DISTINCT table_name, index_name FROM [SHOW INDEXES FROM two] ORDER BY 2',
    rows: ['two|idx', 'two|k', 'two|part2', 'two|primary'],
  },
  { run: 'INSERT INTO two VALUES (1, 1, 1)' },
  {
    run: 'INSERT INTO two VALUES (2, 1, 1) ON CONFLICT ON CONSTRAINT k DO UPDATE SET a = 5 RETURNING id, a',
    rows: ['1|5'],
  },
  { run: "COMMENT ON INDEX two@idx IS 'of two'" },
  { run: "COMMENT ON CONSTRAINT k ON two IS 'of two'" },
  { run: 'SELECT a FROM two@idx WHERE a = 5', rows: ['5'] },
  { run: 'ALTER TABLE two RENAME CONSTRAINT k TO k2' },
  { run: 'ALTER INDEX two@idx RENAME TO idx2' },
  { run: 'DROP INDEX two@idx2' },
  { run: 'ALTER TABLE two DROP CONSTRAINT k2' },
  { run: 'DROP INDEX two@idx', fails: ['42704', 'index "idx" does not exist'] },
  { run: 'SELECT DISTINCT index_name FROM [SHOW INDEXES FROM two] ORDER BY 1', rows: ['part2', 'primary'] },
  { run: 'SELECT DISTINCT index_name FROM [SHOW INDEXES FROM one] ORDER BY 1', rows: ['idx', 'k', 'part2', 'primary'] },
  { run: 'ALTER TABLE one RENAME TO first_one' },
  { run: 'CREATE TABLE one (id INT PRIMARY KEY, idx INT UNIQUE)' },
  {
    run: 'SHOW CREATE TABLE one',
    rows: [
      'one|CREATE TABLE public.one (\n\tid INT8 NOT NULL,\n\tidx INT8 NULL,\n\tCONSTRAINT one_pkey PRIMARY KEY (id ASC),\n\tUNIQUE INDEX one_idx_key (idx ASC)\n) WITH (schema_locked = true);',
    ],
  },
])
