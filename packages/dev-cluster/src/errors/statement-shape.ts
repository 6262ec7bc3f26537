import { parseStatement, type StatementNode, visitTree } from '@cerci/sql'
import type { ErrorContext } from './postgres-error.js'

/** `alias.column` for every table of the statement that has the column, in the order of the text. Empty when fewer than two are found. */
export function ambiguousCandidates(column: string, { catalog, statement }: ErrorContext): readonly string[] {
  const node = parseQuietly(statement)
  if (!node || !catalog) return []
  const candidates: string[] = []
  visitTree(node, {
    'table-ref'({ name, alias }) {
      const table = catalog.table(name.parts.at(-1) ?? '', name.parts.at(-2) ?? 'public', [])
      if (table?.columns.some(({ name: own }) => own === column))
        candidates.push(`${alias?.name ?? table.name}.${column}`)
    },
  })
  return candidates.length > 1 ? candidates : []
}

/** How many expressions an INSERT's first row of VALUES has, and how many columns it names or the table shows. */
export function insertCounts({
  catalog,
  statement,
}: ErrorContext): { expressions: number; targets: number } | undefined {
  const node = parseQuietly(statement)
  if (node?.kind !== 'insert' || node.source?.body.kind !== 'values') return undefined
  const table = catalog?.table(node.table.parts.at(-1) ?? '', node.table.parts.at(-2) ?? 'public', [])
  const targets = node.columns?.length ?? table?.columns.filter(({ hidden }) => !hidden).length
  const expressions = node.source.body.rows[0]?.length
  return targets === undefined || expressions === undefined ? undefined : { expressions, targets }
}

/** The statement's tree, if it is one statement that can be parsed. */
function parseQuietly(statement: string): StatementNode | undefined {
  try {
    return parseStatement(statement).statement
  } catch {
    return undefined
  }
}
