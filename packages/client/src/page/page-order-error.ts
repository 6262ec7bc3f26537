import { CerciError } from '../errors/cerci-error.js'

/** The ordering of a listing does not tell all rows apart. */
export class PageOrderError extends CerciError {
  override readonly name = 'PageOrderError'

  constructor(columns: readonly string[]) {
    super('CERCI_PAGE_ORDER', `Two rows have the same values of ${columns.join(', ')}.`)
  }
}
