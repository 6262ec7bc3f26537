import { type NodeOf, parseScript, type Range, type Select, type TableRef, type Token, visitTree } from '@cerci/sql'
import type { TableInfo } from '../catalog/snapshot.js'
import { fixedColumns, isName } from '../translate/access/fixed-columns.js'

/** Looks up a table by its name's parts. */
export type TableLookup = (parts: readonly string[]) => TableInfo | undefined

/**
 * Whether a statement reads at most one row of one table, found by a whole key of an index that holds every column it needs:
 * the only reads that CockroachDB serves with bounded staleness.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/follower-reads#bounded-staleness-read-limitations
 */
export function readsSingleRow(text: string, lookup: TableLookup): boolean {
  const { statements, tokens } = parseScript(text)
  const [statement, second] = statements
  if (statement?.kind !== 'query' || second !== undefined || hasSubquery(statement)) return false
  const { body } = statement
  if (body.kind !== 'select') return false
  const [source, other] = body.from
  if (source === undefined) return true
  if (source.kind !== 'table-ref' || other !== undefined) return false
  const table = lookup(source.name.parts)
  return table?.kind === 'table' && hasWholeKey({ table, source, select: body, statement, tokens })
}

function hasSubquery(statement: NodeOf<'query'>): boolean {
  let queries = 0
  visitTree(statement, {
    query: () => {
      queries++
    },
  })
  return queries > 1
}

interface Lookup {
  readonly table: TableInfo
  readonly source: TableRef
  readonly select: Select
  readonly statement: Range
  readonly tokens: readonly Token[]
}

function hasWholeKey({ table, source, select, statement, tokens }: Lookup): boolean {
  if (select.where === undefined) return false
  const columns = new Set(table.columns.map(({ name }) => name))
  const fixed = fixedColumns(tokens.slice(select.where.start, select.where.end), columns)
  const read = new Set<string>()
  if (select.targets.some(target => target.star)) {
    for (const column of table.columns) if (!column.hidden) read.add(column.name)
  }
  for (let at = statement.start; at < statement.end; at++) {
    const token = tokens[at]
    const named = at >= source.start && at < source.end
    if (token !== undefined && !named && isName(token) && columns.has(token.value)) read.add(token.value)
  }
  return table.indexes.some(index => {
    if (!index.unique || !index.columns.every(column => fixed.has(column))) return false
    const held = new Set([...index.columns, ...table.primaryKey])
    return index.primary || [...read].every(column => held.has(column))
  })
}
