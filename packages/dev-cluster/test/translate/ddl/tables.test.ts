import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()

testStatements(session, [
  // Every table has a primary key; the names are CockroachDB's.
  {
    run: "CREATE TABLE a (x INT, y STRING CHECK (length(y) > 1), UNIQUE (x, y), INDEX (y), INDEX (y), CHECK (x > 0 AND y > ''))",
  },
  {
    run: 'SHOW CONSTRAINTS FROM a',
    rows: [
      'a|a_pkey|PRIMARY KEY|PRIMARY KEY (rowid ASC)|t',
      'a|a_x_y_key|UNIQUE|UNIQUE (x ASC, y ASC)|t',
      "a|check_x_y|CHECK|CHECK ((x > 0:::INT8) AND (y > '':::STRING))|t",
      'a|check_y|CHECK|CHECK (length(y) > 1:::INT8)|t',
    ],
  },
  {
    run: 'SELECT DISTINCT index_name FROM [SHOW INDEXES FROM a] ORDER BY 1',
    rows: ['a_pkey', 'a_x_y_key', 'a_y_idx', 'a_y_idx1'],
  },
  { run: 'CREATE TABLE IF NOT EXISTS a (z INT)' },
  { run: 'CREATE TABLE IF NOT EXISTS b (z INT PRIMARY KEY)', sql: 'CREATE TABLE IF NOT EXISTS b (z int8 PRIMARY KEY)' },
  { run: 'CREATE TABLE a (z INT)', fails: ['42P07', /relation "a" already exists/] },

  // Types.
  {
    run: `CREATE TYPE IF NOT EXISTS mood AS ENUM ('sad', 'happy')`,
  },
  { run: `CREATE TYPE IF NOT EXISTS mood AS ENUM ('sad')` },
  {
    run: `CREATE TABLE types (
      id SERIAL PRIMARY KEY, i INTEGER, i2 INT2, i4 INT4, s STRING(10), v VARCHAR(5), b BYTES, j JSON, f FLOAT, r REAL,
      d DEC(10, 2), t TIMESTAMPTZ(3), u UUID DEFAULT gen_random_uuid(), n INET, arr STRING[], m mood DEFAULT 'sad', bi BIT(3), iv INTERVAL)`,
  },
  {
    run: 'SELECT column_name, data_type FROM [SHOW COLUMNS FROM types]',
    rows: [
      'id|INT8',
      'i|INT8',
      'i2|INT2',
      'i4|INT4',
      's|STRING(10)',
      'v|VARCHAR(5)',
      'b|BYTES',
      'j|JSONB',
      'f|FLOAT8',
      'r|FLOAT4',
      'd|DECIMAL(10,2)',
      't|TIMESTAMPTZ(3)',
      'u|UUID',
      'n|INET',
      'arr|STRING[]',
      'm|public.mood',
      'bi|BIT(3)',
      'iv|INTERVAL',
    ],
  },
  { run: "INSERT INTO types (s) VALUES ('x') RETURNING id > 1000000000, u IS NOT NULL, m", rows: ['t|t|sad'] },
  {
    run: "SELECT is_nullable, column_default FROM [SHOW COLUMNS FROM types] WHERE column_name = 'id'",
    rows: ['f|unique_rowid()'],
  },

  // Columns that PostgreSQL does not have.
  {
    run: `CREATE TABLE c (
      id INT PRIMARY KEY, secret INT NOT VISIBLE DEFAULT 1, total DECIMAL AS (price * 2) STORED, price DECIMAL,
      lower_name STRING AS (lower(name)) VIRTUAL, name STRING, updated INT DEFAULT 0 ON UPDATE (1 + 1), g INT GENERATED ALWAYS AS IDENTITY)`,
  },
  { run: "INSERT INTO c (id, price, name) VALUES (1, 1.5, 'ABC') RETURNING *", rows: ['1|3.0|1.5|abc|ABC|0|1'] },
  { run: 'UPDATE c SET price = 2 RETURNING updated, secret', rows: ['2|1'] },
  { run: 'SELECT secret FROM c', rows: ['1'] },

  // Keys and references.
  { run: 'CREATE TABLE p (a INT, b INT, PRIMARY KEY (a ASC, b DESC), UNIQUE INDEX u (b))' },
  {
    run: 'CREATE TABLE q (a INT, b INT, p_b INT REFERENCES dialect.p (b) ON DELETE CASCADE, FOREIGN KEY (a, b) REFERENCES p)',
  },
  {
    run: "SELECT constraint_name, details FROM [SHOW CONSTRAINTS FROM q] WHERE constraint_type = 'FOREIGN KEY'",
    rows: [
      'q_a_b_fkey|FOREIGN KEY (a, b) REFERENCES public.p(a, b)',
      'q_p_b_fkey|FOREIGN KEY (p_b) REFERENCES public.p(b) ON DELETE CASCADE',
    ],
  },
  {
    run: 'SELECT constraint_name, details FROM [SHOW CONSTRAINTS FROM p]',
    rows: ['p_pkey|PRIMARY KEY (a ASC, b DESC)', 'u|UNIQUE (b ASC)'],
  },

  // Families and parameters are kept for SHOW CREATE.
  {
    run: 'CREATE TABLE fam (a INT PRIMARY KEY, b INT, FAMILY f1 (a), FAMILY (b)) WITH (exclude_data_from_backup = true)',
  },
  {
    run: 'SHOW CREATE TABLE fam',
    rows: [
      'fam|CREATE TABLE public.fam (\n\ta INT8 NOT NULL,\n\tb INT8 NULL,\n\tCONSTRAINT fam_pkey PRIMARY KEY (a ASC),\n\tFAMILY f1 (a),\n\tFAMILY fam_1_b (b)\n) WITH (exclude_data_from_backup = true, schema_locked = true);',
    ],
  },

  // Tables from queries.
  { run: "CREATE TABLE copied AS SELECT 1 AS one, 'x' AS word" },
  { run: 'SELECT * FROM copied', columns: ['one:20', 'word:25'], rows: ['1|x'] },
  { run: 'CREATE TABLE IF NOT EXISTS copied2 (n PRIMARY KEY, w) AS SELECT one, word FROM copied' },
  { run: 'SELECT constraint_name FROM [SHOW CONSTRAINTS FROM copied2]', rows: ['copied2_pkey'] },

  // What is not there, says so.
  {
    run: 'CREATE TABLE bad (a INT) LOCALITY GLOBAL',
    fails: ['42P16', 'cannot set LOCALITY on a table in a database that is not multi-region enabled'],
  },
  {
    run: "CREATE TABLE bad (a INT) WITH (ttl_expire_after = '1 day')",
    fails: ['0A000', 'unimplemented: row-level TTL'],
  },
  { run: 'CREATE TABLE bad (a INT) WITH (nonsense = 1)', fails: ['22023', 'invalid storage parameter "nonsense"'] },
  {
    run: 'CREATE TABLE bad (a INT) PARTITION BY LIST (a) (PARTITION p VALUES IN (1))',
    fails: ['42601', 'declared partition columns (a) do not match first 1 columns in index being partitioned (rowid)'],
  },
  { run: 'CREATE TABLE bad (a GEOMETRY)', fails: ['0A000', 'unimplemented: the type GEOMETRY'] },
  {
    run: 'CREATE TABLE bad (a CIDR)',
    fails: ['0A000', 'at or near ")": syntax error: unimplemented: this syntax'],
  },
  { run: 'CREATE TABLE bad (a TSTZRANGE)', fails: ['42704', 'type "tstzrange" does not exist'] },
  { run: `SELECT '1'::xid`, fails: ['42704', 'type "xid" does not exist'] },
  { run: 'CREATE TEMP TABLE bad (a INT)', fails: ['0A000', /temporary tables/] },
  { run: 'CREATE TABLE postgres.public.bad (a INT)', fails: ['0A000', /cross-database/] },
  { run: 'SET default_int_size = 4' },
  { run: 'CREATE TABLE small (a INT, b INT8)' },
  { run: 'SET default_int_size = 8' },
  { run: 'SELECT data_type FROM [SHOW COLUMNS FROM small] WHERE NOT is_hidden', rows: ['INT4', 'INT8'] },
])
