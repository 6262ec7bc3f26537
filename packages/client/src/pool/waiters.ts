import { maxTimerMs } from '../query/limits.js'
import type { PooledClient } from './connection/pooled-client.js'
import type { Share } from './sharing.js'

/** A caller that waits for a connection. Exactly one of its functions is called, once. */
export interface Waiter {
  readonly give: (client: PooledClient) => void
  readonly fail: (error: unknown) => void
  /** `performance.now()` at which it gives up. */
  readonly deadline: number
  /** `performance.now()` when it came. */
  readonly since: number
  /** True once it has given up; it then only keeps its place in line. */
  settled: boolean
  /** Set when a share of a connection is enough. */
  readonly share?: Share | undefined
}

/** Callers waiting for a connection, first come, first served. One timer serves all of them. */
export class Waiters {
  readonly #onTimeout: (waiter: Waiter) => void
  readonly #onEmpty: () => void
  #line: Waiter[] = []
  #head = 0
  #size = 0
  #timer: NodeJS.Timeout | undefined
  #timerAt = Number.POSITIVE_INFINITY

  /** @param onEmpty Is called when the last one has left, served or not. */
  constructor(onTimeout: (waiter: Waiter) => void, onEmpty: () => void) {
    this.#onTimeout = onTimeout
    this.#onEmpty = onEmpty
  }

  get size(): number {
    return this.#size
  }

  push(waiter: Waiter): void {
    this.#line.push(waiter)
    if (this.#size++ === 0) this.#timer?.ref()
    if (waiter.deadline < this.#timerAt) this.#arm(waiter.deadline)
  }

  /** Who is next. */
  peek(): Waiter | undefined {
    for (; this.#head < this.#line.length; this.#head++) {
      const waiter = this.#line[this.#head]
      if (waiter !== undefined && !waiter.settled) return waiter
    }
    return undefined
  }

  shift(): Waiter | undefined {
    const waiter = this.peek()
    if (waiter === undefined) return undefined
    this.#head++
    if (this.#head > 64 && this.#head * 2 > this.#line.length) {
      this.#line = this.#line.slice(this.#head)
      this.#head = 0
    }
    this.leave(waiter)
    return waiter
  }

  /** The caller does not wait any longer. */
  leave(waiter: Waiter): void {
    if (waiter.settled) return
    waiter.settled = true
    this.#size--
    if (this.#size > 0) return
    this.#reset()
    this.#onEmpty()
  }

  failAll(error: unknown): void {
    for (let waiter = this.shift(); waiter !== undefined; waiter = this.shift()) waiter.fail(error)
  }

  /** Nobody will wait any more. */
  stop(): void {
    this.#arm(Number.POSITIVE_INFINITY)
  }

  #arm(at: number): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#timerAt = at
    if (at === Number.POSITIVE_INFINITY) return
    this.#timer = setTimeout(() => this.#expire(), Math.min(Math.max(0, at - performance.now()), maxTimerMs))
  }

  #expire(): void {
    const now = performance.now()
    // Who has given up leaves the line, too: in an outage nobody is served, and the line would grow as long as somebody waits.
    this.#line = this.#line.slice(this.#head).filter(waiter => !waiter.settled)
    this.#head = 0
    const late = this.#line.filter(waiter => waiter.deadline <= now + 0.5)
    for (const waiter of late) {
      this.leave(waiter)
      this.#onTimeout(waiter)
    }
    let next = Number.POSITIVE_INFINITY
    for (const waiter of this.#line.slice(this.#head)) if (!waiter.settled) next = Math.min(next, waiter.deadline)
    this.#arm(next)
  }

  /** The timer is left to whoever comes next, without holding the process: a busy pool's line is empty many times a second. */
  #reset(): void {
    this.#line = []
    this.#head = 0
    this.#timer?.unref()
  }
}
