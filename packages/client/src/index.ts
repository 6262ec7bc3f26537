export type { OrmTransactionOptions, OrmTransactions } from './adapters/orm-transactions.js'
export { Cluster } from './cluster/cluster.js'
export type { ClusterHealth, NodeHealth } from './cluster/health.js'
export type { Address, ClusterOptions, DnsOptions, HostOptions, SslMode } from './cluster/options.js'
export type { PoolConfig } from './cluster/settings.js'
export { CerciError } from './errors/cerci-error.js'
export {
  ConnectionError,
  ConnectionLostError,
  NodeDrainingError,
  type NodeFailure,
  PoolClosedError,
  PoolTimeoutError,
  type PoolTimeoutReason,
  type StatementOutcome,
} from './errors/connection-errors.js'
export {
  CheckViolationError,
  type ConstraintDetails,
  ConstraintError,
  ForeignKeyViolationError,
  NotNullViolationError,
  UniqueViolationError,
} from './errors/constraint-errors.js'
export { type CerciErrorCode, type ErrorEntry, errorTable } from './errors/error-table.js'
export { fromServer } from './errors/from-server.js'
export { MigrationChangedError } from './errors/migration-changed-error.js'
export { MigrationFailedError } from './errors/migration-failed-error.js'
export { MigrationLockLostError } from './errors/migration-lock-lost-error.js'
export { OptionError } from './errors/option-error.js'
export { QueryAbortedError, QueryTimeoutError } from './errors/query-errors.js'
export { LockNotAvailableError, RangeUnavailableError } from './errors/server-errors.js'
export { SqlState } from './errors/sqlstate.js'
export { StaleInstanceError } from './errors/stale-instance-error.js'
export {
  AfterCommitError,
  AmbiguousCommitError,
  CommittedSchemaFailedError,
  RestartFailedError,
  RetriesExhaustedError,
  TransactionAbortedError,
  TransactionDeadlineError,
  TransactionEndedError,
  TransactionSplitError,
} from './errors/transaction-errors.js'
export { type Graceful, type GracefulOptions, graceful } from './graceful/graceful.js'
export { type ErrorResponse, errorResponse } from './http/error-response.js'
export {
  MigrationLock,
  type MigrationLockOptions,
  type MigrationOptions,
  withMigrationLock,
} from './lock/migration-lock.js'
export { updateVersioned, type VersionedUpdate } from './lock/update-versioned.js'
export { VersionConflictError } from './lock/version-conflict-error.js'
export { logSlowQueries, type SlowQuery, type SlowQueryOptions } from './logging/log-slow-queries.js'
export { CursorError } from './page/cursor-error.js'
export type { OrderColumn } from './page/ordering.js'
export { PageOrderError } from './page/page-order-error.js'
export type { Page, PageRequest, PagesDefinition } from './page/page-types.js'
export { Pages } from './page/pages.js'
export type { BatchOptions, BatchStatement } from './pool/batch.js'
export { CerciPool } from './pool/cerci-pool.js'
export type { NodeStatus } from './pool/nodes/node-status.js'
export type {
  AmbiguousEvent,
  FailoverEvent,
  NodeAddress,
  Observer,
  RetryEvent,
  RetryReason,
  StatementEnd,
  StatementStart,
  UnitEnd,
  UnitObservation,
  UnitStart,
} from './query/observer.js'
export type { CerciClient, CerciQueryConfig, Queryable } from './query/queryable.js'
export type { AsOf } from './read/as-of.js'
export { StaleReadError } from './read/stale-read-error.js'
export type { StaleReadOptions } from './read/stale-reads.js'
export { classify, type Failure, type FailureKind } from './retry/classify.js'
export { type RetryOptions, retryTransaction } from './retry/retry-loop.js'
export { sqlStateOf } from './retry/sql-state-of.js'
export { fingerprint } from './statement/fingerprint.js'
export type { IsolationLevel, Transaction, TransactionOptions } from './transaction/transaction.js'
export { Decimal, type Rounding } from './value/decimal.js'
export { ValueError } from './value/value-error.js'
export { type ValueOptions, valueTypes } from './value/value-types.js'
export { BulkRowError, BulkWriteError } from './write/bulk-errors.js'
export type { BulkOptions } from './write/bulk-options.js'
export type { BulkFailure, BulkReport } from './write/bulk-report.js'
export { coalesce } from './write/coalesce.js'
export { CoalesceFullError, CoalesceResultError } from './write/coalesce-errors.js'
export type { Coalesced, CoalescedStatement, CoalescedTransaction, CoalesceOptions } from './write/coalesce-options.js'
export { type CopyDataOptions, type CopyFromOptions, copyData, copyFrom } from './write/copy-from.js'
export { type DeleteProgress, type DeleteWhereOptions, deleteWhere } from './write/delete-where.js'
export { type InsertManyOptions, insertMany } from './write/insert-many.js'
export { type UpdateManyOptions, updateMany } from './write/update-many.js'
export { type UpsertManyOptions, upsertMany } from './write/upsert-many.js'
