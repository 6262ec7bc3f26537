import { ConstraintError } from 'cerci'

type Refusal = 'CERCI_UNIQUE_VIOLATION' | 'CERCI_FOREIGN_KEY_VIOLATION' | 'CERCI_CHECK_VIOLATION'

/** Whether an error is the database's refusal of this kind, and by this constraint if one is named. */
export function isRefusal(error: unknown, code: Refusal, constraint?: string): boolean {
  if (!(error instanceof ConstraintError) || error.code !== code) return false
  return constraint === undefined || error.constraint === constraint
}
