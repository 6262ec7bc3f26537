import type { TransactionOptions } from '../transaction/transaction.js'

/** A statement that starts. */
export interface QueryStart {
  readonly text: string
  readonly values: readonly unknown[] | undefined
  /** True inside `transaction()` and on clients taken with `pool.connect()`. */
  readonly onClient: boolean
}

/** How a statement ended. Shown to the function that `query` returned. */
export interface QueryEnd {
  readonly error: unknown
  readonly rowCount: number | null
  /** First word of the command tag: `SELECT`, `INSERT`, … */
  readonly command: string | undefined
  /** The node that ran it last. Undefined when it never reached one. */
  readonly node: NodeName | undefined
  /** How often it was run. */
  readonly attempts: number
  readonly durationMs: number
}

/** Which node: its address, and its id and region once it has introduced itself. */
export interface NodeName {
  readonly host: string
  readonly port: number
  readonly nodeId: number | undefined
  readonly region: string | undefined
}

export type RetryReason =
  | 'serialization'
  | 'commit-deadline'
  | 'connection-lost'
  | 'not-executed'
  | 'plan-changed'
  | 'verified-not-committed'

export interface RetryEvent {
  readonly scope: 'query' | 'transaction'
  readonly reason: RetryReason
  /** The attempt that failed, from 1. */
  readonly attempt: number
  readonly delayMs: number
  readonly error: unknown
}

/** A transaction that starts, before its first attempt. */
export interface TransactionStart {
  readonly options: TransactionOptions
}

export interface TransactionEnd {
  readonly error: unknown
  readonly attempts: number
  readonly durationMs: number
}

export type NodeState = 'up' | 'draining' | 'down'

export interface NodeStateEvent {
  readonly node: NodeName
  readonly from: NodeState
  readonly to: NodeState
  readonly cause: unknown
}

/**
 * Watches a pool, for metrics, traces and logs. Every method is optional and called synchronously; what it throws is ignored.
 * Register with `pool.observe(observer)`.
 */
export interface ClusterObserver {
  /** Called when a statement starts; the returned function when it has ended. */
  query?(start: QueryStart): ((end: QueryEnd) => void) | undefined
  transaction?(start: TransactionStart): TransactionObservation | undefined
  retry?(event: RetryEvent): void
  /** A commit of which nobody knows whether it happened, before `verify` is asked. */
  ambiguousCommit?(error: unknown): void
  nodeState?(event: NodeStateEvent): void
}

/** One observed transaction. */
export interface TransactionObservation {
  /** Calls the body, within the async context that its statements shall see. */
  run?<T>(body: () => T): T
  end(end: TransactionEnd): void
}
