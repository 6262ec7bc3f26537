import { CerciError } from '../errors/cerci-error.js'

/** AS OF SYSTEM TIME has no place in the statement. */
export class StaleReadError extends CerciError {
  override readonly name = 'StaleReadError'

  constructor(reason: string) {
    super('CERCI_STALE_READ_STATEMENT', `The statement cannot read the past: ${reason}.`)
  }
}
