/**
 * Lets requests that ask for the same share one read: those that come while it is under way are gathered for the next one, so nobody is told
 * anything older than the request.
 */
export class SharedRead<Result> {
  readonly #underWay = new Map<string, Promise<unknown>>()
  readonly #gathering = new Map<string, Promise<Result>>()

  /** `key` names everything that `read` depends on. */
  run(key: string, read: () => Promise<Result>): Promise<Result> {
    const shared = this.#gathering.get(key) ?? this.#next(key, read)
    this.#gathering.set(key, shared)
    return shared
  }

  async #next(key: string, read: () => Promise<Result>): Promise<Result> {
    // Without one under way, at least those of the same turn of the event loop meet.
    await (this.#underWay.get(key) ?? new Promise(resolve => setImmediate(resolve)))
    this.#gathering.delete(key)
    const reading = read()
    const settled = reading.then(ignore, ignore)
    this.#underWay.set(key, settled)
    try {
      return await reading
    } finally {
      if (this.#underWay.get(key) === settled) this.#underWay.delete(key)
    }
  }
}

function ignore(): void {}
