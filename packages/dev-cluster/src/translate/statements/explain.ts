import { type Explain, printString, tokenize } from '@cerci/sql'
import { servingNodes } from '../access/serving-nodes.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { unimplemented } from '../unimplemented.js'
import type { Outcome } from './outcome.js'
import { translateNested } from './translate-statement.js'

const understood: ReadonlySet<string> = new Set(['verbose', 'plan', 'distsql', 'types', 'redact'])
const explained: ReadonlySet<string> = new Set(['query', 'insert', 'update', 'delete', 'show'])

/** EXPLAIN [ANALYZE], as rows of one column `info`. Source: https://www.cockroachlabs.com/docs/v26.2/explain */
export function translateExplain(node: Explain, rewrite: Rewrite): Outcome {
  const foreign = node.options.find(option => !understood.has(option))
  if (foreign !== undefined) throw unimplemented(`EXPLAIN (${foreign.toUpperCase()})`)
  if (!explained.has(node.statement.kind)) throw unimplemented('EXPLAIN of this statement')
  const inner = translateNested(node.statement, rewrite)
  const statement = quoteStatement(rewrite.draft.plain(node.statement))
  const { analyze } = node
  const verbose = node.options.includes('verbose')
  const options = printString(JSON.stringify({ analyze, verbose, ...(analyze && { tables: servingNodes(rewrite) }) }))
  return {
    kind: node.analyze && inner.kind === 'write' ? 'write' : 'read',
    tag: 'EXPLAIN',
    sql: `SELECT info FROM crdb_internal.cerci_explain(${statement}, ${options}) AS info`,
  }
}

/** The statement as a string, in which the values of its placeholders are put when it runs. */
function quoteStatement(text: string): string {
  const placeholders = tokenize(text).filter(token => token.kind === 'placeholder')
  const parts: string[] = []
  let start = 0
  for (const placeholder of placeholders) {
    parts.push(printString(text.slice(start, placeholder.start)), `quote_nullable(${placeholder.text}::text)`)
    start = placeholder.end
  }
  return [...parts, printString(text.slice(start))].join(' || ')
}
