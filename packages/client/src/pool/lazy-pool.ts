import type { CerciPool } from './cerci-pool.js'
import { LazySession } from './lazy-session.js'

/** A pool for libraries that check out a client for every statement: its clients are lazy sessions. Whoever opened the pool underneath closes it. */
export class LazyPool {
  readonly #pool: CerciPool

  constructor(pool: CerciPool) {
    this.#pool = pool
  }

  /** What it lends connections of. */
  get lender(): CerciPool {
    return this.#pool
  }

  get totalCount(): number {
    return this.#pool.totalCount
  }

  get idleCount(): number {
    return this.#pool.idleCount
  }

  get waitingCount(): number {
    return this.#pool.waitingCount
  }

  connect(): Promise<LazySession> {
    return Promise.resolve(new LazySession(this.#pool))
  }

  /** Does nothing: the pool is the cluster's. */
  end(): Promise<void> {
    return Promise.resolve()
  }
}
