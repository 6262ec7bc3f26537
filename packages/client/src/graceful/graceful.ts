import { setTimeout as sleep } from 'node:timers/promises'
import { OptionError } from '../errors/option-error.js'
import { HttpDrain, type HttpServerLike } from './http-drain.js'

export interface GracefulOptions {
  /** HTTP server whose requests are finished: `http.createServer()`, what `express().listen()` returns, or `fastify().server`. @default none */
  readonly server?: HttpServerLike | undefined
  /** What is closed when no request uses it any more: a `Cluster`. */
  readonly cluster: { close(options: { readonly deadlineMs: number }): Promise<void> }
  /** Milliseconds from the signal to the end, at most. Kubernetes kills after 30 s unless told otherwise. @default 25000 */
  readonly deadlineMs?: number | undefined
  /**
   * Milliseconds during which requests are still taken while `shuttingDown` is true already, so that load balancers see it in the health report
   * before the door closes. @default 0
   */
  readonly noticeMs?: number | undefined
  /** Milliseconds of the deadline that are kept for closing the cluster. @default 5000, at most half of the deadline */
  readonly closeMs?: number | undefined
  /** @default ['SIGTERM', 'SIGINT'] */
  readonly signals?: readonly NodeJS.Signals[] | undefined
  /** Ends the process when all is done, or at the deadline. @default true */
  readonly exit?: boolean | undefined
  /** Something else to finish after the last request and before the cluster is closed: queues, coalesced calls. */
  readonly beforeClose?: (() => Promise<void>) | undefined
  /** Is told of each step. @default nobody */
  readonly log?: ((step: string) => void) | undefined
}

export interface Graceful {
  /** True from the signal on. Give it to the health report. */
  readonly shuttingDown: boolean
  /** Does by hand what a signal does. Resolves when all is closed; a second call is the same shutdown. */
  shutdown(reason?: string): Promise<void>
  /** Stops listening to signals. */
  dispose(): void
}

/**
 * Shuts a service down on SIGTERM without losing a request, in the one right order: tell the load balancer, stop accepting, close idle
 * connections, finish the requests, close the cluster, and cut what is left at the deadline.
 *
 * @example
 * import { createServer } from 'node:http'
 * import { Cluster, graceful } from 'cerci'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * const server = createServer(async (_, response) => {
 *   const { rows } = await cluster.query('SELECT now() AS now')
 *   response.end(JSON.stringify(rows[0]))
 * }).listen(0)
 * const lifecycle = graceful({ server, cluster, exit: false, log: step => console.log(step) })
 * await lifecycle.shutdown('the example ends')
 * lifecycle.dispose()
 */
export function graceful(options: GracefulOptions): Graceful {
  return new GracefulShutdown(options)
}

class GracefulShutdown implements Graceful {
  readonly #options: GracefulOptions
  readonly #signals: readonly NodeJS.Signals[]
  readonly #deadlineMs: number
  readonly #drain: HttpDrain | undefined
  readonly #onSignal: (signal: NodeJS.Signals) => void
  #shutdown: Promise<void> | undefined
  #signalled = false

  constructor(options: GracefulOptions) {
    this.#options = options
    this.#signals = options.signals ?? ['SIGTERM', 'SIGINT']
    this.#deadlineMs = options.deadlineMs ?? 25_000
    if (!(this.#deadlineMs > 0))
      throw new OptionError('deadlineMs', `${this.#deadlineMs} is not a number of milliseconds`)
    this.#drain = options.server && new HttpDrain(options.server)
    this.#onSignal = signal => this.#onSignalled(signal)
    for (const signal of this.#signals) process.on(signal, this.#onSignal)
  }

  get shuttingDown(): boolean {
    return this.#shutdown !== undefined
  }

  shutdown(reason = 'shutdown() was called'): Promise<void> {
    this.#shutdown ??= this.#run(reason)
    return this.#shutdown
  }

  dispose(): void {
    for (const signal of this.#signals) process.off(signal, this.#onSignal)
  }

  #onSignalled(signal: NodeJS.Signals): void {
    const exit = (code: number): void => {
      if (this.#options.exit ?? true) process.exit(code)
    }
    if (this.#signalled) return exit(1) // somebody is impatient
    this.#signalled = true
    const late = setTimeout(() => {
      this.#log(`the deadline of ${this.#deadlineMs} ms has passed`)
      exit(1)
    }, this.#deadlineMs + EXIT_GRACE_MS)
    this.shutdown(signal)
      .then(
        () => exit(0),
        (error: unknown) => {
          this.#log(`the shutdown failed: ${String(error)}`)
          exit(1)
        },
      )
      .finally(() => clearTimeout(late))
  }

  async #run(reason: string): Promise<void> {
    const end = performance.now() + this.#deadlineMs
    const { cluster, noticeMs = 0, beforeClose } = this.#options
    const closeMs = Math.min(this.#options.closeMs ?? 5_000, this.#deadlineMs / 2)
    this.#log(`${reason}: shutting down`)
    this.#drain?.announce()
    if (noticeMs > 0) await sleep(noticeMs)
    try {
      if (this.#drain) {
        this.#log(`no new connections; ${requests(this.#drain.active)} under way`)
        const cut = await this.#drain.drain(end - closeMs - performance.now())
        this.#log(cut === 0 ? 'every request was finished' : `${requests(cut)} cut at the deadline`)
      }
      if (beforeClose) await within(end - closeMs - performance.now(), beforeClose())
    } finally {
      await cluster.close({ deadlineMs: Math.max(end - performance.now(), 0) })
      this.#log('the cluster is closed')
    }
  }

  #log(step: string): void {
    this.#options.log?.(step)
  }
}

function requests(count: number): string {
  return count === 1 ? '1 request' : `${count} requests`
}

/** What closing may take longer than it was told, before the process ends without it. */
const EXIT_GRACE_MS = 1_000

/** Waits for the work, but no longer. Its failure is thrown; being late is not one. */
async function within(limitMs: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController()
  try {
    await Promise.race([work, sleep(Math.max(limitMs, 0), undefined, { signal: timer.signal })])
  } finally {
    timer.abort()
  }
}
