import type { Update } from '@cerci/sql'
import { tellRegions } from '../access/touch-rows.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { sourcesOf, tableSource } from '../rules/from-scope.js'
import { typeAssignments } from '../rules/typed-branches.js'
import { rewriteLimitedWrite } from './limited-write.js'
import { assignedColumns, onUpdateAssignments } from './on-update.js'
import type { Outcome } from './outcome.js'
import { rewriteReturning } from './returning.js'
import { checkSafeWrite } from './safe-updates.js'

/** Source: https://www.cockroachlabs.com/docs/v26.2/update */
export function translateUpdate(update: Update, rewrite: Rewrite): Outcome {
  checkSafeWrite(update, rewrite)
  const target = tableSource(update.table, false, rewrite)
  const sources = [target, ...sourcesOf(update.from, rewrite)]
  typeAssignments(update.assignments, target.table, rewrite)
  const last = update.assignments.at(-1)
  if (last) {
    const onUpdate = onUpdateAssignments(target.table, assignedColumns(update.assignments), rewrite)
    if (onUpdate !== '') rewrite.draft.after(last, onUpdate)
  }
  const tailStart = update.from.at(-1)?.end ?? last?.end ?? update.end
  const tail = { start: tailStart, end: update.returning?.start ?? update.end }
  tellRegions(update, rewrite)
  rewriteLimitedWrite(update, update.from, sources, tail, rewrite)
  rewriteReturning(update.returning, sources, rewrite)
  return { kind: 'write' }
}
