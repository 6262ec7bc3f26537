import type { Attempt, ListStep, Outcome } from '../checker/history.js'
import { wallClock } from './wall-clock.js'

/** Writes down what every attempt at a transaction did, and how it ended. */
export class AttemptLog {
  readonly attempts: Attempt[] = []
  #lastId = 0

  open(): AttemptEntry {
    return new AttemptEntry(++this.#lastId, attempt => this.attempts.push(attempt))
  }
}

/** One attempt under way. */
export class AttemptEntry {
  readonly #id: number
  readonly #write: (attempt: Attempt) => void
  readonly #steps: ListStep[] = []
  readonly #invokedAt = wallClock()

  constructor(id: number, write: (attempt: Attempt) => void) {
    this.#id = id
    this.#write = write
  }

  read(key: number, list: readonly number[]): void {
    this.#steps.push({ kind: 'read', key, list })
  }

  /** To be called before the statement is sent: it may take effect without an answer. */
  append(key: number, value: number): void {
    this.#steps.push({ kind: 'append', key, value })
  }

  /** @param past of a read of the past: about what time it has read */
  end(outcome: Outcome, past?: { readonly from: number; readonly to: number }): void {
    this.#write({
      id: this.#id,
      steps: this.#steps,
      outcome,
      invokedAt: past?.from ?? this.#invokedAt,
      completedAt: past?.to ?? wallClock(),
      ...(past && { past: true }),
    })
  }
}
