import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'
import type { FaultStage } from '../faults/fault.js'
import type { SessionContext } from './session-context.js'

/** What the faults that struck leave to be done. */
export interface FaultOutcome {
  /** The connection is gone. */
  readonly cut: boolean
  readonly error: SqlError | undefined
  /** How wrong the clock is for the statement. */
  readonly clockOffsetMs: number | undefined
  readonly ambiguous: { readonly id: string; readonly committed: boolean } | undefined
}

const NOTHING: FaultOutcome = { cut: false, error: undefined, clockOffsetMs: undefined, ambiguous: undefined }

/** Asks for the faults of a stage, waits out their delays, and says what else is to happen. */
export async function strikeFaults(
  context: SessionContext,
  stage: FaultStage,
  fingerprint: string,
): Promise<FaultOutcome> {
  const actions = context.services.faults.decide({
    nodeId: context.nodeId,
    stage,
    fingerprint,
    applicationName: context.variables.get('application_name'),
    inTransaction: context.transaction !== undefined,
  })
  let outcome = NOTHING
  for (const action of actions) {
    switch (action.kind) {
      case 'delay':
        await context.sleep(action.ms)
        break
      case 'clock':
        outcome = { ...outcome, clockOffsetMs: (outcome.clockOffsetMs ?? 0) + action.offsetMs }
        break
      case 'cut':
        context.cut()
        return { ...NOTHING, cut: true }
      case 'error': {
        const hint = action.hint === undefined ? {} : { hint: action.hint }
        outcome = { ...outcome, error: new SqlError(action.code, action.message, hint) }
        break
      }
      case 'ambiguous':
        outcome = { ...outcome, ambiguous: { id: action.id, committed: action.committed } }
        break
    }
  }
  return outcome
}

/** Nobody can tell the client whether it has committed; `id` lets a test look up the truth. */
export function ambiguousResult(id: string): SqlError {
  return new SqlError(sqlState.statement_completion_unknown, 'result is ambiguous: injected by a fault rule', {
    detail: id,
  })
}
