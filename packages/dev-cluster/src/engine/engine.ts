import { join } from 'node:path'
import { DevClusterError } from '../dev-cluster-error.js'
import { cacheFolder } from './cache/cache-folder.js'
import type { ControlValue, TextRow } from './control-connection.js'
import { ControlPool } from './control-pool.js'
import { EngineProcess } from './engine-process.js'
import { removeTree } from './files/own-tree.js'
import { writeReadable } from './files/write-readable.js'
import { fillStore } from './fill-store.js'
import { superuser } from './initdb.js'
import { installedNative, usableNative } from './native-folder.js'
import { makeRunFolder, type RunFolder, removeStaleRunFolders } from './run-folder.js'
import { lendFolder, unprivilegedUser } from './run-user.js'
import { postgresqlConf } from './settings.js'
import { emptyStore, openStore } from './store.js'
import { discardSpares, takeSpare } from './template/spare-data.js'
import { SpareInMaking } from './template/spare-in-making.js'
import { discardTemplate, findTemplate, type Template, type TemplateOptions } from './template/template.js'

export interface EngineOptions {
  /** Folder that keeps the data from one run to the next. @default nothing is kept */
  readonly store?: string
  /** The folder of a template made in advance. @default the package's own, where its build made one */
  readonly prebuilt?: string
  /** Told what is being done when it takes long. */
  readonly onProgress?: (step: string) => void
}

/**
 * The embedded PostgreSQL: a server of its own for each engine, reached only through a socket that no other user may
 * open, gone with this process at the latest.
 */
export class Engine {
  /** `net.connect({ path })` reaches PostgreSQL. */
  readonly socketPath: string
  /** The role of control connections; no SQL client is ever let in as it. */
  readonly superuser: string = superuser
  /** Settles when PostgreSQL has ended: with undefined after `stop()`, with an error when it ended by itself. */
  readonly ended: Promise<DevClusterError | undefined>

  readonly #process: EngineProcess
  readonly #control: ControlPool
  readonly #folder: string
  readonly #spare: SpareInMaking | undefined
  #stopping: Promise<void> | undefined

  private constructor(process: EngineProcess, run: RunFolder, spare: SpareInMaking | undefined) {
    this.#process = process
    this.#folder = run.folder
    this.#spare = spare
    this.socketPath = run.socketPath
    this.#control = new ControlPool(run.socketPath)
    this.ended = process.exited.then(({ text, log }) =>
      this.#stopping ? undefined : new DevClusterError('CERCI_ENGINE_GONE', { reason: text, log }),
    )
  }

  /** @throws {DevClusterError} `CERCI_ENGINE_…`, `CERCI_CACHE_…`, `CERCI_STORE_…`, `CERCI_FOLDER_UNREACHABLE`, `CERCI_TEMPLATE_BUILD` */
  static async start(options: EngineOptions = {}): Promise<Engine> {
    const installed = installedNative()
    const user = unprivilegedUser()
    const cache = cacheFolder(user)
    const [native] = await Promise.all([usableNative(installed, cache, user), removeStaleRunFolders(user)])
    const where: TemplateOptions = {
      cache,
      native,
      user,
      ...(options.prebuilt !== undefined && { prebuilt: options.prebuilt }),
      ...(options.onProgress && { onProgress: options.onProgress }),
    }
    const template = await findTemplate(where)
    const first = await Engine.#startFrom(template, where, options)
    if (first instanceof Engine) return first
    await discardSpares(cache, template.key, user)
    const second = first.bad === 'spare' ? await Engine.#startFrom(template, where, options, 'no spare') : first
    if (second instanceof Engine) return second
    await discardTemplate(template, cache)
    const third = await Engine.#startFrom(await findTemplate(where, template), where, options, 'no spare')
    if (third instanceof Engine) return third
    throw third.error
  }

  /** Tells a copy that proved bad from every other failure, which it throws. */
  static async #startFrom(
    template: Template,
    { cache, native, user }: TemplateOptions,
    options: EngineOptions,
    without?: 'no spare',
  ): Promise<Engine | BadCopy> {
    const store = options.store === undefined ? undefined : await openStore(options.store, template, user)
    const run = makeRunFolder(user, store?.data)
    let process: EngineProcess | undefined
    let copied: BadCopy['bad'] | undefined
    try {
      const data = store?.data ?? join(run.folder, 'data')
      const hasSpare = !store && !without && (await takeSpare(cache, template.key, data, user))
      if (!store || store.isNew) copied = hasSpare ? 'spare' : 'template'
      if (store?.isNew && !(await fillStore({ data, template, native, user }))) copied = undefined
      const configFile = join(run.folder, 'postgresql.conf')
      await writeReadable(configFile, postgresqlConf({ durable: store !== undefined, socketFolder: run.folder }))
      await lendFolder(run.folder, user)
      process = new EngineProcess({
        native: native.folder,
        data,
        ...(!store && !hasSpare && { template: template.data }),
        configFile,
        remove: run.folder,
        user,
        stop: store ? 'fast' : 'immediate',
      })
      await process.ready()
      const spare = store ? undefined : new SpareInMaking({ cache, template, user, runFolder: run.folder })
      return new Engine(process, run, spare)
    } catch (error) {
      await removeTree(run.folder)
      if (!copied || !(await isFromBadCopy(error, process))) throw error
      if (store && process) await emptyStore(store)
      return { bad: copied, error }
    }
  }

  /**
   * Runs one statement as superuser on a connection of the engine's own; every value comes back as text.
   *
   * @throws {SqlError}
   */
  query(database: string, sql: string, values?: readonly ControlValue[]): Promise<TextRow[]> {
    if (this.#stopping) return Promise.reject(new DevClusterError('CERCI_ENGINE_CLOSED'))
    return this.#control.query(database, sql, values)
  }

  /** Closes idle control connections to a database, which would be in the way of dropping it. */
  release(database: string): Promise<void> {
    return this.#control.release(database)
  }

  /** Ends PostgreSQL, whatever runs on it, and removes what it wrote, unless a store keeps it. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    await Promise.all([this.#process.stop(), this.#spare?.giveUp()])
    await this.#control.close()
    await removeTree(this.#folder)
  }
}

/** A start that failed because of what its data was copied from. */
interface BadCopy {
  readonly bad: 'template' | 'spare'
  readonly error: unknown
}

async function isFromBadCopy(error: unknown, process: EngineProcess | undefined): Promise<boolean> {
  if (!(error instanceof DevClusterError) || error.code !== 'CERCI_ENGINE_START') return false
  if (!process) return true // the template could not be read when a store was to be filled from it
  const { kind } = await process.exited
  return kind === 'bad-template' || kind === 'bad-data'
}
