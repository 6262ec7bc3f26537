import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sessionCluster } from '../session/session-cluster.js'

const cluster = await sessionCluster()
let root: Client
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cerci-host-'))
  writeFileSync(join(folder, 'secret'), 'the secret of this machine', { mode: 0o644 })
})
beforeEach(async () => {
  root = await cluster.connect()
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Ways from SQL to files, programs, libraries, networks and the engine's settings; FOLDER is one that the engine could reach. */
const attacks = [
  `COPY loot FROM PROGRAM 'cat FOLDER/secret'`,
  `COPY loot TO PROGRAM 'tee FOLDER/loot'`,
  `COPY loot FROM 'FOLDER/secret'`,
  `COPY loot TO 'FOLDER/loot'`,
  `COPY (SELECT 1) TO 'FOLDER/loot'`,
  `SELECT pg_read_file('FOLDER/secret')`,
  `SELECT pg_catalog.pg_read_file('FOLDER/secret')`,
  `SELECT pg_read_binary_file('FOLDER/secret')`,
  `SELECT pg_ls_dir('FOLDER')`,
  `SELECT pg_stat_file('FOLDER/secret')`,
  `SELECT pg_ls_logdir()`,
  `SELECT pg_ls_tmpdir()`,
  `SELECT pg_ls_waldir()`,
  `SELECT lo_import('FOLDER/secret')`,
  `SELECT lo_export(1, 'FOLDER/loot')`,
  `SELECT lo_from_bytea(0, 'x')`,
  `SELECT lo_create(0)`,
  `CREATE FUNCTION evil(text) RETURNS int LANGUAGE c AS 'libc.so.6', 'system'`,
  `CREATE FUNCTION evil() RETURNS int LANGUAGE internal AS 'pg_reload_conf'`,
  `CREATE OR REPLACE FUNCTION evil(text) RETURNS int AS 'libc.so.6', 'system' LANGUAGE C STRICT`,
  `CREATE LANGUAGE plperlu`,
  `CREATE EXTENSION dblink`,
  `CREATE EXTENSION file_fdw`,
  `CREATE EXTENSION adminpack`,
  `CREATE EXTENSION plpython3u`,
  `CREATE EXTENSION IF NOT EXISTS postgres_fdw`,
  `ALTER EXTENSION plpgsql UPDATE`,
  `LOAD 'FOLDER/evil.so'`,
  `ALTER SYSTEM SET archive_command = 'touch FOLDER/loot'`,
  `ALTER SYSTEM RESET ALL`,
  `ALTER DATABASE defaultdb SET session_preload_libraries = 'evil'`,
  `ALTER ROLE root SET session_preload_libraries = 'evil'`,
  `ALTER ROLE ALL SET shared_preload_libraries = 'evil'`,
  `SET session_preload_libraries = 'evil'`,
  `SET dynamic_library_path = 'FOLDER'`,
  `SET archive_command = 'touch FOLDER/loot'`,
  `SET log_directory = 'FOLDER'`,
  `SET ssl_passphrase_command = 'touch FOLDER/loot'`,
  `SET allow_system_table_mods = on`,
  `SET jit_provider = 'FOLDER/evil'`,
  `SET temp_tablespaces = 'evil'`,
  `SET session_replication_role = replica`,
  `SELECT set_config('dynamic_library_path', 'FOLDER', false)`,
  `SELECT set_config('session_preload_libraries', 'evil', false)`,
  `SELECT pg_catalog.set_config('allow_system_table_mods', 'on', false)`,
  `CREATE TABLESPACE evil LOCATION 'FOLDER'`,
  `CREATE SERVER evil FOREIGN DATA WRAPPER file_fdw`,
  `CREATE FOREIGN DATA WRAPPER evil`,
  `CREATE SUBSCRIPTION evil CONNECTION 'host=127.0.0.1' PUBLICATION p`,
  `CREATE EVENT TRIGGER evil ON ddl_command_end EXECUTE FUNCTION crdb_internal.cerci_refuse_extension()`,
  `SET SESSION AUTHORIZATION cerci`,
  `SET ROLE cerci`,
  `SET ROLE pg_execute_server_program`,
  `GRANT pg_execute_server_program TO root`,
  `GRANT pg_read_server_files TO root`,
  `ALTER ROLE root SUPERUSER`,
  `CREATE ROLE evil SUPERUSER`,
  `ALTER ROLE cerci PASSWORD 'mine'`,
  `SELECT pg_reload_conf()`,
  `SELECT pg_rotate_logfile()`,
  `SELECT pg_terminate_backend(pg_backend_pid())`,
  `SELECT * FROM pg_authid`,
  `SELECT * FROM pg_shadow`,
  `SELECT rolpassword FROM pg_catalog.pg_authid`,
  `UPDATE pg_authid SET rolsuper = true`,
  `UPDATE pg_catalog.pg_proc SET prosecdef = true WHERE proname = 'pg_read_file'`,
  `INSERT INTO pg_catalog.pg_auth_members VALUES (1, 2, 3, 4, true, true, true)`,
].map(attack => attack.replaceAll('FOLDER', folderName()))

function folderName(): string {
  return join(tmpdir(), 'PLACE')
}

const place = (attack: string) => attack.replaceAll(folderName(), folder)
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

/** The same, as a client may send it. */
const routes: readonly (readonly [name: string, send: (attack: string) => Promise<unknown>])[] = [
  ['simple', attack => root.query(attack)],
  ['extended', attack => root.query({ name: '', text: attack, values: [] })],
  ['prepared', attack => root.query({ name: 'attack', text: attack })],
  ['after another statement', attack => root.query(`SELECT 1; ${attack}`)],
  ['DO', attack => root.query(`DO $do$ BEGIN EXECUTE ${literal(attack)}; END $do$`)],
  [
    'a function',
    async attack => {
      await root.query(
        `CREATE OR REPLACE FUNCTION run_it(sql text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE sql; END $f$`,
      )
      await root.query('SELECT run_it($1)', [attack])
    },
  ],
  [
    'a function of its owner’s rights',
    async attack => {
      await root.query(
        `CREATE OR REPLACE FUNCTION run_as_owner(sql text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $f$ BEGIN EXECUTE sql; END $f$`,
      )
      await root.query('SELECT run_as_owner($1)', [attack])
    },
  ],
  ['PREPARE', attack => root.query(`PREPARE p AS ${attack}`).then(() => root.query('EXECUTE p'))],
  ['query_to_xml', attack => root.query(`SELECT query_to_xml(${literal(attack)}, true, true, '')`)],
]

async function withinReach(): Promise<{ superusers: unknown; databases: unknown }> {
  const superusers = await cluster.engine.query('defaultdb', `SELECT rolname FROM pg_roles WHERE rolsuper`)
  const databases = await cluster.engine.query('defaultdb', 'SELECT setconfig FROM pg_db_role_setting')
  return { superusers, databases }
}

describe.each(routes)('by way of %s', (_name, send) => {
  test('no path leads from SQL to the host', async () => {
    await root.query('CREATE TABLE IF NOT EXISTS loot (line text)')
    const before = await withinReach()
    const succeeded: string[] = []
    for (const attack of attacks.map(place)) {
      const outcome = await send(attack).then(
        () => 'succeeded',
        (error: unknown) => error,
      )
      const told = String(Object(outcome).message)
      if (outcome === 'succeeded' || told.includes('the secret of this machine')) succeeded.push(attack)
    }
    expect(succeeded).toEqual([])
    expect(existsSync(join(folder, 'loot'))).toBe(false)
    expect((await root.query('SELECT count(*) AS n FROM loot')).rows).toEqual([{ n: '0' }])
    expect(await withinReach()).toEqual(before)
  })
})

test('a library that a role or a database is to load is not', async () => {
  // PostgreSQL leaves this setting to everybody, and reads it when a connection begins.
  const settings = ['ALTER ROLE root', 'ALTER DATABASE defaultdb', 'ALTER DATABASE system']
  for (const setting of settings) {
    await expect(root.query(`${setting} SET local_preload_libraries = 'evil'`)).rejects.toThrow(
      'local_preload_libraries',
    )
    await root.query(`DO $do$ BEGIN EXECUTE $e$${setting} SET local_preload_libraries = 'evil'$e$; END $do$`)
  }
  const another = await cluster.connect()
  expect((await another.query('SELECT 1 AS x')).rows).toEqual([{ x: '1' }])
  await Promise.all(['defaultdb', 'system'].map(database => cluster.engine.release(database)))
  for (const database of ['defaultdb', 'system'])
    expect(await cluster.engine.query(database, 'SHOW local_preload_libraries')).toEqual([
      { local_preload_libraries: '' },
    ])
  for (const setting of settings)
    await root.query(`DO $do$ BEGIN EXECUTE $e$${setting} RESET local_preload_libraries$e$; END $do$`)
})

describe('the overlay’s functions with the engine’s rights', () => {
  test('run nothing of the caller’s', async () => {
    await root.query(`CREATE SCHEMA trap`)
    await root.query(`
      CREATE FUNCTION trap.jsonb_strip_nulls(jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER ROLE root SUPERUSER'; RETURN $1; END $$;
      CREATE FUNCTION trap.pg_has_role(name, oid, text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER ROLE root SUPERUSER'; RETURN true; END $$;
      CREATE FUNCTION trap.format(text, regclass) RETURNS text LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER ROLE root SUPERUSER'; RETURN ''; END $$`)
    await root.query('SET search_path = trap, public')
    await root.query('CREATE TABLE lure (id INT PRIMARY KEY, hidden INT NOT VISIBLE, INDEX (hidden))')
    await root.query('ALTER TABLE lure ADD COLUMN more INT NOT VISIBLE')
    await root.query('DROP TABLE lure')
    expect(await cluster.engine.query('defaultdb', 'SELECT rolname FROM pg_roles WHERE rolsuper')).toEqual([
      { rolname: 'cerci' },
    ])
  })

  test('take no SQL of the caller’s in names, types and texts', async () => {
    const evil = `x', true); ALTER ROLE root SUPERUSER; --`
    await root.query(`CREATE TABLE "${evil}" ("${evil}" STRING NOT VISIBLE DEFAULT 'a')`)
    await root.query(`COMMENT ON TABLE "${evil}" IS '${evil.replaceAll("'", "''")}'`)
    await root.query(`SHOW CREATE TABLE "${evil}"`)
    await root.query(`DROP TABLE "${evil}"`)
    expect(await cluster.engine.query('defaultdb', 'SELECT rolname FROM pg_roles WHERE rolsuper')).toEqual([
      { rolname: 'cerci' },
    ])
  })
})
