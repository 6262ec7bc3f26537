import { once } from 'node:events'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Waits for a signal that asks this process to stop. Until `ignore()`, such a signal does not end it. */
export interface StopSignal {
  readonly asked: boolean
  /** Resolves when a signal came. */
  readonly given: Promise<undefined>
  ignore(): void
}

export function stopSignal(): StopSignal {
  const controller = new AbortController()
  const listener = () => controller.abort()
  for (const signal of SIGNALS) process.on(signal, listener)
  return {
    get asked() {
      return controller.signal.aborted
    },
    given: once(controller.signal, 'abort').then(() => undefined),
    ignore: () => {
      for (const signal of SIGNALS) process.off(signal, listener)
    },
  }
}
