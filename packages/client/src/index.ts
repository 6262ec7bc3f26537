export type { Address, ClusterOptions, DnsOptions, HostOptions, SslMode } from './cluster/options.js'
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
export type { Transaction, TransactionOptions } from './transaction/transaction.js'
