import type { Cluster } from 'cerci'
import type { Logger } from 'pino'
import type { OutboxEvent } from '../entities/event.js'
import { buryEvent, claimEvents, deleteEvent, postponeEvent } from '../repositories/event-repository.js'
import type { Doorbell } from './doorbell.js'
import type { EventReceiver } from './receivers.js'
import { defaultBackoffMs, defaultMaxAttempts, retryDelayMs } from './retry-delay.js'

export interface EventDeliveryOptions {
  readonly cluster: Cluster
  readonly logger: Logger
  readonly receiver: EventReceiver
  /** Tells of events that this process has written. */
  readonly doorbell: Doorbell
  /** Milliseconds between two looks into an empty outbox. @default 500 */
  readonly intervalMs?: number
  /** How often an event is tried before it is put aside. @default 24, which takes about an hour */
  readonly maxAttempts?: number
  /** Milliseconds before the second attempt; doubled for each further one, up to five minutes. @default 1000 */
  readonly backoffMs?: number
  /** Seconds for which a worker holds the events it took; longer than a delivery may take. Those of a worker that died come back after it. @default 30 */
  readonly leaseSeconds?: number
}

/** Events that one worker delivers at the same time; each of another key. */
const batchSize = 20

/** Delivers the outbox. Any number of processes may run one: they share the work, and each key stays in order. */
export class EventDelivery {
  readonly #cluster: Cluster
  readonly #logger: Logger
  readonly #receiver: EventReceiver
  readonly #doorbell: Doorbell
  readonly #intervalMs: number
  readonly #maxAttempts: number
  readonly #backoffMs: number
  readonly #leaseSeconds: number
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined

  constructor(options: EventDeliveryOptions) {
    this.#cluster = options.cluster
    this.#logger = options.logger
    this.#receiver = options.receiver
    this.#doorbell = options.doorbell
    this.#intervalMs = options.intervalMs ?? 500
    this.#maxAttempts = options.maxAttempts ?? defaultMaxAttempts
    this.#backoffMs = options.backoffMs ?? defaultBackoffMs
    this.#leaseSeconds = options.leaseSeconds ?? 30
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** Finishes the deliveries that are under way. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const found = await this.#deliverBatch()
      if (!found) await this.#doorbell.wait(this.#intervalMs, signal)
    }
  }

  /** Whether there was anything to deliver. */
  async #deliverBatch(): Promise<boolean> {
    try {
      const events = await claimEvents(this.#cluster, batchSize, this.#leaseSeconds)
      await Promise.all(events.map(event => this.#deliver(event)))
      return events.length > 0
    } catch (err) {
      this.#logger.error({ err }, 'the outbox could not be read; trying again')
      return false
    }
  }

  async #deliver(event: OutboxEvent): Promise<void> {
    try {
      await this.#receiver(event)
    } catch (err) {
      return this.#reject(event, err)
    }
    await deleteEvent(this.#cluster, event)
  }

  async #reject(event: OutboxEvent, err: unknown): Promise<void> {
    const { key, sequence, attempts } = event
    if (attempts >= this.#maxAttempts) {
      this.#logger.error({ err, key, sequence, attempts }, 'event put aside as a dead letter')
      return buryEvent(this.#cluster, event, err instanceof Error ? err.message : String(err))
    }
    const delayMs = retryDelayMs(attempts, this.#backoffMs, Math.random())
    this.#logger.warn({ err, key, sequence, attempts, delayMs }, 'event not delivered; trying again')
    return postponeEvent(this.#cluster, event, delayMs)
  }
}
