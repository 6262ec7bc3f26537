import { chmodSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { DevClusterError } from '../../dev-cluster-error.js'
import { makeFolder } from '../files/make-folder.js'
import { closedAncestor } from '../files/reachable.js'
import type { RunUser } from '../run-user.js'
import { isOurs } from './cache-owner.js'

/**
 * The folder that keeps what later starts reuse: `CERCI_CACHE_DIR`, else the platform's cache folder for users, else, for
 * root, `/var/cache/cerci`, since the unprivileged user must be able to read it. It is made if missing.
 *
 * @throws {DevClusterError} `CERCI_CACHE_UNUSABLE`, `CERCI_FOLDER_UNREACHABLE`
 */
export function cacheFolder(user: RunUser | undefined): string {
  const given = process.env.CERCI_CACHE_DIR
  const folder = given ? resolve(given) : user ? '/var/cache/cerci' : join(userCache(), 'cerci')
  let reason: string | undefined
  try {
    const made = makeFolder(folder)
    if (made) chmodSync(folder, 0o755)
    else if (!given) closeToWriters(folder)
    reason = whyUntrusted(folder)
  } catch (cause) {
    throw new DevClusterError('CERCI_CACHE_UNUSABLE', { folder, reason: reasonOf(cause) }, cause)
  }
  if (reason) throw new DevClusterError('CERCI_CACHE_UNUSABLE', { folder, reason })
  const ancestor = closedAncestor(folder, user)
  if (ancestor && user) throw new DevClusterError('CERCI_FOLDER_UNREACHABLE', { folder, ancestor, user: user.name })
  return folder
}

/** Where the umask lets a group write, earlier versions made a cache like that; a folder of one's own choice is left as it is. */
function closeToWriters(folder: string): void {
  const { mode } = statSync(folder)
  if ((mode & 0o022) !== 0) chmodSync(folder, mode & 0o7755)
}

/** Starts run what is in the cache, so nobody else may be able to put anything in its place. */
function whyUntrusted(folder: string): string | undefined {
  const status = statSync(folder)
  if (!isOurs(status)) return `it belongs to user id ${status.uid}, who could change what starts run`
  const isOpen = (status.mode & 0o022) !== 0 && (status.mode & 0o1000) === 0
  return isOpen ? `others may write to it, and change what starts run (\`chmod go-w ${folder}\`)` : undefined
}

function userCache(): string {
  if (process.env.XDG_CACHE_HOME) return resolve(process.env.XDG_CACHE_HOME)
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache')
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
