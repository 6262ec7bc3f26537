import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Expected } from '../backend/segment.js'
import type { Unit } from '../batch/unit.js'
import type { SessionContext } from '../session-context.js'

/** Keeps in mind which portal of the transaction has rows to come. */
export function noteSuspended(
  context: SessionContext,
  expected: readonly Expected[],
  suspended: string | undefined,
): void {
  const before = context.suspendedPortal
  const executed = expected.findLastIndex(reply => reply.kind === 'execute' && reply.portal === suspended)
  const open = suspended !== undefined && !expected.slice(executed + 1).some(reply => ends(reply, suspended))
  if (open && context.transaction !== undefined) context.suspendedPortal = suspended
  else if (before !== undefined && expected.some(reply => ends(reply, before))) context.suspendedPortal = undefined
}

/**
 * The error for a statement between two reads of a portal, which CockroachDB does not allow unless asked to.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/session-variables
 */
export function interleaved(context: SessionContext, { portal, statement }: Unit): SqlError | undefined {
  const { suspendedPortal, transaction, variables } = context
  if (suspendedPortal === undefined || suspendedPortal === portal || transaction?.phase !== 'open') return undefined
  const kind = statement?.translation.kind
  if (kind === 'commit' || kind === 'rollback' || variables.isOn('multiple_active_portals_enabled')) return undefined
  return new SqlError(sqlState.feature_not_supported, 'unimplemented: multiple active portals not supported', {
    hint: 'Read or close the cursor first, or set multiple_active_portals_enabled to on (in preview).',
  })
}

function ends(reply: Expected, portal: string): boolean {
  return (reply.kind === 'execute' || reply.kind === 'close' || reply.kind === 'bind') && reply.portal === portal
}
