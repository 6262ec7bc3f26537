/** Waiting that can be cut short. */
export class Interruption {
  #wake: (() => void) | undefined

  /** Waits, unless `wake()` comes first. */
  async sleep(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>(resolve => {
      this.#wake = resolve
      timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
    this.#wake = undefined
  }

  wake(): void {
    this.#wake?.()
  }
}
