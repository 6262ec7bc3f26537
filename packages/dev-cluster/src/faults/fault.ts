/**
 * Where in a statement's life a fault strikes. `connect`: a client has authenticated. `statement`: before it runs. `commit`: before
 * a COMMIT, or a lone write, which commits itself. `reply`: it has run, its answer has not left.
 */
export type FaultStage = 'connect' | 'statement' | 'commit' | 'reply'

/** What a session asks the injector about. */
export interface FaultProbe {
  readonly nodeId: number
  readonly stage: FaultStage
  /** The statement with its constants as `_`; empty at `connect`. */
  readonly fingerprint: string
  readonly applicationName: string
  readonly inTransaction: boolean
}

/** What a session then does. */
export type FaultAction =
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'clock'; readonly offsetMs: number }
  /** The backend itself fails with it, so that the transaction's state stays true. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly hint?: string }
  /** The connection is reset; at `reply` the statement was run, before that it was not. */
  | { readonly kind: 'cut' }
  /** Commit or do not, answer 40003 either way, and record under `id` which it was. */
  | { readonly kind: 'ambiguous'; readonly committed: boolean; readonly id: string }

/** Why CockroachDB asks for a transaction to be run again. */
export type RetryReason = (typeof retryReasons)[number]

/** Source: https://www.cockroachlabs.com/docs/v26.2/transaction-retry-error-reference */
export const retryReasons = [
  'RETRY_WRITE_TOO_OLD',
  'RETRY_SERIALIZABLE',
  'RETRY_ASYNC_WRITE_FAILURE',
  'RETRY_COMMIT_DEADLINE_EXCEEDED',
  'READ_WITHIN_UNCERTAINTY_INTERVAL',
  'ABORT_REASON_ABORTED_RECORD_FOUND',
  'ABORT_REASON_CLIENT_REJECT',
  'ABORT_REASON_PUSHER_ABORTED',
  'ABORT_REASON_ABORT_SPAN',
  'ABORT_REASON_NEW_LEASE_PREVENTS_TXN',
  'ABORT_REASON_TIMESTAMP_CACHE_REJECTED',
] as const

/** What a rule makes happen. */
export type FaultEffect =
  | { readonly kind: 'delay'; readonly ms: number }
  /** For the statement `now()` is so much later (or earlier, when negative) than it is. */
  | { readonly kind: 'clock'; readonly offsetMs: number }
  /** SQLSTATE 40001 with CockroachDB's message for the reason. */
  | { readonly kind: 'retry'; readonly reason: RetryReason }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly hint?: string }
  | { readonly kind: 'cut' }
  /** `random`: committed in half the cases. */
  | { readonly kind: 'ambiguous'; readonly committed: boolean | 'random' }

/** One fault to inject, as data: every condition that is given must hold. */
export interface FaultRule {
  /** Unique; adding a rule with an id that exists replaces that one. */
  readonly id: string
  /** @default every node */
  readonly node?: number
  readonly stage: FaultStage
  /** Part of the statement's fingerprint, or all of it; case does not matter. @default every statement */
  readonly fingerprint?: string
  /** @default 'part' */
  readonly fingerprintMatch?: 'part' | 'whole'
  /** The connection's application_name. @default every one */
  readonly application?: string
  /** Only inside (true) or only outside (false) of an explicit transaction. @default both */
  readonly inTransaction?: boolean
  /** In (0, 1]. @default 1 */
  readonly probability?: number
  /** Strikes at most so often. @default 'unlimited' */
  readonly times?: number | 'unlimited'
  /** Lets so many matches pass first. @default 0 */
  readonly after?: number
  readonly effect: FaultEffect
}

/** A rule and what has become of it. */
export interface FaultStatus {
  readonly rule: FaultRule
  /** Probes for which every condition held, `after` and `probability` aside. */
  readonly matches: number
  /** How often the fault was injected. */
  readonly hits: number
  /** Of a rule that has matched nothing so far: why it may never match. */
  readonly hint?: string
}

/** What really happened to a commit whose client was told that nobody knows. */
export interface CommitTruth {
  /** `<rule id>#<number of the hit>`; the error's detail names it. */
  readonly id: string
  readonly committed: boolean
  readonly at: Date
}
