import { CerciError } from './cerci-error.js'

/** A row was locked by another transaction. */
export class LockNotAvailableError extends CerciError {
  override readonly name = 'LockNotAvailableError'

  constructor(cause: unknown) {
    super('CERCI_LOCK_NOT_AVAILABLE', 'A row is locked by another transaction.', cause)
  }
}

/** A part of the data has lost its quorum. */
export class RangeUnavailableError extends CerciError {
  override readonly name = 'RangeUnavailableError'

  constructor(cause: unknown) {
    super('CERCI_RANGE_UNAVAILABLE', 'A range of the data is unavailable.', cause)
  }
}
