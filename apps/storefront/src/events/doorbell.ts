/**
 * Rings when this process has changed orders, so that those who wait for changes need not wait for their next look. What other processes
 * change is found by looking: CockroachDB has no NOTIFY, and a changefeed would be one more thing to run.
 */
export class Doorbell {
  readonly #waiting = new Set<() => void>()

  ring(): void {
    for (const wake of this.#waiting) wake()
  }

  /** Waits for a ring, but no longer than so many milliseconds, and not after `signal`. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const wake = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      signal.addEventListener('abort', wake)
      this.#waiting.add(wake)
    })
  }
}
