import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { removeTree } from '../files/own-tree.js'
import { lendFolder, type RunUser } from '../run-user.js'
import { newBuildName } from './cache-names.js'

/**
 * Lends a new folder of the cache that PostgreSQL's user may write to, and removes what is left in it. What is made there gets its name
 * by a rename, so that processes that race for it never see half of it.
 */
export async function inBuildFolder<T>(
  cache: string,
  user: RunUser | undefined,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = join(cache, newBuildName())
  try {
    await mkdir(folder, { mode: 0o700 })
    await lendFolder(folder, user)
    return await work(folder)
  } finally {
    await removeTree(folder)
  }
}

/** Removes something from the cache. Renamed first, so that no other process takes what is being removed. */
export async function removeFromCache(cache: string, name: string): Promise<void> {
  const folder = join(cache, newBuildName())
  try {
    await rename(join(cache, name), folder)
  } catch {
    return // taken or removed by another process, or another user's
  }
  await removeTree(folder)
}
