import { once } from 'node:events'
import { open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { DevClusterError } from '../dev-cluster-error.js'
import { inBuildFolder } from './cache/build-folder.js'
import type { NativeFolder } from './native-folder.js'
import type { RunUser } from './run-user.js'
import type { Template } from './template/template.js'
import { unpackProcess } from './template/unpack-process.js'
import { TEMPLATE_UNREADABLE } from './template/unpack-template.js'

export interface FillOptions {
  /** The store's data folder. */
  readonly data: string
  readonly template: Template
  readonly native: NativeFolder
  readonly user: RunUser | undefined
}

/**
 * Fills a new store. Processes may race for it: each unpacks its own copy, waits until that is on disk, and the first puts it in
 * place, with a rename that fails where something is.
 *
 * @returns whether this process was the first
 * @throws {DevClusterError} `CERCI_STORE_UNUSABLE`; `CERCI_ENGINE_START` when the template cannot be read
 */
export async function fillStore({ data, template, native, user }: FillOptions): Promise<boolean> {
  const folder = dirname(data)
  try {
    await inBuildFolder(folder, user, async aside => {
      const unpacked = join(aside, 'data')
      await unpackOnDisk({ data: unpacked, template, native, user })
      await rename(unpacked, data)
    })
    await onDisk(folder)
    return true
  } catch (cause) {
    if (isTaken(cause)) return false
    if (cause instanceof DevClusterError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DevClusterError('CERCI_STORE_UNUSABLE', { folder, reason }, cause)
  }
}

async function unpackOnDisk({ data, template, native, user }: FillOptions): Promise<void> {
  const initdb = join(native.folder, 'bin', 'initdb')
  const child = unpackProcess({ template: template.data, data, user, initdb })
  const [[status], log] = await Promise.all([once(child, 'close'), child.stderr ? text(child.stderr) : ''])
  if (status === TEMPLATE_UNREADABLE)
    throw new DevClusterError('CERCI_ENGINE_START', { reason: 'its template cannot be read', log: log.trim() })
  if (status !== 0) throw new Error(log.trim() || `exit status ${status}`)
}

/** The new name is on disk then as well. */
async function onDisk(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')
}
