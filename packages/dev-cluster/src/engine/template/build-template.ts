import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ControlConnection } from '../control-connection.js'
import { EngineProcess } from '../engine-process.js'
import { ownTree, removeTree } from '../files/own-tree.js'
import { writeReadable } from '../files/write-readable.js'
import { initdbArguments, runInitdb } from '../initdb.js'
import type { NativeFolder } from '../native-folder.js'
import type { OverlayFile } from '../overlay.js'
import { makeRunFolder } from '../run-folder.js'
import { lendFolder, type RunUser } from '../run-user.js'
import { postgresqlConf } from '../settings.js'
import { DATABASES_FILE, FOLDERS_FILE, KEY_FILE, TEMPLATE1_FOLDER } from './unpack-template.js'

/** Whoever has a system privilege is a member of its role, which nobody sees. */
const systemPrivilegeRoles = ['viewactivity', 'viewactivityredacted', 'cancelquery', 'controljob', 'viewjob'].map(
  name => `crdb_internal.${name}`,
)

/** Which role owns what every cluster has; `root` is no superuser, and that closes the engine's ways to files and programs. */
const roles = [
  'CREATE ROLE admin NOLOGIN',
  'CREATE ROLE root LOGIN CREATEDB CREATEROLE',
  'GRANT admin TO root WITH ADMIN OPTION',
  ...systemPrivilegeRoles.flatMap(role => [
    `CREATE ROLE "${role}" NOLOGIN`,
    `GRANT "${role}" TO root, admin WITH ADMIN OPTION`,
  ]),
]

const names = ['defaultdb', 'postgres', 'system']

/**
 * The databases of a new cluster are written into the catalog as CREATE DATABASE would, but without their folders: those are
 * copied from template1's where the template is unpacked. Nothing in template1 belongs to a role or is granted to one, or CREATE
 * DATABASE would copy that as well (createdb() in dbcommands.c). template0, an empty database that nobody can change, would only
 * make the copies larger.
 */
const databases = [
  'DROP DATABASE postgres',
  'ALTER DATABASE template0 IS_TEMPLATE false',
  'DROP DATABASE template0',
  `INSERT INTO pg_database SELECT (new).* FROM pg_database AS old, unnest(ARRAY[${names.map(name => `'${name}'`).join(', ')}]) AS name,
    LATERAL jsonb_populate_record(old, jsonb_build_object('oid', pg_nextoid('pg_database', 'oid', 'pg_database_oid_index'),
      'datname', name, 'datistemplate', false, 'datacl', NULL)) AS new WHERE old.datname = 'template1'`,
  ...names.map(name => `ALTER DATABASE ${name} OWNER TO root`),
]

/** What the template is made of, beside the engine and the overlay. */
export const templateInputs: readonly unknown[] = [initdbArguments, roles, databases]

export interface BuildOptions {
  readonly key: string
  readonly overlay: readonly OverlayFile[]
  readonly native: NativeFolder
  readonly user: RunUser | undefined
}

/**
 * Makes a template's data folder, `data` in a folder that is lent to PostgreSQL's user. It is not when the template is done.
 *
 * @throws {DevClusterError} `CERCI_TEMPLATE_BUILD`
 */
export async function buildTemplate(folder: string, options: BuildOptions): Promise<void> {
  const data = join(folder, 'data')
  await runInitdb(options.native.folder, data, options.user)
  const { numbers, lastSegment } = await fillDatabases(data, options)
  await ownTree(folder)
  await removeSpareSegments(join(data, 'pg_wal'), lastSegment)
  await slim(data)
  await writeReadable(join(data, DATABASES_FILE), numbers.map(oid => `${oid}\n`).join(''))
  await writeReadable(join(data, KEY_FILE), `${options.key}\n`)
}

interface Filled {
  /** The numbers of all databases but template1. */
  readonly numbers: readonly string[]
  /** The segment of the log that is in use. */
  readonly lastSegment: string
}

async function fillDatabases(data: string, { overlay, native, user }: BuildOptions): Promise<Filled> {
  const { folder, socketPath } = makeRunFolder(user, data)
  const configFile = join(folder, 'postgresql.conf')
  // Autovacuum would connect to databases that have no folder yet.
  const settings = `${postgresqlConf({ durable: false, socketFolder: folder })}autovacuum = off\n`
  await writeReadable(configFile, settings)
  await lendFolder(folder, user)
  const server = new EngineProcess({ native: native.folder, data, configFile, user, stop: 'fast' })
  try {
    await server.ready()
    const connection = await ControlConnection.open({ socketPath, database: 'template1' })
    try {
      for (const statement of roles) await connection.query(statement)
      for (const file of overlay) await runOverlay(connection, file)
      for (const statement of databases) await connection.query(statement)
      const rows = await connection.query("SELECT oid FROM pg_database WHERE datname <> 'template1' ORDER BY oid")
      const [{ segment } = {}] = await connection.query('SELECT pg_walfile_name(pg_current_wal_lsn()) AS segment')
      return { numbers: rows.map(({ oid }) => String(oid)), lastSegment: segment ?? '' }
    } finally {
      await connection.close()
    }
  } finally {
    await server.stop()
    await removeTree(folder)
  }
}

async function runOverlay(connection: ControlConnection, { name, sql }: OverlayFile): Promise<void> {
  try {
    await connection.run(sql)
  } catch (cause) {
    throw new Error(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/**
 * Segments after the one in use, and after the next, which the shutdown may have begun, are files that PostgreSQL keeps
 * for later; it makes new ones as it needs them.
 */
async function removeSpareSegments(folder: string, last: string): Promise<void> {
  const later = (await readdir(folder)).filter(name => /^[0-9A-F]{24}$/.test(name) && name > last).toSorted()
  await Promise.all(later.slice(1).map(name => rm(join(folder, name))))
}

/**
 * Each start, and each database, costs as much as there are files to copy. Maps of free space and of visible pages PostgreSQL
 * makes again as it needs them (manual, 66.3 and 66.4), and the caches of its catalog it removes at each start.
 */
async function slim(data: string): Promise<void> {
  for (const folder of ['global', TEMPLATE1_FOLDER]) {
    const spared = (await readdir(join(data, folder))).filter(name => /_(fsm|vm)$|^pg_internal\.init$/.test(name))
    await Promise.all(spared.map(name => rm(join(data, folder, name))))
  }
  await rm(join(data, 'postmaster.opts'))
  const folders = await emptyFolders(data, '')
  await writeReadable(join(data, FOLDERS_FILE), folders.map(folder => `${folder}\n`).join(''))
}

async function emptyFolders(data: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(data, folder), { withFileTypes: true })
  if (entries.length === 0) return [folder]
  const inner = entries.filter(entry => entry.isDirectory()).map(({ name }) => emptyFolders(data, join(folder, name)))
  return (await Promise.all(inner)).flat()
}
