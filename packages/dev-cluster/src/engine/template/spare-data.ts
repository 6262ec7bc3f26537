import { lstat, readdir, rename } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { removeFromCache } from '../cache/build-folder.js'
import { cacheNames } from '../cache/cache-names.js'
import type { RunUser } from '../run-user.js'

/** The spares in the cache that were unpacked from a template with this key, and that this user may trust. */
export async function sparesOf(cache: string, key: string, user: RunUser | undefined): Promise<string[]> {
  const names = (await readdir(cache)).filter(name => cacheNames.spare.test(name) && name.includes(key))
  const trusted = await Promise.all(names.map(name => isTrusted(join(cache, name), user)))
  return names.filter((_, at) => trusted[at])
}

/**
 * Moves a data folder that an earlier start unpacked in advance to where it is needed. A rename is all it takes, and only
 * one of several processes gets it.
 *
 * @returns whether there was one that could be moved there
 */
export async function takeSpare(cache: string, key: string, data: string, user: RunUser | undefined): Promise<boolean> {
  for (const name of await sparesOf(cache, key, user)) {
    try {
      await rename(join(cache, name), data)
      return true
    } catch {
      // Another process was faster, or the cache is on another file system.
    }
  }
  return false
}

/** Removes what was made of a template that did not prove good. */
export async function discardSpares(cache: string, key: string, user: RunUser | undefined): Promise<void> {
  await Promise.all((await sparesOf(cache, key, user)).map(name => removeFromCache(cache, name)))
}

/** What was written before the machine last started may be lost in part, if it then stopped without warning: nobody waited for the disk. */
export function isOfThisBoot(timeMs: number): boolean {
  return timeMs > Date.now() - uptime() * 1000
}

async function isTrusted(spare: string, user: RunUser | undefined): Promise<boolean> {
  const status = await lstat(spare).catch(() => undefined) // just taken
  const owner = user?.uid ?? process.geteuid?.()
  return status?.isDirectory() === true && status.uid === owner && isOfThisBoot(status.mtimeMs)
}
