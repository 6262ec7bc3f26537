export { Cluster } from './cluster/cluster.js'
export type { ClusterHealth, NodeHealth } from './cluster/health.js'
export type { Address, ClusterOptions, DnsOptions, HostOptions, SslMode } from './cluster/options.js'
export type { PoolConfig } from './cluster/settings.js'
export { CerciError } from './errors/cerci-error.js'
export {
  ConnectionError,
  ConnectionLostError,
  NodeDrainingError,
  PoolClosedError,
  PoolTimeoutError,
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
export { OptionError } from './errors/option-error.js'
export { QueryAbortedError, QueryTimeoutError } from './errors/query-errors.js'
export { LockNotAvailableError, RangeUnavailableError } from './errors/server-errors.js'
export { SqlState } from './errors/sqlstate.js'
export {
  AmbiguousCommitError,
  CommittedSchemaFailedError,
  RestartFailedError,
  RetriesExhaustedError,
  TransactionAbortedError,
  TransactionDeadlineError,
  TransactionEndedError,
  TransactionSplitError,
} from './errors/transaction-errors.js'
export { CerciPool } from './pool/cerci-pool.js'
export type { NodeStatus } from './pool/node-status.js'
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
export type { CerciQueryConfig, Queryable } from './query/queryable.js'
export { classify, type Failure, type FailureKind } from './retry/classify.js'
export { type RetryOptions, retryTransaction } from './retry/retry-loop.js'
export type { Transaction, TransactionOptions } from './transaction/transaction.js'
