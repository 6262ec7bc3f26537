import { createHash } from 'node:crypto'
import { chmod, readFile, rename, stat, utimes } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DevClusterError } from '../../dev-cluster-error.js'
import { inBuildFolder, removeFromCache } from '../cache/build-folder.js'
import { templateName } from '../cache/cache-names.js'
import { isOurFolder } from '../cache/cache-owner.js'
import { pruneCache } from '../cache/prune-cache.js'
import { closedAncestor } from '../files/reachable.js'
import type { NativeFolder } from '../native-folder.js'
import { type OverlayFile, readOverlay } from '../overlay.js'
import type { RunUser } from '../run-user.js'
import { buildTemplate, templateInputs } from './build-template.js'
import { copyTemplate, prebuiltData } from './prebuilt-template.js'
import { DATABASES_FILE, KEY_FILE, TEMPLATE1_FOLDER } from './unpack-template.js'

/** Bump when the template is made in another way without any of its inputs changing. */
const FORMAT = 2

/** An initialised data folder, each database in it once, that data folders are unpacked from. */
export interface Template {
  readonly key: string
  readonly data: string
}

export interface TemplateOptions {
  readonly cache: string
  readonly native: NativeFolder
  readonly user: RunUser | undefined
  /** The folder of a template made in advance. @default the package's own, where its build made one */
  readonly prebuilt?: string
  readonly onProgress?: (step: string) => void
}

/**
 * The template for this engine and overlay: the one made in advance, or from the cache, or made now.
 *
 * @param broken one that did not prove good
 * @throws {DevClusterError} `CERCI_TEMPLATE_BUILD`, `CERCI_CACHE_UNUSABLE`
 */
export async function findTemplate(options: TemplateOptions, broken?: Template): Promise<Template> {
  const { cache, native, user, prebuilt = prebuiltData } = options
  const overlay = await readOverlay()
  const key = templateKey(native, overlay)
  const ready = prebuilt !== broken?.data && (await isComplete({ key, data: prebuilt }))
  if (ready && !closedAncestor(prebuilt, user)) return { key, data: prebuilt }
  const template = { key, data: join(cache, templateName(key), 'data') }
  if (await isCached(template)) {
    // The time says when it was last used.
    await utimes(dirname(template.data), new Date(), new Date()).catch(() => undefined) // another user's cache
    return template
  }
  if (!ready) options.onProgress?.('preparing PostgreSQL (once)')
  if (ready) await installTemplate(template, cache, undefined, aside => copyTemplate(prebuilt, join(aside, 'data')))
  else await installTemplate(template, cache, user, aside => buildTemplate(aside, { key, overlay, native, user }))
  await pruneCache(cache)
  return template
}

/** Removes a template that did not prove good from the cache; a package's files are not ours to remove. */
export async function discardTemplate({ data }: Template, cache: string): Promise<void> {
  if (dirname(dirname(data)) === cache) await removeFromCache(cache, basename(dirname(data)))
}

/** The key that a data folder was made with; undefined when it was not made from a template. */
export async function templateKeyOf(data: string): Promise<string | undefined> {
  return (await readFile(join(data, KEY_FILE), 'utf8').catch(() => undefined))?.trim()
}

/** Changes with everything that a data folder depends on. */
export function templateKey(native: NativeFolder, overlay: readonly OverlayFile[]): string {
  const inputs = [FORMAT, process.platform, process.arch, native.version, templateInputs, overlay]
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16)
}

/** Only a finished folder ever gets the name; these files tell one that was damaged later. */
export async function isComplete({ key, data }: Template): Promise<boolean> {
  try {
    const expected = ['PG_VERSION', 'global/pg_control', 'pg_wal', TEMPLATE1_FOLDER, DATABASES_FILE]
    await Promise.all(expected.map(name => stat(join(data, name))))
    return (await templateKeyOf(data)) === key
  } catch {
    return false
  }
}

/** In a cache that everybody may add to, such as the system's temporary folder, a complete one may be a stranger's. */
async function isCached(template: Template): Promise<boolean> {
  return (await isOurFolder(dirname(template.data))) && (await isComplete(template))
}

async function installTemplate(
  template: Template,
  cache: string,
  maker: RunUser | undefined,
  make: (aside: string) => Promise<void>,
): Promise<void> {
  try {
    await inBuildFolder(cache, maker, async aside => {
      await make(aside)
      await chmod(aside, 0o755)
      await install(aside, template)
    })
  } catch (cause) {
    if (cause instanceof DevClusterError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DevClusterError('CERCI_TEMPLATE_BUILD', { folder: cache, reason }, cause)
  }
}

async function install(aside: string, template: Template): Promise<void> {
  const folder = dirname(template.data)
  try {
    await rename(aside, folder)
  } catch (error) {
    if (await isCached(template)) return // another process was faster
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')))
      throw error
    await removeFromCache(dirname(folder), basename(folder))
    await rename(aside, folder).catch((cause: unknown) => {
      const reason = `${basename(folder)} in it is somebody else's, and starts would run it`
      throw new DevClusterError('CERCI_CACHE_UNUSABLE', { folder: dirname(folder), reason }, cause)
    })
  }
}
