import type { Translation } from '../../translate/translation.js'
import { reachesPast } from '../past/historical-read.js'
import { travels } from '../ranges/range-travel.js'
import type { SessionContext } from '../session-context.js'
import { checksPlan } from '../statement/full-scans.js'
import { restartAction } from '../transaction/restart-savepoint.js'
import { boundaryKinds, QueryUnits } from './query-units.js'
import type { Unit, UnitSource } from './unit.js'

/** Whether something has to be done before or after this unit, so that it cannot go to PostgreSQL among others. */
export function standsAlone(context: SessionContext, unit: Unit): boolean {
  if (unit.refusal !== undefined || unit.visits !== undefined) return true
  if (unit.statement === undefined) return unit.binds !== undefined && reachesPast(context, unit.binds.translation)
  const { transaction, suspendedPortal, variables, services } = context
  if (services.faults.active || transaction?.phase === 'committed' || suspendedPortal !== undefined) return true
  const { translation } = unit.statement
  const { kind, effect } = translation
  if (travels(context, translation) || checksPlan(context, translation)) return true
  if (boundaryKinds.has(kind) || kind === 'copy-in' || reachesPast(context, translation)) return true
  if (translation.savepoint !== undefined && restartAction(translation, variables.isOn('force_savepoint_restart')))
    return true
  if (isSavepointOutside(context, translation)) return true
  if (kind === 'ddl' && variables.isOn('autocommit_before_ddl')) return true
  if (effect !== undefined && !('set' in effect) && !('reset' in effect)) return true
  return (
    transaction !== undefined &&
    (variables.isOn('inject_retry_errors_enabled') || variables.isOn('inject_retry_errors_on_commit_enabled'))
  )
}

/** Whether a statement about a savepoint comes where no transaction is, as it may after DDL has ended it. */
export function isSavepointOutside({ transaction, implicitOpen }: SessionContext, { savepoint }: Translation): boolean {
  return savepoint !== undefined && transaction === undefined && !implicitOpen
}

/**
 * Whether a unit that stands alone still goes with those before it: in a Query outside of a transaction, BEGIN, COMMIT and ROLLBACK
 * also concern the implicit transaction that those before it are in.
 */
export function joinsBefore(context: SessionContext, source: UnitSource, unit: Unit): boolean {
  if (context.transaction !== undefined || context.services.faults.active || !(source instanceof QueryUnits))
    return false
  return unit.statement !== undefined && boundaryKinds.has(unit.statement.translation.kind)
}

/** Whether a unit ends the implicit transaction it is in, or begins an explicit one. */
export function endsInSync(unit: Unit): boolean {
  const kind = unit.statement?.translation.kind
  return kind !== undefined && (boundaryKinds.has(kind) || kind === 'ddl')
}
