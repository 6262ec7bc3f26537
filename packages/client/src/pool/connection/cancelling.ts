import { asError } from '../settle.js'

/** What is known of a connection whose statements are cancelled. */
export interface CancelledConnection {
  readonly ended: boolean
  on(event: 'end', listener: () => void): unknown
  off(event: 'end', listener: () => void): unknown
}

/**
 * The cancel requests for one connection. A request strikes whatever runs there when it arrives, be it a COMMIT, so what would be sent while one is
 * under way is held back.
 */
export class Cancelling {
  readonly #connection: CancelledConnection
  readonly #request: () => Promise<void>
  #underWay = 0
  #held: (() => void)[] = []

  /** @param request sends a cancel request; settles when that is done with */
  constructor(connection: CancelledConnection, request: () => Promise<void>) {
    this.#connection = connection
    this.#request = request
  }

  get isUnderWay(): boolean {
    return this.#underWay > 0
  }

  /** Calls back when no request is under way. */
  hold(send: () => void): void {
    this.#held.push(send)
  }

  /** Resolves when the server has taken note, or the connection has ended. */
  async cancel(): Promise<void> {
    if (this.#connection.ended) return
    this.#underWay++
    try {
      await this.#untilTakenNote()
    } finally {
      this.#underWay--
      if (this.#underWay === 0) for (const send of this.#held.splice(0)) send()
    }
  }

  #untilTakenNote(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown): void => {
        this.#connection.off('end', settle)
        if (error === undefined) resolve()
        else reject(asError(error))
      }
      this.#connection.on('end', settle)
      this.#request().then(() => settle(), settle)
    })
  }
}
