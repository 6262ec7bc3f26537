import { chown, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DevClusterError } from '../dev-cluster-error.js'
import { makeFolder } from './make-folder.js'
import { closedAncestor } from './reachable.js'
import type { RunUser } from './run-user.js'
import { type Template, templateKeyOf } from './template.js'

/** A folder that keeps an engine's data from one run to the next. */
export interface Store {
  readonly data: string
  /** It must be filled from the template first. */
  readonly isNew: boolean
}

/** What a store may hold before its data: a copy that was broken off, and certificates. */
const ours: ReadonlySet<string> = new Set(['data.new', 'certs'])

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
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DevClusterError('CERCI_STORE_UNUSABLE', { folder, reason }, cause)
  }
  const ancestor = closedAncestor(join(folder, '..'), user)
  if (ancestor && user) throw new DevClusterError('CERCI_FOLDER_UNREACHABLE', { folder, ancestor, user: user.name })

  const isNew = !(await exists(data))
  if (isNew) {
    const strangers = (await readdir(folder)).filter(name => !ours.has(name))
    if (strangers.length > 0) throw new DevClusterError('CERCI_STORE_FOREIGN', { folder })
  } else {
    const found = await templateKeyOf(data)
    if (found === undefined) throw new DevClusterError('CERCI_STORE_FOREIGN', { folder })
    if (found !== template.key)
      throw new DevClusterError('CERCI_STORE_VERSION', { folder, found, expected: template.key })
  }
  if (user) await chown(folder, user.uid, user.gid)
  return { data, isNew }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
