import type { FaultRule, FaultStage, RetryReason } from './fault.js'

/** Conditions of a rule; see {@link FaultRule}. */
export type FaultConditions = Partial<Omit<FaultRule, 'stage' | 'effect'>>

/** Every statement on the node takes `delayMs` longer. */
export function slowNode(node: number, delayMs: number, conditions: FaultConditions = {}): FaultRule {
  return rule(`slow-node-${node}`, 'statement', { kind: 'delay', ms: delayMs }, { node, ...conditions })
}

/**
 * Statements fail with 40001, for a reason of CockroachDB's.
 *
 * @param conditions.stage `commit` lets only commits fail. @default 'statement'
 */
export function retryErrors(
  conditions: FaultConditions & { readonly reason?: RetryReason; readonly stage?: 'statement' | 'commit' } = {},
): FaultRule {
  const { reason = 'RETRY_SERIALIZABLE', stage = 'statement', ...others } = conditions
  return rule(`retry-${stage}`, stage, { kind: 'retry', reason }, others)
}

/**
 * Commits are answered with 40003, result is ambiguous; `faults.truth(id)` tells what really happened.
 *
 * @param conditions.committed whether the commit is done. @default 'random'
 */
export function ambiguousCommits(
  conditions: FaultConditions & { readonly committed?: boolean | 'random' } = {},
): FaultRule {
  const { committed = 'random', ...others } = conditions
  return rule('ambiguous-commit', 'commit', { kind: 'ambiguous', committed }, others)
}

/**
 * The clock is wrong: to a statement `now()`, `current_timestamp` and the defaults made of them are `offsetMs` later than they are, or
 * earlier when it is negative.
 */
export function wrongClock(offsetMs: number, conditions: FaultConditions = {}): FaultRule {
  return rule('wrong-clock', 'statement', { kind: 'clock', offsetMs }, conditions)
}

/** The connection is reset: at `connect`, `statement` and `commit` before anything was run, at `reply` after it. */
export function cutConnections(stage: FaultStage, conditions: FaultConditions = {}): FaultRule {
  return rule(`cut-${stage}`, stage, { kind: 'cut' }, conditions)
}

/** The statement runs, and the connection is reset before its answer leaves. */
export function lostReplies(conditions: FaultConditions = {}): FaultRule {
  return cutConnections('reply', { id: 'lost-reply', ...conditions })
}

/** New connections are refused with 53300, as by a node that has too many. */
export function tooManyConnections(conditions: FaultConditions = {}): FaultRule {
  const message = 'sorry, too many clients already'
  return rule('too-many-connections', 'connect', { kind: 'error', code: '53300', message }, conditions)
}

function rule(id: string, stage: FaultStage, effect: FaultRule['effect'], conditions: FaultConditions): FaultRule {
  return { id, stage, effect, ...conditions }
}
