import type { Rewrite } from '../rewrite/rewrite.js'
import type { TransactionModes } from '../transaction-modes.js'

type Isolation = NonNullable<TransactionModes['isolation']>

/**
 * The isolation that a transaction gets for the one that was asked for: CockroachDB gives the next stronger one that the
 * cluster's settings allow.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/transactions#isolation-levels
 */
export function grantedIsolation(asked: string, rewrite: Rewrite): Isolation {
  if (asked === 'serializable') return 'serializable'
  const { settings } = rewrite.context.cluster
  rewrite.usesCluster = true
  const isRead = asked === 'read committed' || asked === 'read uncommitted'
  if (isRead && settings.get('sql.txn.read_committed_isolation.enabled') !== 'false') return 'read committed'
  return settings.get('sql.txn.repeatable_read_isolation.enabled') === 'true' ? 'repeatable read' : 'serializable'
}
