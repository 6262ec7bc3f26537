import type { Client } from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { engineUnderTest } from './sql-user.js'

const { engine, connect } = engineUnderTest()
let root: Client
beforeAll(async () => {
  root = await connect()
  await root.query('CREATE TABLE loot (line text)')
})

describe('no path from a SQL user to the host or to more rights', () => {
  test.each([
    [`COPY loot FROM PROGRAM 'id'`],
    [`COPY loot TO PROGRAM 'cat'`],
    [`COPY loot FROM '/etc/passwd'`],
    [`COPY loot TO '/tmp/loot'`],
    [`SELECT pg_read_file('/etc/passwd')`],
    [`SELECT pg_read_binary_file('/etc/passwd')`],
    [`SELECT pg_ls_dir('/')`],
    [`SELECT pg_stat_file('/etc/passwd')`],
    ['SELECT pg_ls_logdir()'],
    ['SELECT pg_ls_waldir()'],
    ['SELECT pg_current_logfile()'],
    ['SELECT * FROM pg_hba_file_rules'],
    ['SELECT * FROM pg_file_settings'],
    ['SELECT * FROM pg_authid'],
    ['SELECT * FROM pg_config'],
    [`SELECT lo_import('/etc/passwd')`],
    [`SELECT lo_export(1, '/tmp/loot')`],
    [`SELECT lo_from_bytea(0, 'x')`],
    [`CREATE FUNCTION run() RETURNS int LANGUAGE c AS '/lib/libc.so.6', 'system'`],
    [`CREATE FUNCTION run() RETURNS int LANGUAGE internal AS 'pg_reload_conf'`],
    ['CREATE LANGUAGE plpython3u'],
    ['CREATE EXTENSION plperl'],
    ['CREATE EXTENSION plpython3u'],
    ['CREATE EXTENSION dblink'],
    ['CREATE EXTENSION postgres_fdw'],
    ['CREATE EXTENSION file_fdw'],
    ['DROP EXTENSION pgcrypto'],
    [`DO $$ BEGIN EXECUTE 'CREATE EXTENSION pltcl'; END $$`],
    [`LOAD '/tmp/evil.so'`],
    [`ALTER SYSTEM SET archive_command = 'id'`],
    [`SET session_preload_libraries = 'evil'`],
    [`SET log_statement = 'all'`],
    ['SET event_triggers = off'],
    ['SET SESSION AUTHORIZATION cerci'],
    ['SET ROLE cerci'],
    ['SET ROLE pg_execute_server_program'],
    ['ALTER ROLE root SUPERUSER'],
    ['CREATE ROLE evil SUPERUSER'],
    ['CREATE ROLE evil REPLICATION'],
    ['GRANT pg_execute_server_program TO root'],
    ['GRANT pg_read_server_files TO root'],
    ['GRANT cerci TO root'],
    [`ALTER ROLE cerci PASSWORD 'mine'`],
    [`CREATE TABLESPACE evil LOCATION '/tmp'`],
    [`CREATE SERVER evil FOREIGN DATA WRAPPER file_fdw`],
    [`CREATE SUBSCRIPTION evil CONNECTION 'host=evil' PUBLICATION x`],
    [`CREATE EVENT TRIGGER evil ON ddl_command_start EXECUTE FUNCTION crdb_internal.cerci_refuse_extension()`],
    ['DROP EVENT TRIGGER cerci_refuse_extension'],
    ['ALTER EVENT TRIGGER cerci_refuse_extension DISABLE'],
    ['SELECT pg_terminate_backend(pg_backend_pid())'],
    ['SELECT pg_cancel_backend(pg_backend_pid())'],
    ['SELECT pg_reload_conf()'],
    [`UPDATE pg_authid SET rolsuper = true`],
    [`INSERT INTO pg_seclabel VALUES (1, 1, 0, 'cerci', '{}')`],
  ])('%s', async statement => {
    await expect(root.query(statement)).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|42704|0A000|22023|58P01|42710)$/),
    })
    expect((await root.query(`SELECT count(*) AS n FROM pg_roles WHERE rolsuper AND rolname <> 'cerci'`)).rows).toEqual(
      [{ n: '0' }],
    )
  })

  test('no role but the engine’s is superuser or in a role that reaches the host', async () => {
    const rows = await engine().query(
      'defaultdb',
      `SELECT r.rolname FROM pg_roles r WHERE r.rolname NOT LIKE 'pg\\_%' AND r.rolname <> 'cerci' AND (r.rolsuper OR r.rolreplication OR r.rolbypassrls
         OR EXISTS (SELECT FROM pg_roles g WHERE g.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
           AND pg_has_role(r.oid, g.oid, 'MEMBER')))`,
    )
    expect(rows).toEqual([])
  })
})

describe('the overlay is the engine’s', () => {
  test.each([
    ['CREATE FUNCTION crdb_internal.mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'],
    ['CREATE OR REPLACE FUNCTION crdb_internal.node_id() RETURNS int8 LANGUAGE sql AS $$ SELECT 9::int8 $$'],
    ['CREATE TABLE crdb_internal.mine (id int8)'],
    ['DROP SCHEMA crdb_internal CASCADE'],
    [`SELECT crdb_internal.cerci_set_properties('loot', 0, '{}')`],
    [`CALL crdb_internal.cerci_create_operator('int8', '/', 'int8', 'cerci_divide')`],
  ])('%s', async statement => {
    await expect(root.query(statement)).rejects.toMatchObject({ code: '42501' })
  })

  test('only owners record facts about their tables', async () => {
    await root.query('CREATE ROLE eve LOGIN')
    const eve = await connect({ user: 'eve' })
    await expect(eve.query(`SELECT cerci_set_column('loot', 'line', true, NULL, NULL)`)).rejects.toMatchObject({
      code: '42501',
    })
    await expect(eve.query(`SELECT cerci_set_relation('loot', '{"locality": "GLOBAL"}')`)).rejects.toMatchObject({
      code: '42501',
    })
    await expect(eve.query(`SELECT cerci_set_column('pg_class', 'oid', true, NULL, NULL)`)).rejects.toMatchObject({
      code: '42501',
    })
    await expect(eve.query(`SELECT cerci_set_database('defaultdb', '{}')`)).rejects.toMatchObject({ code: '42501' })
    await expect(eve.query(`SELECT cerci_set_database('missing', '{}')`)).rejects.toMatchObject({ code: '3D000' })
    await root.query('CREATE TABLE IF NOT EXISTS keyed (id int8 PRIMARY KEY)')
    for (const relation of ['keyed_pkey', 'keyed', 'pg_class', 'pg_class_oid_index']) {
      await expect(
        eve.query(`SELECT cerci_record_split('${relation}', '\\x89', '/1', now()::timestamp)`),
      ).rejects.toMatchObject({
        code: '42501',
      })
    }
    await root.query(`SELECT cerci_set_column('loot', 'line', true, NULL, NULL)`)
    expect((await eve.query('SELECT count(*) AS n FROM cerci_columns')).rows).toEqual([{ n: '1' }])
  })

  test('functions with the engine’s rights have a pinned search path, and are few', async () => {
    const rows = await engine().query(
      'defaultdb',
      `SELECT p.proname, p.proconfig::text FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'crdb_internal'::regnamespace ORDER BY 1`,
    )
    expect(rows).toEqual(
      [
        'cerci_record_split',
        'cerci_set_column',
        'cerci_set_database',
        'cerci_set_properties',
        'cerci_set_relation',
      ].map(proname => ({
        proname,
        proconfig: '{"search_path=pg_catalog, pg_temp"}',
      })),
    )
  })

  test('objects of the caller’s own do not run with the engine’s rights', async () => {
    await root.query(`
      CREATE FUNCTION public.format(text, regclass) RETURNS text LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER ROLE root SUPERUSER'; RETURN ''; END $$;
      CREATE FUNCTION public.jsonb_strip_nulls(jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER ROLE root SUPERUSER'; RETURN $1; END $$;
      CREATE TEMP TABLE pg_seclabel (objoid oid)`)
    await root.query(`SELECT cerci_set_relation('loot', '{"locality": "GLOBAL"}')`)
    expect((await root.query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).rows).toEqual([
      { rolsuper: false },
    ])
    await root.query(
      'DROP FUNCTION public.format(text, regclass); DROP FUNCTION public.jsonb_strip_nulls(jsonb); DROP TABLE pg_temp.pg_seclabel',
    )
  })

  test('the template cannot be entered', async () => {
    await expect(connect({ database: 'template1' })).rejects.toMatchObject({ code: '42501' })
  })
})
