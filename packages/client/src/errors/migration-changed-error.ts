import { CerciError } from './cerci-error.js'

/** A migration that stopped half-way begins in another way now. */
export class MigrationChangedError extends CerciError {
  override readonly name = 'MigrationChangedError'
  readonly migration: string
  /** As it was applied, or begun. */
  readonly statement: string

  /** @param table where it is written down how far migrations have come */
  constructor(migration: string, statement: string, table: string) {
    super(
      'CERCI_MIGRATION_CHANGED',
      `Migration ${migration} stopped half-way, and this statement of it, in ${table}, is not where it was: ${statement.trim()}`,
    )
    this.migration = migration
    this.statement = statement
  }
}
