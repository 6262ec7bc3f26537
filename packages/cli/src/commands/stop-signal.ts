import { once } from 'node:events'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Waits for a signal that asks this process to stop. Until `ignore()`, the first one does not end it by itself; a second one
 * does, at once, and PostgreSQL ends with it.
 */
export interface StopSignal {
  readonly asked: boolean
  /** Resolves when a signal came. */
  readonly given: Promise<undefined>
  ignore(): void
}

export function stopSignal(): StopSignal {
  const controller = new AbortController()
  const listener = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) return controller.abort()
    ignore()
    // Without a listener the system ends the process, whatever it is in the middle of.
    process.kill(process.pid, signal)
  }
  const ignore = () => {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  return {
    get asked() {
      return controller.signal.aborted
    },
    given: once(controller.signal, 'abort').then(() => undefined),
    ignore,
  }
}
