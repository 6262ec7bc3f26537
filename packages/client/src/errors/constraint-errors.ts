import { CerciError } from './cerci-error.js'
import type { CerciErrorCode } from './error-table.js'

/** Which constraint refused a row. What the server did not name is undefined. */
export interface ConstraintDetails {
  readonly schema: string | undefined
  readonly table: string | undefined
  /** Columns of the constraint, in its order; empty when the server did not name them. */
  readonly columns: readonly string[]
  readonly constraint: string | undefined
}

/** A constraint refused a row; one of its subclasses is thrown. The values are only in `cause.detail`, so that the message is safe to show. */
export class ConstraintError extends CerciError implements ConstraintDetails {
  override readonly name: string = 'ConstraintError'
  readonly schema: string | undefined
  readonly table: string | undefined
  readonly columns: readonly string[]
  readonly constraint: string | undefined

  constructor(code: CerciErrorCode, problem: string, details: ConstraintDetails, cause: unknown) {
    super(code, `${problem}${where(details)}.`, cause)
    this.schema = details.schema
    this.table = details.table
    this.columns = details.columns
    this.constraint = details.constraint
  }

  /** The first of `columns`. */
  get column(): string | undefined {
    return this.columns[0]
  }
}

export class UniqueViolationError extends ConstraintError {
  override readonly name = 'UniqueViolationError'

  constructor(details: ConstraintDetails, cause: unknown) {
    super('CERCI_UNIQUE_VIOLATION', 'A row with the same key exists', details, cause)
  }
}

export class ForeignKeyViolationError extends ConstraintError {
  override readonly name = 'ForeignKeyViolationError'

  constructor(details: ConstraintDetails, cause: unknown) {
    super('CERCI_FOREIGN_KEY_VIOLATION', 'A reference has no row at its other end', details, cause)
  }
}

export class CheckViolationError extends ConstraintError {
  override readonly name = 'CheckViolationError'

  constructor(details: ConstraintDetails, cause: unknown) {
    super('CERCI_CHECK_VIOLATION', 'A row does not satisfy a CHECK constraint', details, cause)
  }
}

export class NotNullViolationError extends ConstraintError {
  override readonly name = 'NotNullViolationError'

  constructor(details: ConstraintDetails, cause: unknown) {
    super('CERCI_NOT_NULL_VIOLATION', 'A column that must have a value got NULL', details, cause)
  }
}

/** `: constraint "small", table "t", columns (a, b)`, as far as the server has named them. */
function where({ constraint, table, columns }: ConstraintDetails): string {
  const names = [
    constraint === undefined ? undefined : `constraint "${constraint}"`,
    table === undefined ? undefined : `table "${table}"`,
    columns.length === 0 ? undefined : `${columns.length === 1 ? 'column' : 'columns'} (${columns.join(', ')})`,
  ].filter(name => name !== undefined)
  return names.length === 0 ? '' : `: ${names.join(', ')}`
}
