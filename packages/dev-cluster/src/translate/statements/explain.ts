import type { Explain } from '@cerci/sql'
import { printString } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { unimplemented } from '../unimplemented.js'
import type { Outcome } from './outcome.js'
import { translateNested } from './translate-statement.js'

const understood: ReadonlySet<string> = new Set(['verbose', 'plan', 'distsql', 'types', 'redact'])

/** EXPLAIN [ANALYZE], as rows of one column `info`. Source: https://www.cockroachlabs.com/docs/v26.2/explain */
export function translateExplain(node: Explain, rewrite: Rewrite): Outcome {
  const foreign = node.options.find(option => !understood.has(option))
  if (foreign !== undefined) throw unimplemented(`EXPLAIN (${foreign.toUpperCase()})`)
  const inner = translateNested(node.statement, rewrite)
  const text = rewrite.draft.plain(node.statement)
  const isWrite = node.analyze && inner.kind === 'write'
  const options = JSON.stringify({ analyze: node.analyze, verbose: node.options.includes('verbose') })
  return {
    kind: isWrite ? 'write' : 'read',
    tag: 'EXPLAIN',
    sql: `SELECT info FROM crdb_internal.cerci_explain(${printString(text)}, ${printString(options)}) AS info`,
  }
}
