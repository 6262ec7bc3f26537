import type { Delete } from '@cerci/sql'
import { tellRegions } from '../access/touch-rows.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { sourcesOf, tableSource } from '../rules/from-scope.js'
import { rewriteLimitedWrite } from './limited-write.js'
import type { Outcome } from './outcome.js'
import { rewriteReturning } from './returning.js'
import { checkSafeWrite } from './safe-updates.js'

/** Source: https://www.cockroachlabs.com/docs/v26.2/delete */
export function translateDelete(node: Delete, rewrite: Rewrite): Outcome {
  checkSafeWrite(node, rewrite)
  const sources = [tableSource(node.table, false, rewrite), ...sourcesOf(node.using, rewrite)]
  const tail = { start: node.using.at(-1)?.end ?? node.table.end, end: node.returning?.start ?? node.end }
  tellRegions(node, rewrite)
  rewriteLimitedWrite(node, node.using, sources, tail, rewrite)
  rewriteReturning(node.returning, sources, rewrite)
  return { kind: 'write' }
}
