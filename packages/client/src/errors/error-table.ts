/** One kind of error: what it means, and what to do next. `next` ends every message of that kind. */
export interface ErrorEntry {
  /** The class that is thrown. */
  readonly type: string
  readonly meaning: string
  readonly next: string
}

/**
 * All errors of this package. Codes are never reused; docs/errors.md shows this table, and a test compares the two.
 */
export const errorTable = {
  CERCI_INVALID_OPTION: {
    type: 'OptionError',
    meaning: 'An option or a part of the connection string cannot be used.',
    next: 'Correct the option.',
  },
  CERCI_CONNECTION: {
    type: 'ConnectionError',
    meaning: 'No connection could be opened: every node refused or failed, or the server rejected the login.',
    next: 'Check that the nodes run, and that hosts, TLS, login, database and session variables are right.',
  },
  CERCI_CONNECTION_LOST: {
    type: 'ConnectionLostError',
    meaning: 'The connection ended while it was used. `outcome` says what is known about the statement.',
    next: 'Run the whole transaction again, unless `outcome` is "unknown".',
  },
  CERCI_NODE_DRAINING: {
    type: 'NodeDrainingError',
    meaning:
      'The node shut down or drained and ended the connection (57P01). `outcome` says what is known about the statement.',
    next: 'Run the whole transaction again, unless `outcome` is "unknown".',
  },
  CERCI_POOL_TIMEOUT: {
    type: 'PoolTimeoutError',
    meaning:
      'No connection was to be had within `acquireTimeoutMs`. `reason` says why: "busy", all were in use; "short", those that are open were, and no further one could be opened; "unreachable", no node of a cluster that was connected can be reached, and `cause` is the `ConnectionError`.',
    next: '"busy": release clients sooner, or raise `max`. Else: look at the nodes; the message says which, since when, and why.',
  },
  CERCI_POOL_CLOSED: {
    type: 'PoolClosedError',
    meaning:
      'The pool is closing or closed: nothing new is started on it (`outcome` is "not-executed"), and what still runs at its deadline is cancelled ("cancelled").',
    next: 'Close the pool after everything that uses it.',
  },
  CERCI_QUERY_TIMEOUT: {
    type: 'QueryTimeoutError',
    meaning:
      'The statement was not done within its `timeoutMs`, waiting for a connection included. `outcome` says what is known of it.',
    next: 'Make it faster or raise `timeoutMs`; when `outcome` is "unknown", read back what was written.',
  },
  CERCI_QUERY_ABORTED: {
    type: 'QueryAbortedError',
    meaning: "The caller's AbortSignal fired. `outcome` says what is known of the statement or transaction.",
    next: 'Nothing; when `outcome` is "unknown", read back what was written.',
  },
  CERCI_AMBIGUOUS_COMMIT: {
    type: 'AmbiguousCommitError',
    meaning:
      'The connection was lost, or the server lost track, while a COMMIT or a lone write was on its way: nobody can know from here whether it happened.',
    next: 'Read back what was written. Beforehand: give `transaction()` a `verify`; declare a statement of `query()`, or a batch, `idempotent`.',
  },
  CERCI_RETRIES_EXHAUSTED: {
    type: 'RetriesExhaustedError',
    meaning: 'The transaction conflicted with others every time it was run (40001). Nothing was written.',
    next: 'Lock rows in one order, keep transactions short, or allow more attempts.',
  },
  CERCI_TRANSACTION_DEADLINE: {
    type: 'TransactionDeadlineError',
    meaning: 'The transaction did not succeed within its `deadlineMs`. Nothing was written.',
    next: 'Make it shorter, or raise `deadlineMs`.',
  },
  CERCI_RESTART_FAILED: {
    type: 'RestartFailedError',
    meaning:
      'ROLLBACK TO SAVEPOINT cockroach_restart failed, so the transaction could not be run again. Nothing was written.',
    next: 'Run it again, or use the protocol "transaction".',
  },
  CERCI_TRANSACTION_ABORTED: {
    type: 'TransactionAbortedError',
    meaning:
      'A statement failed, its error was swallowed, and the transaction went on; the server rolled all of it back. `cause` is the first failure.',
    next: 'Let errors leave the function, or put what may fail into a savepoint: `tx.savepoint()`, the nested transaction of an ORM, or SAVEPOINT.',
  },
  CERCI_TRANSACTION_SPLIT: {
    type: 'TransactionSplitError',
    meaning:
      'A schema change inside the transaction committed what came before it (autocommit_before_ddl), so it was not one transaction.',
    next: 'Change the schema outside of transactions.',
  },
  CERCI_TRANSACTION_ENDED: {
    type: 'TransactionEndedError',
    meaning: 'A transaction object was used after its function had settled.',
    next: 'Await every statement inside the function.',
  },
  CERCI_COMMITTED_SCHEMA_FAILED: {
    type: 'CommittedSchemaFailedError',
    meaning: 'The transaction is committed, but a schema change in it failed afterwards (XXA00).',
    next: 'Do not run it again; repair the schema change.',
  },
  CERCI_AFTER_COMMIT: {
    type: 'AfterCommitError',
    meaning:
      'The transaction is committed, but what an ORM ran after its COMMIT failed: a hook, or a subscriber. `cause` is that failure.',
    next: 'Do not run it again; repeat what was to follow it.',
  },
  CERCI_UNIQUE_VIOLATION: {
    type: 'UniqueViolationError',
    meaning: 'A row with the same key exists (23505).',
    next: 'Use another value, or UPSERT.',
  },
  CERCI_FOREIGN_KEY_VIOLATION: {
    type: 'ForeignKeyViolationError',
    meaning: 'A row refers to one that does not exist, or is still referred to (23503).',
    next: 'Write the referenced row first, or remove the references.',
  },
  CERCI_CHECK_VIOLATION: {
    type: 'CheckViolationError',
    meaning: 'A row does not satisfy a CHECK constraint (23514).',
    next: 'Correct the values.',
  },
  CERCI_NOT_NULL_VIOLATION: {
    type: 'NotNullViolationError',
    meaning: 'A column that must have a value got NULL (23502).',
    next: 'Give the column a value.',
  },
  CERCI_LOCK_NOT_AVAILABLE: {
    type: 'LockNotAvailableError',
    meaning: 'A row was locked by another transaction, under NOWAIT or longer than `lockTimeoutMs` (55P03).',
    next: 'Try again later; it is not retried by itself.',
  },
  CERCI_RANGE_UNAVAILABLE: {
    type: 'RangeUnavailableError',
    meaning: 'A part of the data has lost its quorum and cannot be reached (58C00).',
    next: 'Bring nodes back, then try again.',
  },
  CERCI_BAD_VALUE: {
    type: 'ValueError',
    meaning: 'A value cannot be stored exactly in its column, or a text is not an exact decimal.',
    next: 'Give a value of the type that the message names.',
  },
  CERCI_STALE_READ_STATEMENT: {
    type: 'StaleReadError',
    meaning: 'AS OF SYSTEM TIME cannot be placed in the statement.',
    next: 'Use one SELECT with a FROM, or a read-only transaction: staleRead({ exact }) or staleRead({ follower: true }).',
  },
  CERCI_BULK_WRITE: {
    type: 'BulkWriteError',
    meaning: 'A bulk write stopped. `report` says what was written and which rows failed; `cause` is why.',
    next: 'Correct the rows in `report.failures`, or let the rest land with onError: "isolate".',
  },
  CERCI_BULK_ROW: {
    type: 'BulkRowError',
    meaning:
      'A row of a bulk write has no value for a column, a column too many, or the key of another row in its batch.',
    next: 'Give every row the same columns, with null where there is no value, and every key once.',
  },
  CERCI_COALESCE_FULL: {
    type: 'CoalesceFullError',
    meaning: 'More calls wait to be merged than `maxQueued` allows.',
    next: 'Answer "try again later", or raise `maxQueued` or `maxBatch`.',
  },
  CERCI_COALESCE_RESULT: {
    type: 'CoalesceResultError',
    meaning: 'The results of a merged statement cannot be given to its callers one by one.',
    next: 'Return exactly one result for each row, in the order of the rows, or select the column "ordinal" of the input.',
  },
  CERCI_CURSOR_INVALID: {
    type: 'CursorError',
    meaning: 'A page cursor is not one of ours: damaged, changed, unsigned, or signed with a key that is not known.',
    next: 'Start again at the first page.',
  },
  CERCI_CURSOR_FOREIGN: {
    type: 'CursorError',
    meaning: 'A page cursor was made by another listing, ordering or scope.',
    next: 'Use a cursor only with the listing that made it.',
  },
  CERCI_PAGE_ORDER: {
    type: 'PageOrderError',
    meaning: 'Two rows of a page have the same place in its ordering, so rows would be lost between pages.',
    next: 'End `orderBy` with a unique key, such as the primary key.',
  },
  CERCI_VERSION_CONFLICT: {
    type: 'VersionConflictError',
    meaning: 'The row was changed or deleted since its version was read. Nothing was written.',
    next: 'Read the row again and repeat the change, or tell the user.',
  },
  CERCI_MIGRATION_LOCK_LOST: {
    type: 'MigrationLockLostError',
    meaning:
      'The connection that held the migration lock was lost, so another migration may run at the same time. What was applied stays applied.',
    next: 'Look at what was applied, then migrate again.',
  },
  CERCI_STALE_INSTANCE: {
    type: 'StaleInstanceError',
    meaning:
      'A transaction under Sequelize has to be run again, but it writes an instance that was made outside of its function, which takes what the failed attempt wrote for written. Nothing was written.',
    next: 'Load or build the instance inside of the function, by a finder or `build`.',
  },
  CERCI_MIGRATION_FAILED: {
    type: 'MigrationFailedError',
    meaning: 'A statement of a migration failed. What came before it stays applied.',
    next: 'See the cause; correct the migration from that statement on, or the data, then migrate again: it goes on there.',
  },
  CERCI_MIGRATION_CHANGED: {
    type: 'MigrationChangedError',
    meaning:
      'A migration that stopped half-way has changed before the place where it stopped, so it cannot go on there.',
    next: 'Put the statement back; or undo what was applied, and delete the rows of the migration from the table that the message names.',
  },
} as const

/** A stable code of an error of this package. */
export type CerciErrorCode = keyof typeof errorTable
