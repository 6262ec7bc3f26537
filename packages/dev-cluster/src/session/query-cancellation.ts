import { Interruption } from './interruption.js'

/** How long after a cancellation the next is sent, in milliseconds. */
const REPEAT_MS = 100

/** The cancellation of what a session runs. PostgreSQL ignores one that comes before it has begun, so it is repeated until all has ended. */
export class QueryCancellation {
  readonly #pause = new Interruption()
  #repeating: Promise<void> | undefined
  #over = false

  /** @param cancel asks PostgreSQL; settles when PostgreSQL has heard it */
  begin(cancel: () => Promise<void>): void {
    this.#repeating ??= this.#repeat(cancel)
  }

  /** What ran has ended. Settles when no cancellation is on its way any more, which would strike what comes next. */
  async end(): Promise<void> {
    this.#over = true
    this.#pause.wake()
    await this.#repeating
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
