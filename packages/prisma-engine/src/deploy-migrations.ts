import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { Cluster } from 'cerci'
import { loadEngine } from './load/load-engine.js'
import { locatePackages } from './load/locate-packages.js'
import { PrismaEngineError } from './prisma-engine-error.js'
import { EngineService } from './rpc/engine-service.js'
import { toFailure } from './rpc/failure.js'
import { EngineSession } from './session/engine-session.js'

/**
 * `prisma migrate deploy` within this process, on a cluster that is open already: applies the migrations of a folder that were not applied yet.
 * Several processes may do so at the same time; the migration lock makes one do the work.
 *
 * @param folder Prisma's folder of migrations, with `migration_lock.toml`
 * @returns the names of the migrations that were applied
 * @throws PrismaEngineError, or an Error with Prisma's code, such as P3018 for a migration that failed, or P3015 for a directory without `migration.sql`
 * @example
 * const cluster = new Cluster(process.env.DATABASE_URL)
 * await deployMigrations(cluster, 'prisma/migrations')
 */
export async function deployMigrations(cluster: Cluster, folder: string): Promise<readonly string[]> {
  const { glue } = await loadEngine(locatePackages(folder))
  const { rows } = await cluster.query<{ database: string }>('SELECT current_database() AS database')
  const session = new EngineSession({
    cluster,
    database: rows[0]?.database ?? '',
    schema: 'public',
    open: () => {
      throw new PrismaEngineError('CERCI_PRISMA_UNSUPPORTED', {
        what: 'Another database than the one of the cluster',
        next: 'Please report what asked for it.',
      })
    },
  })
  const factory = bindMigrationAwareSqlAdapterFactory(session.adapterFactory)
  const service = new EngineService({
    session,
    createEngine: () => glue.SchemaEngine.new({ datamodels: undefined }, () => {}, factory),
    datamodels: [],
    print: () => {},
  })
  try {
    const filters = { externalTables: [], externalEnums: [] }
    return appliedNames(
      await service.answer('applyMigrations', { migrationsList: await readMigrations(folder), filters }),
    )
  } catch (error) {
    const { message, errorCode } = toFailure(error, undefined, factory.errorRegistry)
    throw Object.assign(new Error(message, { cause: error }), { code: errorCode })
  } finally {
    await session.close()
  }
}

/** As prisma itself reads them for its engine. */
async function readMigrations(folder: string): Promise<object> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: await readFile(join(folder, 'migration_lock.toml'), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.toSorted().map(async path => ({
        path,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok', value: await migrationAt(join(folder, path, 'migration.sql')) },
        },
      })),
    ),
  }
}

/** @throws an Error with Prisma's code P3015 for a directory without its file: the engine would say so too, but not which directory. */
async function migrationAt(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (!isMissing(error)) throw error
    const message = `Could not find the migration file at ${file}. Delete the directory or restore the file.`
    throw Object.assign(new Error(message, { cause: error }), { code: 'P3015' })
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function appliedNames(result: unknown): readonly string[] {
  const names: unknown =
    typeof result === 'object' && result !== null ? Reflect.get(result, 'appliedMigrationNames') : undefined
  return Array.isArray(names) ? names.filter(name => typeof name === 'string') : []
}
