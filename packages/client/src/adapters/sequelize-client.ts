import { EventEmitter } from 'node:events'
import type pg from 'pg'
import { types as processTypes } from 'pg'
import { OptionError } from '../errors/option-error.js'
import type { CerciPool } from '../pool/cerci-pool.js'
import { LazySession } from '../pool/lazy-session.js'
import { callBack, callbackOf } from '../pool/settle.js'
import { readQueryArguments } from '../query/query-request.js'
import { adaptPool, type SequelizePooling } from './sequelize-pool.js'

/** What Sequelize uses of node-postgres. https://sequelize.org/api/v6/class/src/sequelize.js~sequelize */
export interface SequelizeDriver {
  readonly Client: new (config: ClientConfig) => object
  readonly types: typeof pg.types
}

interface ClientConfig {
  readonly types: pg.CustomTypesConfig
}

/** Sequelize's connection manager, as far as it is used. */
export interface SequelizeConnections {
  readonly config: { readonly dialectModule?: object | null | undefined }
  readonly connectionManager: SequelizePooling & {
    releaseConnection(connection: object): unknown
  }
}

/** A driver whose clients lend connections of the pool. */
export function sequelizeDriver(pool: CerciPool): SequelizeDriver {
  const driver = {
    Client: class extends SequelizeClient {
      constructor(config: ClientConfig) {
        super(pool, config.types, () => adapted.has(driver))
      }
    },
    types: processTypes,
  }
  return driver
}

/** Gives connections back when Sequelize has done with them: after a statement, or at the end of a transaction. */
export function adaptConnections({ config, connectionManager }: SequelizeConnections): void {
  if (!config.dialectModule || adapted.has(connectionManager)) return
  adapted.add(config.dialectModule)
  adapted.add(connectionManager)
  adaptPool(connectionManager)
  const release = connectionManager.releaseConnection.bind(connectionManager)
  connectionManager.releaseConnection = connection => {
    if (connection instanceof SequelizeClient) connection.giveBack()
    return release(connection)
  }
}

/** Drivers and connection managers: several Sequelizes may be made of the same options. */
const adapted = new WeakSet<object>()

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
  readonly #isAdapted: () => boolean
  #session: LazySession | undefined

  constructor(pool: CerciPool, types: pg.CustomTypesConfig, isAdapted: () => boolean) {
    super()
    this.#pool = pool
    this.#types = types
    this.#isAdapted = isAdapted
  }

  connect(done: CallableFunction): void {
    const missing = new OptionError('sequelize', 'call withSequelize(cluster, sequelize) before the first query')
    callBack(done, this.#isAdapted() ? undefined : missing)
  }

  query(text: string, valuesOrDone?: unknown, done?: unknown): unknown {
    const values: readonly unknown[] | undefined = Array.isArray(valuesOrDone) ? valuesOrDone : undefined
    const callback = callbackOf(valuesOrDone, done)
    this.#session ??= new LazySession(this.#pool)
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
