import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()

testStatements(session, [
  {
    run: 'CREATE TABLE v (a INT, b INT, twice INT AS (b * 2) VIRTUAL, thrice INT AS (b * 3) STORED, PRIMARY KEY (a DESC, b ASC))',
  },
  { run: 'INSERT INTO v (a, b) VALUES (1, 1), (1, 2), (2, 1)' },
  // A whole read comes in the order of the primary key.
  { run: 'SELECT * FROM v', rows: ['2|1|2|3', '1|1|2|3', '1|2|4|6'] },
  {
    run: 'SELECT create_statement FROM [SHOW CREATE TABLE v]',
    rows: [
      `CREATE TABLE public.v (
	a INT8 NOT NULL,
	b INT8 NOT NULL,
	twice INT8 NULL AS (b * 2:::INT8) VIRTUAL,
	thrice INT8 NULL AS (b * 3:::INT8) STORED,
	CONSTRAINT v_pkey PRIMARY KEY (a DESC, b ASC)
) WITH (schema_locked = true);`,
    ],
  },
  {
    run: "SELECT attname, attgenerated FROM pg_attribute WHERE attrelid = 'v'::REGCLASS AND attgenerated <> '' ORDER BY attnum",
    rows: ['twice|v', 'thrice|s'],
  },
  {
    // A virtual column is in no index that does not name it.
    run: "SELECT column_name, direction, storing FROM [SHOW INDEXES FROM v] WHERE index_name = 'v_pkey'",
    rows: ['a|DESC|f', 'b|ASC|f', 'thrice|N/A|t'],
  },
  { run: 'CREATE INDEX on_twice ON v (twice)' },
  {
    run: "SELECT column_name, direction, implicit FROM [SHOW INDEXES FROM v] WHERE index_name = 'on_twice'",
    rows: ['twice|ASC|f', 'a|DESC|t', 'b|ASC|t'],
  },
  { run: 'ALTER TABLE v ALTER PRIMARY KEY USING COLUMNS (b DESC, a DESC)' },
  {
    run: "SELECT details FROM [SHOW CONSTRAINTS FROM v] WHERE constraint_type = 'PRIMARY KEY'",
    rows: ['PRIMARY KEY (b DESC, a DESC)'],
  },
  { run: 'SELECT a, b FROM v', rows: ['1|2', '2|1', '1|1'] },
  { run: 'ALTER TABLE v ADD COLUMN half INT AS (b // 2) VIRTUAL' },
  {
    run: "SELECT is_generated, attgenerated FROM information_schema.columns, pg_attribute WHERE table_name = 'v' AND column_name = 'half' AND attrelid = 'v'::REGCLASS AND attname = 'half'",
    rows: ['ALWAYS|v'],
  },
  { run: 'CREATE TABLE w (id INT PRIMARY KEY, name STRING COLLATE de)' },
  {
    run: "SELECT crdb_sql_type, collation_name FROM information_schema.columns WHERE table_name = 'w' AND column_name = 'name'",
    rows: ['STRING COLLATE de|de'],
  },
  // A default reads back as it was written, or ORMs would set it again and again.
  { run: 'CREATE TABLE times (a TIMESTAMP DEFAULT current_timestamp(), b TIMESTAMPTZ DEFAULT now())' },
  { run: 'ALTER TABLE times ADD COLUMN c TIMESTAMPTZ DEFAULT current_timestamp' },
  {
    run: "SELECT column_default FROM information_schema.columns WHERE table_name = 'times' AND column_name <> 'rowid'",
    rows: ['current_timestamp():::TIMESTAMPTZ', 'now():::TIMESTAMPTZ', 'current_timestamp():::TIMESTAMPTZ'],
  },
  { run: "SELECT data_type FROM [SHOW COLUMNS FROM w] WHERE column_name = 'name'", rows: ['STRING COLLATE de'] },
])
