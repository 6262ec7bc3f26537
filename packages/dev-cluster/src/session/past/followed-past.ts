import type { GatewayServices } from '../../gateway/gateway-services.js'

/** Sees to it that the past of the database is kept that a session is in. */
export class FollowedPast {
  readonly #services: Pick<GatewayServices, 'history' | 'log'>
  #database: string | undefined
  #ended = false

  constructor(services: Pick<GatewayServices, 'history' | 'log'>) {
    this.#services = services
  }

  /** To be waited for before the session's first statement in the database. Without a past kept, a session can still work. */
  async follow(database: string): Promise<void> {
    const { history, log } = this.#services
    try {
      await history.watch(database)
    } catch (error) {
      log(`the past of database ${database} is not kept: ${String(error)}`)
      return
    }
    if (this.#database !== undefined) history.unwatch(this.#database)
    this.#database = database
    if (this.#ended) this.end()
  }

  end(): void {
    this.#ended = true
    if (this.#database !== undefined) this.#services.history.unwatch(this.#database)
    this.#database = undefined
  }
}
