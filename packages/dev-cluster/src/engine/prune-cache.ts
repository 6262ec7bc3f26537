import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { BUILD_PREFIX, removeFromCache } from './build-folder.js'
import { isOfThisBoot, SPARE_PREFIX } from './spare-data.js'

/** Several versions may be in use at once, as in several checkouts. */
const KEPT_TEMPLATES = 4
const KEPT_SPARES = 4
const STALE_MS = 10 * 60_000

interface Entry {
  readonly name: string
  readonly usedAt: number
}

/** Forgets templates and spares of older versions, spares that are not to be trusted, and builds that were broken off. */
export async function pruneCache(cache: string): Promise<void> {
  const entries = await Promise.all(
    (await readdir(cache)).map(async name => ({
      name,
      usedAt: (await stat(join(cache, name)).catch(() => undefined))?.mtimeMs ?? Date.now(),
    })),
  )
  const old = entries.filter(({ usedAt }) => usedAt < Date.now() - STALE_MS)
  const distrusted = entries.filter(({ name, usedAt }) => name.startsWith(SPARE_PREFIX) && !isOfThisBoot(usedAt))
  const unwanted = new Set([
    ...old.filter(({ name }) => name.startsWith(BUILD_PREFIX)),
    ...oldest(entries, 'template-', KEPT_TEMPLATES).filter(entry => old.includes(entry)),
    ...oldest(entries, SPARE_PREFIX, KEPT_SPARES),
    ...distrusted,
  ])
  await Promise.all([...unwanted].map(({ name }) => removeFromCache(cache, name)))
}

/** All but the newest few. */
function oldest(entries: readonly Entry[], prefix: string, kept: number): Entry[] {
  return entries
    .filter(({ name }) => name.startsWith(prefix))
    .toSorted((a, b) => b.usedAt - a.usedAt)
    .slice(kept)
}
