import { AmbiguousCommitError, CerciError } from 'cerci'
import type { Outcome } from '../checker/history.js'

/** What clients were told instead of an answer, and how often. */
export class Answers {
  readonly #counts = new Map<string, number>()
  /** Errors that no client should have seen. */
  readonly unexpected: unknown[] = []

  /** Notes an error, and says what it means for the work that was asked for. */
  outcomeOf(error: unknown): Outcome {
    if (error instanceof CerciError) this.count(error.code)
    if (error instanceof AmbiguousCommitError) return 'unknown'
    if (error instanceof CerciError && surelyNothing.has(error.code)) return 'aborted'
    this.unexpected.push(error)
    return 'unknown'
  }

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].toSorted(([a], [b]) => a.localeCompare(b)))
  }
}

/** Codes that promise that nothing was written. */
const surelyNothing: ReadonlySet<string> = new Set(['CERCI_RETRIES_EXHAUSTED', 'CERCI_TRANSACTION_DEADLINE'])
