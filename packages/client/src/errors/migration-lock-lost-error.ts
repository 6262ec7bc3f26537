import { CerciError } from './cerci-error.js'

/** The migration lock went with its connection. `cause` is what ended that. */
export class MigrationLockLostError extends CerciError {
  override readonly name = 'MigrationLockLostError'

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? ` (${cause.message})` : ''
    super(
      'CERCI_MIGRATION_LOCK_LOST',
      `The migration lock was lost with its connection${reason}, so another migration may run at the same time; what was applied stays applied.`,
      cause,
    )
  }
}
