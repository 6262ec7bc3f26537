import { createHash, randomBytes } from 'node:crypto'
import { chown, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DevClusterError } from '../dev-cluster-error.js'
import { ControlConnection } from './control-connection.js'
import { EngineProcess } from './engine-process.js'
import { initdbArguments, runInitdb } from './initdb.js'
import type { NativeFolder } from './native-folder.js'
import { type OverlayFile, readOverlay } from './overlay.js'
import { makeRunFolder, removeRunFolder } from './run-folder.js'
import type { RunUser } from './run-user.js'
import { postgresqlConf } from './settings.js'

/** Bump when the template is made in another way without any of its inputs changing. */
const FORMAT = 1
const KEPT_TEMPLATES = 4
const BUILD_IS_STALE_MS = 10 * 60_000
const MARKER = 'cerci-template'

/** An initialised data folder that engines start from. */
export interface Template {
  readonly key: string
  readonly data: string
}

export interface TemplateOptions {
  readonly cache: string
  readonly native: NativeFolder
  readonly user: RunUser | undefined
  readonly onProgress?: (step: string) => void
}

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
/** template0, an empty database that nobody can change, would only make the copies larger. */
const databases = [
  'DROP DATABASE postgres',
  'ALTER DATABASE template0 IS_TEMPLATE false',
  'DROP DATABASE template0',
  ...['defaultdb', 'postgres', 'system'].map(
    name => `CREATE DATABASE ${name} OWNER root TEMPLATE template1 STRATEGY file_copy`,
  ),
]

/** The template for this engine and overlay, from the cache, or made now. */
export async function findTemplate(options: TemplateOptions): Promise<Template> {
  const overlay = await readOverlay()
  const template = templateAt(options.cache, keyOf(options.native, overlay))
  if (await isComplete(template)) return template
  options.onProgress?.('preparing PostgreSQL (once)')
  await buildTemplate(template, overlay, options)
  return template
}

/** Removes a template that turned out to be broken. */
export async function discardTemplate(template: Template): Promise<void> {
  await rm(join(template.data, '..'), { recursive: true, force: true })
}

/** The key that a data folder was made with; undefined when it was not made from a template. */
export async function templateKeyOf(data: string): Promise<string | undefined> {
  return (await readFile(join(data, MARKER), 'utf8').catch(() => undefined))?.trim()
}

function templateAt(cache: string, key: string): Template {
  return { key, data: join(cache, `template-${key}`, 'data') }
}

function keyOf(native: NativeFolder, overlay: readonly OverlayFile[]): string {
  const inputs = [FORMAT, native.version, initdbArguments, roles, databases, overlay]
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16)
}

/** Only a finished folder ever gets the name; these files tell one that was damaged later. Its time says when it was last used. */
async function isComplete({ key, data }: Template): Promise<boolean> {
  try {
    await Promise.all(['PG_VERSION', 'global/pg_control', 'pg_wal', 'base'].map(name => stat(join(data, name))))
    await utimes(join(data, '..'), new Date(), new Date()).catch(() => undefined) // another user's cache
    return (await templateKeyOf(data)) === key
  } catch {
    return false
  }
}

/** Built aside and renamed, so that processes that race for it never see half of it. */
async function buildTemplate(
  template: Template,
  overlay: readonly OverlayFile[],
  options: TemplateOptions,
): Promise<void> {
  const aside = join(options.cache, `build-${randomBytes(6).toString('hex')}`)
  try {
    await mkdir(aside, { mode: 0o700 })
    if (options.user) await chown(aside, options.user.uid, options.user.gid)
    const data = join(aside, 'data')
    await runInitdb(options.native.folder, data, options.user)
    await fillDatabases(data, overlay, options)
    await writeFile(join(data, MARKER), `${template.key}\n`, { mode: 0o644 })
    await install(aside, template)
  } catch (cause) {
    if (cause instanceof DevClusterError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DevClusterError('CERCI_TEMPLATE_BUILD', { folder: aside, reason }, cause)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  await prune(options.cache)
}

async function fillDatabases(data: string, overlay: readonly OverlayFile[], options: TemplateOptions): Promise<void> {
  const { folder, socketPath } = makeRunFolder(options.user, data)
  const configFile = join(folder, 'postgresql.conf')
  await writeFile(configFile, postgresqlConf({ durable: false, socketFolder: folder }))
  const server = new EngineProcess({
    native: options.native.folder,
    data,
    configFile,
    user: options.user,
    stop: 'fast',
  })
  let lastSegment = ''
  try {
    await server.ready()
    const connection = await ControlConnection.open({ socketPath, database: 'template1' })
    try {
      for (const statement of roles) await connection.query(statement)
      for (const file of overlay) await runOverlay(connection, file)
      for (const statement of databases) await connection.query(statement)
      const [{ segment } = {}] = await connection.query('SELECT pg_walfile_name(pg_current_wal_lsn()) AS segment')
      lastSegment = segment ?? ''
    } finally {
      await connection.close()
    }
  } finally {
    await server.stop()
    await removeRunFolder(folder)
  }
  await removeSpareSegments(join(data, 'pg_wal'), lastSegment)
}

/**
 * Segments after the one in use, and after the next, which the shutdown may have begun, are files that PostgreSQL keeps
 * for later; it makes new ones as it needs them.
 */
async function removeSpareSegments(folder: string, last: string): Promise<void> {
  const later = (await readdir(folder)).filter(name => /^[0-9A-F]{24}$/.test(name) && name > last).toSorted()
  await Promise.all(later.slice(1).map(name => rm(join(folder, name))))
}

async function runOverlay(connection: ControlConnection, { name, sql }: OverlayFile): Promise<void> {
  try {
    await connection.run(sql)
  } catch (cause) {
    throw new Error(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

async function install(aside: string, template: Template): Promise<void> {
  const folder = join(template.data, '..')
  try {
    await rename(aside, folder)
  } catch (error) {
    if (await isComplete(template)) return // another process was faster
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')))
      throw error
    await rename(folder, `${aside}-broken`)
    await rm(`${aside}-broken`, { recursive: true, force: true })
    await rename(aside, folder)
  }
}

/** Forgets templates of older versions and builds that were broken off. */
async function prune(cache: string): Promise<void> {
  const folders = await Promise.all(
    (await readdir(cache)).map(async name => {
      const path = join(cache, name)
      return { path, name, usedAt: (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now() }
    }),
  )
  const old = folders.filter(({ usedAt }) => usedAt < Date.now() - BUILD_IS_STALE_MS)
  const templates = folders.filter(({ name }) => name.startsWith('template-')).toSorted((a, b) => b.usedAt - a.usedAt)
  const kept = new Set(templates.slice(0, KEPT_TEMPLATES))
  const unwanted = old.filter(each => each.name.startsWith('build-') || (templates.includes(each) && !kept.has(each)))
  await Promise.all(unwanted.map(({ path }) => rm(path, { recursive: true, force: true })))
}
