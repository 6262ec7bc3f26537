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

/**
 * The value, when it is one of those that are allowed: types say so in an editor, but not at run time.
 *
 * @throws OptionError that names them
 */
export function oneOf<const T extends string>(value: unknown, option: string, allowed: readonly T[]): T {
  const found = allowed.find(candidate => candidate === value)
  if (found === undefined) throw new OptionError(option, `${JSON.stringify(value)} is not one of ${allowed.join(', ')}`)
  return found
}
