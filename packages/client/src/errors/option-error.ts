import { CerciError } from './cerci-error.js'

/** An option or a part of the connection string cannot be used. Secrets are never part of the message. */
export class OptionError extends CerciError {
  override readonly name = 'OptionError'
  /** The option or URL parameter. */
  readonly option: string

  constructor(option: string, problem: string, cause?: unknown) {
    super('CERCI_INVALID_OPTION', `Option "${option}": ${problem}.`, cause)
    this.option = option
  }
}
