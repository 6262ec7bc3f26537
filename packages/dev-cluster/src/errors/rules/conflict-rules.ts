import type { ErrorRule } from '../postgres-error.js'
import { restartError } from '../restart-error.js'
import { sqlState } from '../sql-state.js'

/** Transactions that could not be put in an order. https://www.cockroachlabs.com/docs/v26.2/transaction-retry-error-reference */
export const conflictRules: readonly ErrorRule[] = [
  {
    code: sqlState.serialization_failure,
    // Serializable snapshot isolation: another transaction has overwritten what this one read.
    routines: [
      'CheckForSerializableConflictOut',
      'OnConflict_CheckForSerializationFailure',
      'PreCommit_CheckForSerializationFailure',
    ],
    translate: () =>
      restartError(
        'TransactionRetryError: retry txn (RETRY_SERIALIZABLE - failed preemptive refresh due to a conflict)',
        'retry_serializable',
      ),
  },
  {
    code: sqlState.serialization_failure,
    // The rest found a row version that is newer than the transaction's snapshot.
    translate: () =>
      restartError(
        'TransactionRetryError: retry txn (RETRY_WRITE_TOO_OLD - WriteTooOld flag converted to WriteTooOldError)',
        'retry_write_too_old',
      ),
  },
  {
    code: sqlState.deadlock_detected,
    translate: () =>
      restartError('TransactionAbortedError(ABORT_REASON_PUSHER_ABORTED)', 'abort_reason_pusher_aborted'),
  },
  {
    code: sqlState.lock_not_available,
    routines: ['ProcessInterrupts'],
    translate: () => ({ message: 'canceling statement due to lock timeout on row' }),
  },
  {
    code: sqlState.lock_not_available,
    // NOWAIT. PostgreSQL does not say which row.
    translate: ({ names: [table] }) =>
      table === undefined ? undefined : { message: `could not obtain lock on row in ${table}@${table}_pkey` },
  },
]
