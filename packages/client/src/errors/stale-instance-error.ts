import { CerciError } from './cerci-error.js'

/** A transaction cannot be run again, because an object of the ORM from outside of it remembers the attempt that failed. `cause` is why that did, where its function was told. */
export class StaleInstanceError extends CerciError {
  override readonly name = 'StaleInstanceError'
  readonly model: string

  constructor(model: string, cause: unknown) {
    super(
      'CERCI_STALE_INSTANCE',
      `The transaction has to be run again, but its function writes an instance of ${model} that was made outside of it and remembers the first attempt; nothing was written.`,
      cause,
    )
    this.model = model
  }
}
