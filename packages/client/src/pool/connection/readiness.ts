import type pg from 'pg'

/** What is asked of a connection to know whether it is ready. */
export interface ReadyConnection {
  readonly isUsable: boolean
  readonly connection: pg.Connection
  on(event: 'end', listener: () => void): unknown
  off(event: 'end', listener: () => void): unknown
  ping(timeoutMs: number): Promise<boolean>
}

/** Whether a connection has answered everything it was asked, and who wants to know when it has. */
export class Readiness {
  readonly #client: ReadyConnection
  #answering = false
  #foreign = false

  constructor(client: ReadyConnection) {
    this.#client = client
  }

  get isReady(): boolean {
    return !this.#answering && !this.#foreign
  }

  asked(): void {
    this.#answering = true
  }

  answered(): void {
    this.#answering = false
  }

  /** A query object of another library was sent. Nobody follows its state, so that the session will be asked for its own. */
  askedByOthers(): void {
    this.#foreign = true
  }

  /** Calls back when the server has answered everything that was sent: at once, unless an error was just answered. */
  whenReady(ready: () => void): void {
    if (!this.#client.isUsable || this.isReady) return ready()
    if (this.#foreign) {
      this.#foreign = false
      void this.#whenForeignIsDone(ready)
      return
    }
    const again = (): void => {
      this.#client.connection.off('readyForQuery', again)
      this.#client.off('end', again)
      this.whenReady(ready)
    }
    this.#client.connection.on('readyForQuery', again)
    this.#client.on('end', again)
  }

  /** A cursor that was left open would hold the session forever, so the connection is cut if it does. */
  async #whenForeignIsDone(ready: () => void): Promise<void> {
    await this.#client.ping(foreignGraceMs)
    ready()
  }
}

/** Milliseconds for a query object of another library to be done after its client was released. */
const foreignGraceMs = 1_000
