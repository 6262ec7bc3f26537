/** What is used of Sequelize's connection manager to replace its pool. */
export interface SequelizePooling {
  readonly config: { readonly replication?: unknown; readonly pool: { validate(connection: object): boolean } }
  pool: object
  _connect(config: object): Promise<object>
  _disconnect(connection: object): Promise<unknown>
}

/** A number of connections that is never reached, for the pool that Sequelize makes. */
export interface PoolOptions {
  readonly max: number
}

/** By these an application is known to have set no limit of its own. */
const unlimited = new WeakSet<object>()

export function unlimitedPool(): PoolOptions {
  const options = { max: 10_000 }
  unlimited.add(options)
  return options
}

/**
 * Puts a pool under Sequelize that has as many connections as are wanted: they cost nothing, and those of the cluster are lent for a statement or a
 * transaction. Sequelize's own arms a timer and searches its lists for each statement. It stays where an application asks for another pool, or for replicas.
 *
 * @param options of the pool, as Sequelize was given them
 */
export function adaptPool(manager: SequelizePooling, options: object | null | undefined): void {
  const { config } = manager
  if (config.replication || !options || !unlimited.has(options)) return
  manager.pool = new SequelizePool({
    // oxlint-disable-next-line no-underscore-dangle -- Sequelize's name
    connect: () => manager._connect(config),
    // oxlint-disable-next-line no-underscore-dangle -- Sequelize's name
    disconnect: connection => manager._disconnect(connection),
    validate: connection => config.pool.validate(connection),
  })
}

interface Factory {
  connect(): Promise<object>
  disconnect(connection: object): Promise<unknown>
  validate(connection: object): boolean
}

/** With what Sequelize, and who watches it, calls of its pool. https://github.com/sequelize/sequelize-pool */
class SequelizePool {
  readonly name = 'sequelize'
  readonly minSize = 0
  readonly maxSize: number = Number.POSITIVE_INFINITY
  readonly waiting = 0
  readonly #factory: Factory
  readonly #available: object[] = []
  readonly #using = new Set<object>()
  #connecting = 0
  #drained: Promise<void> | undefined
  #onDrained: (() => void) | undefined

  constructor(factory: Factory) {
    this.#factory = factory
  }

  get available(): number {
    return this.#available.length
  }

  get using(): number {
    return this.#using.size
  }

  get size(): number {
    return this.available + this.using + this.#connecting
  }

  async acquire(): Promise<object> {
    if (this.#drained !== undefined) throw new Error('pool is draining and cannot accept work')
    const idle = this.#takeValid()
    if (idle !== undefined) return this.#use(idle)
    this.#connecting++
    try {
      return this.#use(await this.#factory.connect())
    } finally {
      this.#connecting--
      this.#tellDrained()
    }
  }

  /** Once is enough. */
  release(connection: object): void {
    if (!this.#using.delete(connection)) return
    this.#available.push(connection)
    this.#tellDrained()
  }

  async destroy(connection: object): Promise<void> {
    const at = this.#available.indexOf(connection)
    if (at !== -1) this.#available.splice(at, 1)
    else if (!this.#using.delete(connection)) return
    this.#tellDrained()
    await this.#factory.disconnect(connection)
  }

  /** Gives no more away, and resolves when all have come back. */
  drain(): Promise<void> {
    if (this.#drained === undefined) {
      this.#drained = new Promise(resolve => {
        this.#onDrained = resolve
      })
      this.#tellDrained()
    }
    return this.#drained
  }

  /** @throws AggregateError of those that failed to end, after all others have ended */
  async destroyAllNow(): Promise<void> {
    const ended = await Promise.allSettled(this.#available.splice(0).map(each => this.#factory.disconnect(each)))
    const failed = ended.filter(each => each.status === 'rejected')
    if (failed.length > 0) throw new AggregateError(failed.map(({ reason }): unknown => reason))
  }

  #takeValid(): object | undefined {
    for (let connection = this.#available.pop(); connection !== undefined; connection = this.#available.pop()) {
      if (this.#factory.validate(connection)) return connection
      void this.#factory.disconnect(connection).catch(() => {}) // its hooks' failure is not the next statement's
    }
    return undefined
  }

  #use(connection: object): object {
    this.#using.add(connection)
    return connection
  }

  #tellDrained(): void {
    if (this.#using.size + this.#connecting === 0) this.#onDrained?.()
  }
}
