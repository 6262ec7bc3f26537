import { CerciError } from '../errors/cerci-error.js'

/** A value cannot be stored exactly. The value itself is not part of the message, as it may be private. */
export class ValueError extends CerciError {
  override readonly name = 'ValueError'
  /** The column it was meant for, where there is one. */
  readonly column: string | undefined

  constructor(problem: string, column?: string) {
    super('CERCI_BAD_VALUE', `${column === undefined ? '' : `Column "${column}": `}${problem}.`)
    this.column = column
  }
}
