export type {
  ClusterObserver,
  NodeName,
  NodeState,
  NodeStateEvent,
  QueryEnd,
  QueryStart,
  RetryEvent,
  RetryReason,
  TransactionEnd,
  TransactionObservation,
  TransactionStart,
} from './cluster/observer.js'
export type { Address, ClusterOptions, DnsOptions, HostOptions, SslMode } from './cluster/options.js'
export type { CerciQueryConfig, Queryable } from './query/queryable.js'
export type { Transaction, TransactionOptions } from './transaction/transaction.js'
