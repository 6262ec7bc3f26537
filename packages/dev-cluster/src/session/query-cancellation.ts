import { Interruption } from './interruption.js'

/** How long after a cancellation the next is sent, in milliseconds. */
const REPEAT_MS = 100

/** The cancellation of what a session runs. PostgreSQL ignores one that comes before it has begun, so it is repeated until all has ended. */
export class QueryCancellation {
  readonly #pause = new Interruption()
  #cancel: (() => Promise<void>) | undefined
  #repeating: Promise<void> | undefined
  #held = false
  #over = false

  /** @param cancel asks PostgreSQL; settles when PostgreSQL has heard it */
  begin(cancel: () => Promise<void>): void {
    this.#cancel ??= cancel
    if (!this.#held) this.#repeating ??= this.#repeat(this.#cancel)
  }

  /** What ran has ended. Settles when no cancellation is on its way any more, which would strike what comes next. */
  async end(): Promise<void> {
    this.#cancel = undefined
    await this.#settle()
  }

  /** Does work of the gateway's own amid what is cancelled, which no cancellation may strike; after it they go on. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#held = true
    try {
      await this.#settle()
      return await work()
    } finally {
      this.#held = false
      if (this.#cancel !== undefined) this.begin(this.#cancel)
    }
  }

  async #settle(): Promise<void> {
    const repeating = this.#repeating
    if (repeating === undefined) return
    this.#over = true
    this.#pause.wake()
    await repeating
    this.#over = false
    this.#repeating = undefined
  }

  async #repeat(cancel: () => Promise<void>): Promise<void> {
    while (!this.#over) {
      await cancel()
      if (!this.#over) await this.#pause.sleep(REPEAT_MS)
    }
  }
}
