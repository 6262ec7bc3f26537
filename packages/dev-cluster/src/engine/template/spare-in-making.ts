import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rename, stat } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { inBuildFolder } from '../cache/build-folder.js'
import { newSpareName } from '../cache/cache-names.js'
import { pruneCache } from '../cache/prune-cache.js'
import type { RunUser } from '../run-user.js'
import { sparesOf } from './spare-data.js'
import type { Template } from './template.js'
import { unpackProcess } from './unpack-process.js'

export interface SpareOptions {
  readonly cache: string
  readonly template: Template
  readonly user: RunUser | undefined
  /** The folder of a running engine, as the one that the spare will be moved to. */
  readonly runFolder: string
}

/**
 * A data folder that is unpacked for the next start, in the background and at a lower priority.
 * Nothing depends on it: without one, the next start unpacks its own.
 */
export class SpareInMaking {
  readonly #done: Promise<void>
  #givenUp = false
  #child: ChildProcess | undefined

  constructor({ cache, template, user, runFolder }: SpareOptions) {
    this.#done = isMovable(cache, runFolder)
      .then(movable => (movable ? this.#make(cache, template, user) : undefined))
      .catch(() => undefined) // no room, a cache that is read-only, or given up
  }

  /** Leaves no process and no half of a folder. */
  async giveUp(): Promise<void> {
    this.#givenUp = true
    this.#child?.ref()
    this.#child?.stdin?.end()
    await this.#done
  }

  async #make(cache: string, { key, data }: Template, user: RunUser | undefined): Promise<void> {
    await pruneCache(cache)
    if ((await sparesOf(cache, key, user)).length > 0) return
    await inBuildFolder(cache, user, async folder => {
      const made = join(folder, 'data')
      await this.#unpack(data, made, user)
      // Another process may have made one meanwhile.
      if ((await sparesOf(cache, key, user)).length > 0) return
      await rename(made, join(cache, newSpareName(key)))
    })
  }

  async #unpack(template: string, data: string, user: RunUser | undefined): Promise<void> {
    if (this.#givenUp) throw new Error('given up')
    const child = unpackProcess({ template, data, user })
    this.#child = child
    const exit = once(child, 'exit')
    lowerPriority(child.pid)
    child.unref()
    const [status] = await exit
    if (status !== 0) throw new Error(`exit status ${status}`)
  }
}

/** A rename does not lead to another file system. */
async function isMovable(from: string, to: string): Promise<boolean> {
  const [source, target] = await Promise.all([stat(from), stat(to)])
  return source.dev === target.dev
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It has ended, or the system does not allow it: then it takes its share.
  }
}
