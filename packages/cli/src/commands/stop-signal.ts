import { once } from 'node:events'

/** How often to look whether npm has gone. */
const PARENT_MS = 200
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
  const watch = watchNpm(() => controller.abort())
  const ignore = () => {
    clearInterval(watch)
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

/**
 * npm passes a signal on to the shell between it and this process, and the shell ends without passing it on: whoever ends `npx cerci dev`
 * would leave it running. Nobody else's end is watched: a shell, or a script that puts this into the background, may be left on purpose.
 */
function watchNpm(ended: () => void): NodeJS.Timeout | undefined {
  const script = process.env.npm_lifecycle_script ?? ''
  if (!/\bcerci\b/.test(script) || /(^|[^&])&(?!&)/.test(script)) return undefined
  const parent = process.ppid
  return setInterval(() => {
    if (process.ppid !== parent) ended()
  }, PARENT_MS).unref()
}
