import { expect, test } from 'vitest'
import { testStatements } from '../statement-tests.js'
import { cluster, translateSession } from '../translate-session.js'

const session = translateSession()

testStatements(session, [
  { run: 'SHOW node_id', columns: ['node_id:25'], rows: ['2'] },
  { run: 'SHOW DATABASE', columns: ['database:25'], rows: ['dialect'] },
  { run: 'SHOW LOCALITY', columns: ['locality:25'], rows: ['region=eu-west-1,zone=eu-west-1a'] },
  { run: 'SHOW TIME ZONE', columns: ['timezone:25'], rows: ['UTC'] },
  { run: 'SHOW TRANSACTION ISOLATION LEVEL', columns: ['transaction_isolation:25'], rows: ['serializable'] },
  { run: 'SHOW TRANSACTION PRIORITY', columns: ['transaction_priority:25'], rows: ['normal'] },
  { run: 'SHOW TRANSACTION STATUS', columns: ['TRANSACTION STATUS:25'], rows: ['NoTxn'] },
  { run: 'SHOW server_version', rows: ['13.0.0'] },
  { run: 'SHOW SAVEPOINT STATUS', columns: ['savepoint_name:25', 'is_initial_savepoint:16'], rows: [] },
  { run: 'CREATE TABLE guarded (id INT PRIMARY KEY)' },
  { run: 'CREATE ROLE guard' },
  { run: 'CREATE POLICY own ON guarded FOR SELECT TO guard USING (id > 1)' },
  { run: 'SHOW POLICIES FOR guarded', rows: ['own|SELECT|permissive|{guard}|id > 1:::INT8|'] },
  { run: 'SHOW TRIGGERS FROM guarded', columns: ['trigger_name:25', 'enabled:16'], rows: [] },
  { run: 'GRANT SYSTEM VIEWACTIVITY TO guard' },
  { run: 'SHOW SYSTEM GRANTS', rows: ['guard|VIEWACTIVITY|f'] },
  { run: 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO guard' },
  {
    run: "SELECT object_type, privilege_type, is_grantable FROM [SHOW DEFAULT PRIVILEGES] WHERE grantee = 'guard'",
    rows: ['tables|SELECT|f'],
  },
  { run: 'DECLARE c CURSOR FOR SELECT 1', sql: 'DECLARE c NO SCROLL CURSOR FOR SELECT 1', fails: ['25P01', /./] },
  { run: 'SHOW nonsense', fails: ['42704', 'unrecognized configuration parameter "nonsense"'] },
  { run: 'SHOW crdb.node_id', fails: ['42704', /crdb\.node_id/] },
  { run: "SELECT value FROM [SHOW ALL] WHERE variable = 'distsql'", rows: ['auto'] },
  { run: 'SHOW CLUSTER SETTING kv.rangefeed.enabled', columns: ['kv.rangefeed.enabled:25'], rows: ['false'] },
  {
    run: "SELECT value, setting_type FROM [SHOW CLUSTER SETTINGS] WHERE variable = 'kv.rangefeed.enabled'",
    rows: ['false|b'],
  },
  { run: 'SHOW CLUSTER SETTING no.such', fails: ['42704', /no\.such/] },
  {
    run: 'SHOW REGIONS FROM CLUSTER',
    rows: ['eu-west-1|{eu-west-1a}', 'us-east-1|{us-east-1a}', 'us-west-1|{us-west-1a}'],
  },
  {
    run: 'SHOW REGIONS',
    columns: ['region:25', 'zones:1009', 'database_names:1009', 'primary_region_of:1009', 'secondary_region_of:1009'],
  },

  { run: 'SET distsql = off', sql: "SET crdb.distsql = 'off'" },
  { run: 'SHOW distsql', rows: ['off'] },
  { run: 'RESET distsql', sql: 'RESET crdb.distsql' },
  { run: 'SET enforce_home_region = on', fails: ['0A000', 'unimplemented: enforce_home_region'] },
  { run: 'SET enforce_home_region = off' },
  { run: 'SHOW distsql', rows: ['auto'] },
  { run: "SET statement_timeout = '1m'", sql: "SET statement_timeout = '60000'" },
  { run: 'SHOW statement_timeout', rows: ['60000'] },
  { run: 'SET statement_timeout = DEFAULT' },
  { run: 'SET search_path TO app, "Mixed"', sql: 'SET search_path = app, "Mixed", crdb_internal, pg_catalog' },
  { run: 'SHOW search_path', rows: ['app, "Mixed"'] },
  { run: "SET search_path = ''", rows: [] },
  { run: 'SET search_path = DEFAULT' },
  { run: 'SHOW search_path', rows: ['"$user", public'] },
  { run: "SET TIME ZONE 'America/New_York'" },
  { run: 'SHOW timezone', rows: ['America/New_York'] },
  { run: "SET TIME ZONE INTERVAL '-05:30' HOUR TO MINUTE" },
  { run: "SELECT '2026-01-01 00:00:00+00'::TIMESTAMPTZ::STRING", rows: ['2025-12-31 18:30:00-05:30'] },
  { run: 'SET TIME ZONE -5' },
  { run: 'RESET timezone' },
  { run: "SET application_name = 'my app'" },
  { run: 'SHOW application_name', rows: ['my app'] },
  { run: 'SET app.tenant = 5' },
  { run: "SELECT current_setting('app.tenant')", rows: ['5'] },
  { run: 'SET nonsense = 1', fails: ['42704', 'unrecognized configuration parameter "nonsense"'] },
  { run: 'SET crdb.node_id = 5', fails: ['42704', /crdb\.node_id/] },
  { run: 'SET node_id = 5', fails: ['55P02', /node_id/] },
  { run: 'SET distsql = sideways', fails: ['22023', /distsql/] },
  { run: 'SET enable_implicit_transaction_for_batch_statements = false' },
  { run: 'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED' },
  { run: 'SHOW default_transaction_isolation', rows: ['read committed'] },
  { run: 'SET default_transaction_isolation = snapshot' },
  { run: 'SHOW default_transaction_isolation', rows: ['serializable'] },
  { run: 'SELECT * FROM crdb_internal.session_variables LIMIT 0' },
  { run: 'SELECT 1;  ; SELECT 2', rows: ['2'] },
  { run: 'EXPLAIN SELECT 1 WHERE $1 > 5', values: ['7'], columns: ['info:25'] },
  { run: 'EXPLAIN ANALYZE SELECT 1', columns: ['info:25'] },
  { run: 'SELECT count(*) > 2 FROM [EXPLAIN SELECT 1]', rows: ['t'] },
  { run: 'EXPLAIN (OPT) SELECT 1', fails: ['0A000', 'unimplemented: EXPLAIN (OPT)'] },
  { run: 'EXPLAIN CREATE TABLE t (a INT)', fails: ['0A000', /EXPLAIN of/] },
  {
    run: 'PREPARE p (INT, STRING) AS SELECT $1, $2, 1',
    sql: 'PREPARE p (int8, text) AS SELECT $1, $2, 1::int8 AS "?column?"',
  },
  { run: "EXECUTE p (5, 'x')", columns: ['?column?:20', '?column?:25', '?column?:20'], rows: ['5|x|1'] },
  { run: 'DEALLOCATE p' },
  { run: 'DECLARE c SCROLL CURSOR FOR SELECT 1', fails: ['0A000', 'unimplemented: DECLARE SCROLL CURSOR'] },
  {
    run: 'BEGIN; DECLARE c CURSOR FOR SELECT 1 AS one UNION ALL SELECT NULL ORDER BY one; FETCH 2 FROM c',
    columns: ['one:20'],
    rows: ['NULL', '1'],
  },
  { run: 'COMMIT' },
])

test.each([
  ['BEGIN', { kind: 'begin', sql: 'BEGIN' }],
  [
    'BEGIN PRIORITY HIGH, ISOLATION LEVEL SNAPSHOT',
    {
      kind: 'begin',
      sql: 'BEGIN ISOLATION LEVEL SERIALIZABLE',
      transaction: { priority: 'high', isolation: 'serializable' },
      effect: { set: 'transaction_priority', value: 'high', local: true },
    },
  ],
  [
    "START TRANSACTION READ ONLY AS OF SYSTEM TIME '-10s'",
    { kind: 'begin', sql: 'BEGIN READ ONLY', asOf: { mode: 'exact', time: { microsAgo: 10_000_000 } } },
  ],
  [
    'SET TRANSACTION ISOLATION LEVEL READ COMMITTED',
    { kind: 'set', sql: 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED' },
  ],
  [
    'SET TRANSACTION PRIORITY LOW',
    { kind: 'set', sql: "SET LOCAL crdb.transaction_priority = 'low'", transaction: { priority: 'low' } },
  ],
  ['END', { kind: 'commit', sql: 'COMMIT' }],
  ['ABORT', { kind: 'rollback', sql: 'ROLLBACK' }],
  ['SAVEPOINT "A b"', { kind: 'savepoint', savepoint: 'A b', sql: 'SAVEPOINT "A b"' }],
  ['RELEASE a', { kind: 'release', savepoint: 'a', sql: 'RELEASE SAVEPOINT a' }],
  ['ROLLBACK TO a', { kind: 'rollback-to', savepoint: 'a', sql: 'ROLLBACK TO SAVEPOINT a' }],
  ['USE movr', { kind: 'set', tag: 'SET', effect: { useDatabase: 'movr' } }],
  ["SET database = 'movr'", { effect: { useDatabase: 'movr' } }],
  ['DISCARD ALL', { kind: 'set', sql: 'DISCARD ALL', effect: { reset: 'discard' } }],
  ['RESET ALL', { kind: 'set', effect: { reset: 'all' } }],
  [
    'SET CLUSTER SETTING kv.rangefeed.enabled = true',
    { kind: 'other', tag: 'SET CLUSTER SETTING', effect: { setClusterSetting: 'kv.rangefeed.enabled', value: 'true' } },
  ],
  ["SET CLUSTER SETTING sql.a = '5s'", { effect: { setClusterSetting: 'sql.a', value: '5s' } }],
  ['RESET CLUSTER SETTING sql.a', { effect: { setClusterSetting: 'sql.a', value: 'default' } }],
  ['SELECT 1', { kind: 'read', fingerprint: 'SELECT _' }],
  ['SHOW TABLES', { kind: 'read', tag: 'SHOW' }],
  ['INSERT INTO t VALUES (1, 2)', { kind: 'write', fingerprint: 'INSERT INTO t VALUES (_, __more__)' }],
  ['WITH x AS (DELETE FROM t RETURNING 1) SELECT * FROM x', { kind: 'write' }],
  ['-- nothing', { kind: 'empty', sql: '' }],
])('%s', async (statement, expected) => {
  const translations = await session().translate(statement)
  expect(translations).toHaveLength(1)
  expect(translations[0]).toMatchObject(expected)
})

test('a cluster setting is for root only', async () => {
  const context = await session().context()
  const { Translator } = await import('../../../src/translate/translator.js')
  const other = { ...context, session: { ...context.session, user: 'max' } }
  expect(() => new Translator().translate('SET CLUSTER SETTING a.b = 1', other)).toThrow(
    expect.objectContaining({ code: '42501' }),
  )
  expect(cluster.version).toBe(1)
})
