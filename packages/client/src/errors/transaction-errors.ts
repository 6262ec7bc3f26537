import { CerciError } from './cerci-error.js'

/** Nobody can know from here whether a commit happened. https://www.cockroachlabs.com/docs/v26.2/common-errors#result-is-ambiguous */
export class AmbiguousCommitError extends CerciError {
  override readonly name = 'AmbiguousCommitError'
  /** What `verify` threw, when it was asked and failed; of an idempotent statement or batch, what failed when it was run again. */
  readonly verifyError: unknown

  /** @param cause the failure; of one that says already that it is ambiguous, its cause is taken */
  constructor(what: Doubtful, cause: unknown, verifyError?: unknown) {
    super(
      'CERCI_AMBIGUOUS_COMMIT',
      `${what} was sent, but whether it took effect is unknown.`,
      cause instanceof AmbiguousCommitError ? cause.cause : cause,
      verifyError === undefined
        ? adviceFor[what]
        : 'Read back what was written: `verifyError` is why that failed here.',
    )
    this.verifyError = verifyError
  }
}

/** What may or may not have taken effect. */
type Doubtful = 'COMMIT' | 'COPY' | 'The batch' | 'The statement'

const adviceFor: Readonly<Record<Doubtful, string>> = {
  COMMIT: 'Read back what was written, or let `transaction()` do that with `verify`.',
  COPY: 'Read back what was written.',
  'The batch': 'Read back what was written, or declare the batch `idempotent`.',
  'The statement':
    'Read back what was written; run it in `transaction()` with `verify`, or with `query()` and declared `idempotent`.',
}

/** Every attempt ended with a conflict. `cause` is the last one. */
export class RetriesExhaustedError extends CerciError {
  override readonly name = 'RetriesExhaustedError'
  readonly attempts: number

  constructor(attempts: number, cause: unknown) {
    super(
      'CERCI_RETRIES_EXHAUSTED',
      `Gave up after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}; nothing was written.`,
      cause,
    )
    this.attempts = attempts
  }
}

/** The deadline passed before an attempt succeeded. `cause` is the last failure, if there was one. */
export class TransactionDeadlineError extends CerciError {
  override readonly name = 'TransactionDeadlineError'
  readonly attempts: number
  readonly deadlineMs: number

  constructor(deadlineMs: number, attempts: number, cause?: unknown) {
    super(
      'CERCI_TRANSACTION_DEADLINE',
      `The deadline of ${deadlineMs} ms passed in attempt ${attempts}; nothing was written.`,
      cause,
    )
    this.deadlineMs = deadlineMs
    this.attempts = attempts
  }
}

/** The retry savepoint could not be restored. `cause` is why; `conflict` is the error that made the restart necessary. */
export class RestartFailedError extends CerciError {
  override readonly name = 'RestartFailedError'
  readonly conflict: unknown

  constructor(cause: unknown, conflict: unknown) {
    super('CERCI_RESTART_FAILED', 'The transaction could not be rolled back to its retry savepoint.', cause)
    this.conflict = conflict
  }
}

/** An earlier statement failed and its error was swallowed. `cause` is that first failure. */
export class TransactionAbortedError extends CerciError {
  override readonly name = 'TransactionAbortedError'

  constructor(cause: unknown) {
    super(
      'CERCI_TRANSACTION_ABORTED',
      `An earlier statement failed${cause instanceof Error ? ` (${cause.message})` : ''}, so the server rolled the transaction back.`,
      cause,
    )
  }
}

/** A schema change committed the first part of the transaction. */
export class TransactionSplitError extends CerciError {
  override readonly name = 'TransactionSplitError'

  constructor(cause?: unknown) {
    super('CERCI_TRANSACTION_SPLIT', 'A statement inside the transaction committed what came before it.', cause)
  }
}

/** A transaction object was used after its function had settled. */
export class TransactionEndedError extends CerciError {
  override readonly name = 'TransactionEndedError'

  constructor(detail = 'The transaction has ended.') {
    super('CERCI_TRANSACTION_ENDED', detail)
  }
}

/** An ORM's transaction is committed, what the ORM ran after that failed. */
export class AfterCommitError extends CerciError {
  override readonly name = 'AfterCommitError'

  constructor(cause: unknown) {
    super('CERCI_AFTER_COMMIT', 'The transaction is committed, but what followed its COMMIT failed.', cause)
  }
}

/** The transaction is committed, its schema change is not. */
export class CommittedSchemaFailedError extends CerciError {
  override readonly name = 'CommittedSchemaFailedError'

  constructor(cause: unknown) {
    super('CERCI_COMMITTED_SCHEMA_FAILED', 'The transaction is committed, but its schema change failed.', cause)
  }
}
