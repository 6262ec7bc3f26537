import { AmbiguousCommitError } from '../errors/transaction-errors.js'
import { isOwnRefusal } from '../retry/row-errors.js'

/**
 * What is told of an idempotent write after a run of which nobody knows whether it had its effect, when a later run failed as well: that is not the
 * answer, unless it proves that the first run was refused, too.
 *
 * @param doubt what the run in doubt failed with
 * @param error what the last run failed with
 */
export function inDoubt(what: 'The batch' | 'The statement', doubt: unknown, error: unknown): unknown {
  if (error instanceof AmbiguousCommitError || isOwnRefusal(error)) return error
  const cause = doubt instanceof AmbiguousCommitError ? doubt.cause : doubt
  return new AmbiguousCommitError(what, cause, error === doubt ? undefined : error)
}
