import { EventEmitter } from 'node:events'
import type pg from 'pg'
import { types as processTypes } from 'pg'
import { OptionError } from '../errors/option-error.js'
import type { CerciPool } from '../pool/cerci-pool.js'
import { LazySession } from '../pool/lazy-session.js'
import { callBack, callbackOf } from '../pool/settle.js'
import { readQueryArguments } from '../query/query-request.js'
import { adaptPool, type SequelizePooling } from './sequelize-pool.js'
import { changesSession, leakedSetting } from './sequelize-settings.js'

/** What Sequelize uses of node-postgres. https://sequelize.org/api/v6/class/src/sequelize.js~sequelize */
export interface SequelizeDriver {
  readonly Client: new (config: ClientConfig) => object
  readonly types: typeof pg.types
}

interface ClientConfig {
  readonly types: pg.CustomTypesConfig
}

/** Sequelize and its connection manager, as far as they are used. */
export interface SequelizeConnections {
  readonly options: { readonly pool?: object | null | undefined }
  readonly connectionManager: SequelizePooling & {
    connect(config: { readonly dialectOptions?: object | null | undefined }): Promise<unknown>
    releaseConnection(connection: object): unknown
  }
}

/** A driver whose clients lend connections of the pool. */
export function sequelizeDriver(pool: CerciPool): SequelizeDriver {
  return {
    Client: class extends SequelizeClient {
      constructor(config: ClientConfig) {
        super(pool, config.types)
      }
    },
    types: processTypes,
  }
}

/** Gives connections back when Sequelize has done with them: after a statement, or at the end of a transaction. */
export function adaptConnections({ options, connectionManager }: SequelizeConnections): void {
  if (adapted.has(connectionManager)) return
  adapted.add(connectionManager)
  adaptPool(connectionManager, options.pool)
  const connect = connectionManager.connect.bind(connectionManager)
  connectionManager.connect = config => {
    connecting = connectionManager
    try {
      return connect(withoutSettings(config))
    } finally {
      connecting = undefined
    }
  }
  const release = connectionManager.releaseConnection.bind(connectionManager)
  connectionManager.releaseConnection = connection => {
    if (connection instanceof SequelizeClient) connection.giveBack()
    return release(connection)
  }
}

/** An application may have replaced the `dialectOptions` that keep Sequelize from setting what the server tells its clients. */
function withoutSettings(config: { readonly dialectOptions?: object | null | undefined }): object {
  return { ...config, dialectOptions: { ...config.dialectOptions, clientMinMessages: 'ignore' } }
}

const adapted = new WeakSet<object>()

/** The connection manager that makes a client right now: Sequelize tells the client nothing of itself, and several Sequelizes may share a driver. */
let connecting: object | undefined

/**
 * A client as Sequelize's own pool keeps them, with Sequelize's parsers, which are its own and not those of the process. The loss of a connection is told
 * to the statement that notices it, so it emits nothing.
 */
class SequelizeClient extends EventEmitter {
  /** Sequelize listens there for parameters of the server, which `sequelizeOptions` tells it. */
  readonly connection: EventEmitter = new EventEmitter()
  readonly standard_conforming_strings = 'on'
  readonly #pool: CerciPool
  readonly #types: pg.CustomTypesConfig
  readonly #isAdapted: boolean = connecting !== undefined
  #session: LazySession | undefined

  constructor(pool: CerciPool, types: pg.CustomTypesConfig) {
    super()
    this.#pool = pool
    this.#types = types
  }

  connect(done: CallableFunction): void {
    const missing = new OptionError('sequelize', 'call withSequelize(cluster, sequelize) before the first query')
    callBack(done, this.#isAdapted ? undefined : missing)
  }

  query(text: string, valuesOrDone?: unknown, done?: unknown): unknown {
    const values: readonly unknown[] | undefined = Array.isArray(valuesOrDone) ? valuesOrDone : undefined
    const callback = callbackOf(valuesOrDone, done)
    this.#session ??= new LazySession(this.#pool)
    if (!this.#session.isInTransaction && changesSession(text)) {
      if (callback === undefined) return Promise.reject(leakedSetting())
      callBack(callback, leakedSetting())
      return undefined
    }
    if (callback === undefined) return this.#session.query({ text, types: this.#types, ...(values && { values }) })
    const request = readQueryArguments({ text, values, types: this.#types }, undefined)
    this.#session.run(request, (error, result) => callBack(callback, error, result))
    return undefined
  }

  giveBack(): void {
    this.#session?.release()
    this.#session = undefined
  }

  end(done: CallableFunction): void {
    this.giveBack()
    callBack(done)
  }
}
