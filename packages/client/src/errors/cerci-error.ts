import { type CerciErrorCode, errorTable } from './error-table.js'

/**
 * Everything this package throws on its own account. `code` is stable and what to recognise an error by; `cause` is what led to it.
 *
 * @example
 * try {
 *   await cluster.query('INSERT INTO users (email) VALUES ($1)', [email])
 * } catch (error) {
 *   if (error instanceof CerciError && error.code === 'CERCI_UNIQUE_VIOLATION') return 'taken'
 *   throw error
 * }
 */
export class CerciError extends Error {
  override readonly name: string = 'CerciError'
  readonly code: CerciErrorCode

  /** @param next what to do, where the case is known better than the table of errors can know it */
  constructor(code: CerciErrorCode, detail: string, cause?: unknown, next: string = errorTable[code].next) {
    super(`${detail} ${next}`, cause === undefined ? undefined : { cause })
    this.code = code
  }

  /** The SQLSTATE that the server answered with, when that is what led to this error. */
  get sqlState(): string | undefined {
    for (
      let error: unknown = this.cause, depth = 0;
      error instanceof Error && depth < 8;
      error = error.cause, depth++
    ) {
      if (!(error instanceof CerciError) && 'code' in error && typeof error.code === 'string' && isSqlState(error.code))
        return error.code
    }
    return undefined
  }
}

function isSqlState(code: string): boolean {
  return code.length === 5 && /^[0-9A-Z]{5}$/.test(code)
}
