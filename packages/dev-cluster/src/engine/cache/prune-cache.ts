import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isOfThisBoot } from '../template/spare-data.js'
import { removeFromCache } from './build-folder.js'
import { cacheNames } from './cache-names.js'

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
  const names = await readdir(cache)
  const of = (pattern: RegExp) =>
    newestFirst(
      cache,
      names.filter(name => pattern.test(name)),
    )
  const [builds, templates, spares] = await Promise.all([
    of(cacheNames.build),
    of(cacheNames.template),
    of(cacheNames.spare),
  ])
  const unwanted = new Set([
    ...builds.filter(isStale),
    ...templates.slice(KEPT_TEMPLATES).filter(isStale),
    ...spares.slice(KEPT_SPARES),
    ...spares.filter(({ usedAt }) => !isOfThisBoot(usedAt)),
  ])
  await Promise.all([...unwanted].map(({ name }) => removeFromCache(cache, name)))
}

async function newestFirst(cache: string, names: readonly string[]): Promise<Entry[]> {
  const entries = await Promise.all(
    names.map(async name => {
      const status = await stat(join(cache, name)).catch(() => undefined) // just taken
      return { name, usedAt: status?.mtimeMs ?? Date.now() }
    }),
  )
  return entries.toSorted((a, b) => b.usedAt - a.usedAt)
}

function isStale({ usedAt }: Entry): boolean {
  return usedAt < Date.now() - STALE_MS
}
