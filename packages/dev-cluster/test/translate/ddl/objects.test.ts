import { expect, test } from 'vitest'
import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()

testStatements(session, [
  { run: 'CREATE TABLE t (id INT PRIMARY KEY, a STRING)' },
  { run: 'CREATE VIEW v AS SELECT id, 1 AS one FROM t', sql: 'CREATE VIEW v AS SELECT id, 1::int8 AS one FROM t' },
  { run: 'CREATE VIEW IF NOT EXISTS v AS SELECT 2' },
  { run: 'CREATE OR REPLACE VIEW dialect.public.v AS SELECT id, 2 AS one FROM t' },
  { run: 'CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT count(*) AS n FROM t' },
  { run: 'REFRESH MATERIALIZED VIEW m', sql: 'same' },
  { run: 'CREATE TABLE bare (x INT)' },
  { run: 'CREATE VIEW all_of_bare AS SELECT * FROM bare' },
  { run: 'SELECT * FROM all_of_bare', columns: ['x:20'] },
  {
    run: 'CREATE SEQUENCE s INCREMENT 2 START 10 PER NODE CACHE 5',
    sql: 'CREATE SEQUENCE s INCREMENT 2 START 10 CACHE 5',
  },
  { run: "SELECT nextval('s'), nextval('s')", columns: ['nextval:20', 'nextval:20'], rows: ['10|12'] },
  { run: 'CREATE SCHEMA IF NOT EXISTS dialect.app', sql: 'CREATE SCHEMA IF NOT EXISTS app' },
  { run: 'CREATE TABLE app.t (id INT PRIMARY KEY)' },
  { run: 'SHOW TABLES FROM app', rows: ['app|t|table|root|0|NULL'] },
  { run: 'SHOW TABLES FROM nowhere', fails: ['3F000', 'target database or schema does not exist'] },
  { run: 'SHOW ENUMS FROM dialect.nowhere', fails: ['3F000', 'target database or schema does not exist'] },
  { run: 'SHOW TABLES FROM dialect.app', rows: ['app|t|table|root|0|NULL'] },
  { run: "COMMENT ON TABLE dialect.public.t IS 'things'", sql: "COMMENT ON TABLE public.t IS 'things'" },
  { run: "COMMENT ON COLUMN t.a IS 'a'", sql: 'same' },
  { run: "SELECT comment FROM [SHOW TABLES FROM public WITH COMMENT] WHERE table_name = 't'", rows: ['things'] },
  { run: 'TRUNCATE TABLE dialect.t', sql: 'TRUNCATE TABLE public.t' },
  { run: 'CREATE STATISTICS stats ON a FROM t', sql: 'ANALYZE t (a)' },
  { run: 'ANALYZE t', sql: 'same' },
  { run: "CREATE TYPE color AS ENUM ('red')" },
  { run: "ALTER TYPE color ADD VALUE 'blue' BEFORE 'red'", sql: 'same' },
  { run: 'SHOW ENUMS', rows: ['public|color|{blue,red}|root'] },
  { run: "ALTER TYPE dialect.public.color ADD VALUE 'green'" },
  {
    run: "CREATE TABLE colored (id INT PRIMARY KEY, c color NOT NULL DEFAULT 'red', many color[], INDEX (c), CHECK (id > 0))",
  },
  { run: "INSERT INTO colored VALUES (1, 'blue', '{red,blue}'), (2, DEFAULT, NULL)" },
  { run: "ALTER TYPE color DROP VALUE 'green'" },
  { run: 'SHOW ENUMS', rows: ['public|color|{blue,red}|root'] },
  { run: "SELECT * FROM colored WHERE c = 'blue'", rows: ['1|blue|{red,blue}'] },
  { run: 'INSERT INTO colored (id) VALUES (3) RETURNING c', rows: ['red'] },
  { run: "INSERT INTO colored (id, c) VALUES (4, 'green')", fails: ['22P02', /invalid input value for enum/] },
  { run: "ALTER TYPE color DROP VALUE 'green'", fails: ['42704', 'enum value "green" does not exist'] },
  {
    run: "ALTER TYPE public.color DROP VALUE 'blue'",
    fails: ['2BP01', 'could not remove enum value "blue" as it is being used by "colored"'],
  },
  { run: 'DELETE FROM colored WHERE true' },
  { run: "ALTER TYPE color DROP VALUE 'red'", fails: ['2BP01', /in a default expression of "colored"/] },
  { run: "ALTER TYPE color DROP VALUE 'blue'" },
  { run: 'SHOW ENUMS', rows: ['public|color|{red}|root'] },
  { run: 'DROP TABLE colored' },
  { run: 'CREATE TYPE pair AS (a INT, b STRING)', sql: 'CREATE TYPE pair AS (a int8, b text)' },
  { run: 'DROP TYPE pair, public.color' },
  { run: 'DROP VIEW IF EXISTS v, all_of_bare' },
  { run: 'DROP TABLE IF EXISTS databases, tables' },
  { run: 'DROP TABLE dialect.public.t CASCADE', sql: 'DROP TABLE public.t CASCADE' },
  { run: 'DROP SEQUENCE s' },
  { run: 'DROP SCHEMA app CASCADE' },
  { run: 'DROP TABLE missing', fails: ['42P01', /missing/] },

  // A database and a schema of one name: the schema is meant, once there is one.
  { run: "CREATE TYPE dialect.shade AS ENUM ('dark')", sql: "CREATE TYPE public.shade AS ENUM ('dark')" },
  { run: 'CREATE TABLE shaded (id INT PRIMARY KEY, s dialect.shade)' },
  { run: 'DROP TABLE dialect.shaded', sql: 'DROP TABLE public.shaded' },
  { run: 'CREATE SCHEMA dialect' },
  { run: "CREATE TYPE dialect.shade AS ENUM ('light')", sql: 'same' },
  { run: 'CREATE TABLE dialect.shaded (id INT PRIMARY KEY, s dialect.shade)' },
  { run: "INSERT INTO dialect.shaded VALUES (1, 'light') RETURNING s", rows: ['light'] },
  { run: 'SELECT s FROM dialect.dialect.shaded', rows: ['light'] },
  { run: 'DROP SCHEMA dialect CASCADE' },
  { run: 'DROP TYPE dialect.shade', sql: 'DROP TYPE public.shade' },

  { run: 'CREATE FUNCTION add(a INT, b INT) RETURNS INT IMMUTABLE LEAKPROOF LANGUAGE SQL AS $$ SELECT a + b $$' },
  {
    run: "CREATE OR REPLACE FUNCTION newest() RETURNS INT LANGUAGE SQL AS 'SELECT x FROM bare ORDER BY x DESC LIMIT 1'",
  },
  { run: 'INSERT INTO bare VALUES (NULL), (7), (5)' },
  { run: 'SELECT newest()', rows: ['7'] },
  {
    run: 'CREATE FUNCTION twice(n INT) RETURNS STRING LANGUAGE PLpgSQL AS $$ DECLARE s STRING := n::STRING; BEGIN RETURN s || s; END $$',
  },
  { run: 'SELECT twice(4)', rows: ['44'] },
  { run: 'SELECT add(1, 2)', columns: ['add:20'], rows: ['3'] },
  { run: 'DROP FUNCTION add(INT, INT)', sql: 'DROP FUNCTION add(int8, int8)' },
  { run: 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"' },
  { run: 'CREATE EXTENSION pg_stat_statements', fails: ['0A000', 'unimplemented: extension "pg_stat_statements"'] },

  { run: "CREATE USER IF NOT EXISTS max WITH PASSWORD 'x' CREATEDB" },
  { run: 'CREATE USER IF NOT EXISTS max' },
  { run: 'CREATE ROLE readers WITH LOGIN' },
  { run: 'GRANT readers TO max WITH ADMIN OPTION' },
  {
    run: "SELECT username, options, member_of FROM [SHOW USERS] WHERE username = 'max'",
    rows: ['max|{CREATEDB}|{readers}'],
  },
  { run: 'GRANT SELECT, INSERT ON TABLE bare TO max' },
  { run: 'GRANT ALL ON DATABASE dialect TO readers' },
  { run: 'GRANT SELECT ON * TO readers' },
  { run: 'SELECT privilege_type FROM [SHOW GRANTS ON TABLE bare FOR max]', rows: ['INSERT', 'SELECT'] },
  { run: 'REVOKE INSERT ON bare FROM max' },
  {
    run: 'GRANT ZONECONFIG ON TABLE bare TO max',
    fails: ['0A000', 'unimplemented: the privilege ZONECONFIG on a table'],
  },
  { run: 'CREATE USER x WITH CONTROLCHANGEFEED', fails: ['0A000', 'unimplemented: the role option CONTROLCHANGEFEED'] },
  { run: 'REVOKE ALL ON DATABASE dialect FROM readers' },
  { run: 'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM readers, max' },
  { run: 'ALTER USER max WITH PASSWORD NULL' },
  { run: 'ALTER USER max SET distsql = off', sql: "ALTER ROLE max SET crdb.distsql = 'off'" },
  {
    run: 'ALTER ROLE max IN DATABASE dialect SET search_path = app, public',
    sql: 'ALTER ROLE max IN DATABASE dialect SET search_path = app, public, crdb_internal, pg_catalog',
  },
  { run: 'ALTER ROLE max RESET distsql', sql: 'ALTER ROLE max RESET crdb.distsql' },
  { run: 'ALTER ROLE max IN DATABASE dialect RESET ALL' },
  { run: 'ALTER ROLE max SET nonsense = 1', fails: ['42704', /nonsense/] },
  { run: 'ALTER ROLE ALL SET distsql = off', fails: ['0A000', 'unimplemented: ALTER ROLE ALL SET'] },
  { run: 'ALTER DATABASE dialect SET distsql = off', sql: "ALTER DATABASE dialect SET crdb.distsql = 'off'" },
  { run: 'ALTER DATABASE dialect RESET distsql' },
  { run: 'ALTER DATABASE dialect OWNER TO root', sql: 'same' },
  { run: 'DROP USER IF EXISTS max, readers, nobody' },

  { run: 'CREATE DATABASE IF NOT EXISTS dialect' },
  { run: "CREATE DATABASE one ENCODING 'latin1'", fails: ['0A000', /ENCODING/] },
  { run: 'DROP DATABASE missing', fails: ['3D000', 'database "missing" does not exist'] },
  { run: 'DROP DATABASE IF EXISTS missing CASCADE' },
  { run: 'SET sql_safe_updates = on' },
  {
    run: 'DROP DATABASE dialect CASCADE',
    fails: ['01000', 'rejected (sql_safe_updates = true): DROP DATABASE on current database'],
  },
  {
    run: 'ALTER TABLE bare DROP COLUMN x',
    fails: ['01000', /ALTER TABLE DROP COLUMN will remove all data in that column/],
  },
  { run: 'RESET sql_safe_updates' },

  { run: 'LISTEN x', fails: ['0A000', 'unimplemented: LISTEN is not supported'] },
  { run: 'VACUUM', fails: ['0A000', /VACUUM/] },
  { run: "BACKUP INTO 'nodelocal://1/x'", fails: ['0A000', 'unimplemented: BACKUP'] },
  { run: 'CREATE RULE r AS ON SELECT TO t DO INSTEAD NOTHING', fails: ['0A000', /CREATE RULE/] },
  { run: "COPY t FROM '/etc/passwd'", fails: ['0A000', /COPY with a file/] },
  { run: "COPY t FROM PROGRAM 'id'", fails: ['0A000', /COPY with a file/] },
])

test('CREATE and DROP DATABASE tell the session', async () => {
  const [create] = await session().translate('CREATE DATABASE other OWNER root')
  expect(create).toMatchObject({ kind: 'ddl', tag: 'CREATE DATABASE', effect: { createDatabase: 'other' } })
  const [drop] = await session().translate('DROP DATABASE defaultdb')
  expect(drop).toMatchObject({
    kind: 'ddl',
    effect: { dropDatabase: 'defaultdb' },
    sql: 'DROP DATABASE defaultdb WITH (FORCE)',
  })
})

test('COPY of a table with a hidden column names the others', async () => {
  expect(await session().sql('COPY bare FROM STDIN')).toBe('COPY bare (x) FROM STDIN')
  expect((await session().translate('COPY bare FROM STDIN'))[0]?.kind).toBe('copy-in')
  expect((await session().translate('COPY (SELECT 1) TO STDOUT'))[0]?.kind).toBe('copy-out')
})
