import { CerciError } from './cerci-error.js'

/** A statement of a migration failed; its `cause` is why. */
export class MigrationFailedError extends CerciError {
  override readonly name = 'MigrationFailedError'
  readonly migration: string
  readonly statement: string

  constructor(migration: string, statement: string, cause: unknown) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '')
    super('CERCI_MIGRATION_FAILED', `Migration ${migration} failed at ${statement.trim()}: ${reason}.`, cause)
    this.migration = migration
    this.statement = statement
  }
}
