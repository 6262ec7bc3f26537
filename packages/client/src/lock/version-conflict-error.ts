import { CerciError } from '../errors/cerci-error.js'

/** Somebody else was faster. */
export class VersionConflictError extends CerciError {
  override readonly name = 'VersionConflictError'
  readonly table: string
  /** The version that the change was based on. */
  readonly expected: bigint
  /** The version that the row has now; undefined when the row is gone. */
  readonly actual: bigint | undefined

  constructor(table: string, expected: bigint, actual: bigint | undefined) {
    const now = actual === undefined ? 'it does not exist any more' : `it has version ${actual}`
    super(
      'CERCI_VERSION_CONFLICT',
      `A row of ${table} was changed meanwhile: version ${expected} was expected, but ${now}.`,
    )
    this.table = table
    this.expected = expected
    this.actual = actual
  }
}
