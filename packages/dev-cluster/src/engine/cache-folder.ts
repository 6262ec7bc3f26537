import { chmodSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { DevClusterError } from '../dev-cluster-error.js'
import { makeFolder } from './make-folder.js'
import { closedAncestor } from './reachable.js'
import type { RunUser } from './run-user.js'

/**
 * The folder that keeps what later starts reuse: `CERCI_CACHE_DIR`, else the platform's cache folder for users, else, for
 * root, `/var/cache/cerci`, since the unprivileged user must be able to read it. It is made if missing.
 */
export function cacheFolder(user: RunUser | undefined): string {
  const given = process.env.CERCI_CACHE_DIR
  const folder = given ? resolve(given) : user ? '/var/cache/cerci' : join(userCache(), 'cerci')
  try {
    const made = makeFolder(folder)
    if (made && user) chmodSync(folder, 0o755)
  } catch (cause) {
    throw new DevClusterError('CERCI_CACHE_UNUSABLE', { folder, reason: reasonOf(cause) }, cause)
  }
  const ancestor = closedAncestor(folder, user)
  if (ancestor && user) throw new DevClusterError('CERCI_FOLDER_UNREACHABLE', { folder, ancestor, user: user.name })
  return folder
}

function userCache(): string {
  if (process.env.XDG_CACHE_HOME) return resolve(process.env.XDG_CACHE_HOME)
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache')
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
