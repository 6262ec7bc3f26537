import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { DevClusterError } from '../dev-cluster-error.js'
import { removeFromCache } from './cache/build-folder.js'
import { cacheNames } from './cache/cache-names.js'
import { pruneCache } from './cache/prune-cache.js'
import { makeFolder } from './files/make-folder.js'
import { closedAncestor } from './files/reachable.js'
import type { RunUser } from './run-user.js'
import { type Template, templateKeyOf } from './template/template.js'

/** A folder that keeps an engine's data from one run to the next. */
export interface Store {
  readonly data: string
  /** It must be filled from the template first. */
  readonly isNew: boolean
}

/** What a store may hold before its data: copies that are being made or were broken off, and certificates. */
function isOurs(name: string): boolean {
  return name === 'certs' || name === 'data.new' || cacheNames.build.test(name)
}

/**
 * Checks that the folder can be used as a store of this version, and makes it if it is missing.
 *
 * @throws {DevClusterError} `CERCI_STORE_…`, `CERCI_FOLDER_UNREACHABLE`
 */
export async function openStore(given: string, template: Template, user: RunUser | undefined): Promise<Store> {
  const folder = resolve(given)
  const data = join(folder, 'data')
  try {
    makeFolder(folder)
    if (user) await letPass(folder, user)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DevClusterError('CERCI_STORE_UNUSABLE', { folder, reason }, cause)
  }
  const ancestor = closedAncestor(folder, user)
  if (ancestor && user) throw new DevClusterError('CERCI_FOLDER_UNREACHABLE', { folder, ancestor, user: user.name })

  const isNew = !(await exists(data))
  if (isNew) {
    const strangers = (await readdir(folder)).filter(name => !isOurs(name))
    if (strangers.length > 0) throw new DevClusterError('CERCI_STORE_FOREIGN', { folder })
  } else {
    const found = await templateKeyOf(data)
    if (found === undefined) throw new DevClusterError('CERCI_STORE_FOREIGN', { folder })
    if (found !== template.key)
      throw new DevClusterError('CERCI_STORE_VERSION', { folder, found, expected: template.key })
  }
  await pruneCache(folder)
  return { data, isNew }
}

/** Removes data that PostgreSQL did not start from right after it was put in place, unless it is in use. */
export async function emptyStore({ data }: Store): Promise<void> {
  if (!(await exists(join(data, 'postmaster.pid')))) await removeFromCache(dirname(data), basename(data))
}

/** PostgreSQL's user owns the data only; what else is in a store is this user's, also where an earlier version gave it away. */
async function letPass(folder: string, user: RunUser): Promise<void> {
  const handle = await open(folder)
  try {
    const { uid, mode } = await handle.stat()
    const self = process.geteuid?.() ?? 0
    if (uid === user.uid) await handle.chown(self, process.getegid?.() ?? 0)
    if (uid === user.uid || uid === self) await handle.chmod((mode & 0o7777) | 0o011)
  } finally {
    await handle.close()
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
