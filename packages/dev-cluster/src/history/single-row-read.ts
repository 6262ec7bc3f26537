import { type NodeOf, parseScript, type Range, type Select, type TableRef, type Token, visitTree } from '@cerci/sql'
import type { TableInfo } from '../catalog/snapshot.js'

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

/** The columns that a condition sets equal to a constant or placeholder each. */
function fixedColumns(condition: readonly Token[], columns: ReadonlySet<string>): ReadonlySet<string> {
  const fixed = new Set<string>()
  for (const part of conjuncts(condition)) {
    const equals = part.findIndex(token => token.text === '=')
    if (equals < 0) continue
    const [left, right] = [part.slice(0, equals), part.slice(equals + 1)]
    const column = columnOf(left, right, columns) ?? columnOf(right, left, columns)
    if (column !== undefined) fixed.add(column)
  }
  return fixed
}

/** The parts of a condition that AND joins; nothing where OR or NOT decides. */
function conjuncts(condition: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of condition) {
    if (token.text === '(') depth++
    if (token.text === ')') depth--
    if (depth === 0 && token.kind === 'word' && token.value === 'or') return []
    if (depth === 0 && token.kind === 'word' && token.value === 'and') parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts.map(withoutParentheses)
}

/** `(a = 1)` as `a = 1`; what is joined inside of the parentheses is not taken apart. */
function withoutParentheses(tokens: readonly Token[]): readonly Token[] {
  if (tokens[0]?.text !== '(' || tokens.at(-1)?.text !== ')') return tokens
  const inside = tokens.slice(1, -1)
  return inside.some(({ text, value }) => text === '(' || value === 'or' || value === 'and') ? [] : inside
}

function columnOf(side: readonly Token[], value: readonly Token[], columns: ReadonlySet<string>): string | undefined {
  const name = side.at(-1)
  if (name === undefined || !isName(name) || !columns.has(name.value)) return undefined
  const qualified = side.length === 3 && side[1]?.text === '.'
  if (side.length !== 1 && !qualified) return undefined
  return isConstant(value, columns) ? name.value : undefined
}

function isConstant(value: readonly Token[], columns: ReadonlySet<string>): boolean {
  const first = value[0]?.text === '-' ? value[1] : value[0]
  if (first === undefined || !['string', 'number', 'placeholder', 'bytes', 'word'].includes(first.kind)) return false
  return !value.some(token => (isName(token) && columns.has(token.value)) || token.text === '=')
}

function isName({ kind }: Token): boolean {
  return kind === 'word' || kind === 'quoted'
}
