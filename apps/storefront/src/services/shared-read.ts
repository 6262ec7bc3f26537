/**
 * Lets requests that ask for the same at the same moment share one read. Only those share it that come before it is sent, in one turn of the
 * event loop, so nobody is told anything older than the request.
 */
export class SharedRead<Result> {
  readonly #gathering = new Map<string, Promise<Result>>()

  /** `key` names everything that `read` depends on. */
  run(key: string, read: () => Promise<Result>): Promise<Result> {
    const shared = this.#gathering.get(key) ?? this.#later(key, read)
    this.#gathering.set(key, shared)
    return shared
  }

  async #later(key: string, read: () => Promise<Result>): Promise<Result> {
    await new Promise(resolve => setImmediate(resolve))
    this.#gathering.delete(key)
    return read()
  }
}
