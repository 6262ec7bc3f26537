/** What is used of Sequelize's connection manager to replace its pool. */
export interface SequelizePooling {
  readonly config: {
    readonly replication?: unknown
    readonly pool: { readonly max: number; validate(connection: object): boolean }
  }
  pool: object
  _connect(config: object): Promise<object>
  _disconnect(connection: object): Promise<unknown>
}

/** What `sequelizeOptions` asks for: more than there will ever be. */
export const unlimited = 10_000

/**
 * Puts a pool under Sequelize that has as many connections as are wanted: they cost nothing, and those of the cluster are lent for a statement or a
 * transaction. Sequelize's own arms a timer and searches its lists for each statement. It stays where an application set limits or replicas.
 */
export function adaptPool(manager: SequelizePooling): void {
  const { config } = manager
  if (config.replication || config.pool.max !== unlimited) return
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
  readonly minSize = 0
  readonly maxSize: number = unlimited
  readonly waiting = 0
  readonly #factory: Factory
  readonly #available: object[] = []
  readonly #using = new Set<object>()
  #onDrained: (() => void) | undefined
  #draining = false

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
    return this.available + this.using
  }

  acquire(): object | Promise<object> {
    if (this.#draining) throw new Error('pool is draining and cannot accept work')
    for (let connection = this.#available.pop(); connection !== undefined; connection = this.#available.pop()) {
      if (this.#factory.validate(connection)) return this.#use(connection)
      void this.#factory.disconnect(connection)
    }
    return this.#factory.connect().then(connection => this.#use(connection))
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
    this.#draining = true
    return new Promise(resolve => {
      this.#onDrained = resolve
      this.#tellDrained()
    })
  }

  async destroyAllNow(): Promise<void> {
    await Promise.all(this.#available.splice(0).map(connection => this.#factory.disconnect(connection)))
  }

  #use(connection: object): object {
    this.#using.add(connection)
    return connection
  }

  #tellDrained(): void {
    if (this.#using.size === 0) this.#onDrained?.()
  }
}
