import type { Returning } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { Source } from '../rules/from-scope.js'
import { orderingsIn, rewriteNullOrder } from '../rules/null-order.js'
import { rewriteOutputName } from '../rules/output-names.js'
import { rewriteStars } from '../rules/stars.js'

/** Rewrites the output of INSERT, UPDATE and DELETE. RETURNING NOTHING, which says that there is none, goes away. */
export function rewriteReturning(returning: Returning | undefined, sources: readonly Source[], rewrite: Rewrite): void {
  if (!returning) return
  if (returning.nothing) {
    rewrite.draft.remove(returning)
    return
  }
  rewriteStars(returning.targets, [], sources, rewrite)
  const expressions = returning.targets.map(target => target.expression)
  rewriteNullOrder(orderingsIn(expressions), sources, [], rewrite)
  for (const target of returning.targets) rewriteOutputName(target, rewrite)
}
