import { ErrorField } from '@cerci/wire'
import { sqlState } from '../../errors/sql-state.js'
import { unknownDatabase } from '../client/error-frames.js'
import type { SessionOptions } from '../session-options.js'
import { Backend, BackendLost } from './backend.js'
import { backendParameters } from './backend-parameters.js'
import type { BackendWatcher } from './exchange.js'

/** Gets backends for one session, and gets rid of them. */
export class BackendSupply {
  readonly #options: SessionOptions
  readonly #sessionId: string
  readonly #watcher: BackendWatcher

  constructor(of: { readonly options: SessionOptions; readonly sessionId: string; readonly watcher: BackendWatcher }) {
    this.#options = of.options
    this.#sessionId = of.sessionId
    this.#watcher = of.watcher
  }

  /** A backend on its way; see its `ready`. */
  connect(database: string, variables: ReadonlyMap<string, string>): Backend {
    const { node, parameters, services } = this.#options
    const { clusterId } = services.state()
    const identity = { user: parameters.user, database, sessionId: this.#sessionId, clusterId, node }
    return new Backend({
      socketPath: services.engine.socketPath,
      parameters: backendParameters(identity, variables),
      watcher: this.#watcher,
    })
  }

  /**
   * Connects a backend and hands it over. When that fails, nothing is left of it.
   *
   * @param adopt makes it the session's; what it throws, this throws
   * @throws {SqlError} when there is no such database
   */
  async open(
    database: string,
    variables: ReadonlyMap<string, string>,
    adopt: (backend: Backend) => Promise<void>,
  ): Promise<void> {
    const backend = this.connect(database, variables)
    try {
      await backend.ready
      await adopt(backend)
    } catch (error) {
      backend.end()
      await backend.closed
      const missing =
        error instanceof BackendLost && error.fields?.get(ErrorField.Code) === sqlState.invalid_catalog_name
      throw missing ? unknownDatabase(database) : error
    }
  }

  /** Ends a backend, whatever it does. One that runs a statement would notice only at its end that nobody waits. */
  async dismiss(backend: Backend): Promise<void> {
    if (!backend.busy) {
      backend.end()
      return
    }
    backend.resume()
    try {
      await this.#options.services.engine.query('system', 'SELECT pg_terminate_backend($1)', [backend.processId])
    } catch {
      backend.destroy() // the engine is on its way down, and takes its backends along
    }
  }
}
