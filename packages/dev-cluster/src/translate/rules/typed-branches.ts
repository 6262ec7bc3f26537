import type { Assignment, Expression, Range } from '@cerci/sql'
import type { ColumnInfo, TableInfo } from '../../catalog/snapshot.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { withoutParentheses } from '../rewrite/without-parentheses.js'

/** `CASE WHEN a THEN 'b' END` */
const SHORTEST_CASE = 6

/**
 * Gives the string literals and placeholders that a CASE results in the type of the column it is for, as CockroachDB does. PostgreSQL
 * would take them for text, which is no number, date, enum or region.
 *
 * @param type as PostgreSQL's SQL
 */
export function typeBranches(expression: Range, type: string, rewrite: Rewrite): void {
  if (expression.end - expression.start < SHORTEST_CASE) return
  // Text is what they are anyway, and a cast would cut a value that is too long where an assignment refuses it.
  if (/^("char"|text|name|bpchar|char|character|varchar|bit|varbit)\b/i.test(type)) return
  const unlimited = type.replace(/\s*\([^)]*\)/, '')
  for (const literal of resultsOf(expression, rewrite)) rewrite.draft.after(literal, `::${unlimited}`)
}

/** For UPDATE … SET and ON CONFLICT … DO UPDATE SET. */
export function typeAssignments(
  assignments: readonly Assignment[],
  table: TableInfo | undefined,
  rewrite: Rewrite,
): void {
  for (const { columns, value } of assignments) {
    const column = table?.columns.find(({ name }) => columns.length === 1 && name === columns[0]?.name)
    if (column) typeBranches(value, column.type, rewrite)
  }
}

/** For the VALUES of an INSERT. */
export function typeRows(
  rows: readonly (readonly Expression[])[],
  columns: readonly (ColumnInfo | undefined)[],
  rewrite: Rewrite,
): void {
  for (const row of rows) {
    for (const [at, value] of row.entries()) {
      const type = columns[at]?.type
      if (type !== undefined) typeBranches(value, type, rewrite)
    }
  }
}

/** The string literals and placeholders that an expression may result in, where it is a CASE. */
function resultsOf(expression: Range, rewrite: Rewrite): readonly Range[] {
  const { start, end } = withoutParentheses(expression, rewrite)
  if (!isWord(start, 'case', rewrite) || !isWord(end - 1, 'end', rewrite)) return []
  return branchesOf({ start: start + 1, end: end - 1 }, rewrite).flatMap(branch => {
    const inner = withoutParentheses(branch, rewrite)
    const { kind } = rewrite.token(inner.start)
    const isLiteral = inner.end - inner.start === 1 && (kind === 'string' || kind === 'placeholder')
    return isLiteral ? [inner] : resultsOf(inner, rewrite)
  })
}

/** What follows THEN and ELSE of one CASE, without those of others in it. */
function branchesOf({ start, end }: Range, rewrite: Rewrite): Range[] {
  const branches: Range[] = []
  let depth = 0
  let from: number | undefined
  for (let index = start; index < end; index++) {
    const { kind, text, value } = rewrite.token(index)
    if (text === '(' || (kind === 'word' && value === 'case')) depth++
    else if (text === ')' || (kind === 'word' && value === 'end')) depth--
    else if (depth === 0 && kind === 'word' && ['when', 'then', 'else'].includes(value)) {
      if (from !== undefined) branches.push({ start: from, end: index })
      from = value === 'when' ? undefined : index + 1
    }
  }
  if (from !== undefined) branches.push({ start: from, end })
  return branches
}

function isWord(index: number, word: string, rewrite: Rewrite): boolean {
  const { kind, value } = rewrite.token(index)
  return kind === 'word' && value === word
}
