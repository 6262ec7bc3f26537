import { CerciError } from '../errors/cerci-error.js'

/** A page cursor that cannot be used. Show the first page instead. */
export class CursorError extends CerciError {
  override readonly name = 'CursorError'

  constructor(code: 'CERCI_CURSOR_INVALID' | 'CERCI_CURSOR_FOREIGN') {
    super(
      code,
      code === 'CERCI_CURSOR_INVALID' ? 'The page cursor is not valid.' : 'The page cursor belongs to another listing.',
    )
  }
}
