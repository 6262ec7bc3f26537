import type { CommonTable, StatementNode, StatementRef } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { joinSql, type SqlText, sql } from '../rewrite/sql-text.js'
import { translateNested } from '../statements/translate-statement.js'
import { unimplemented } from '../unimplemented.js'

/** Statements that other statements may read from. */
const sources: ReadonlySet<StatementNode['kind']> = new Set<StatementNode['kind']>([
  'query',
  'insert',
  'update',
  'delete',
  'show',
  'explain',
])

/** FROM [SHOW …], FROM [EXPLAIN …] and FROM [SELECT …] are subqueries; a write becomes a common table of the whole statement. */
export function rewriteStatementRef(ref: StatementRef, rewrite: Rewrite): void {
  const { statement } = ref
  if (!sources.has(statement.kind)) throw unimplemented('this statement as a source of rows')
  const isWrite = statement.kind === 'insert' || statement.kind === 'update' || statement.kind === 'delete'
  if (!isWrite && statement.kind !== 'query') translateNested(statement, rewrite)
  const text = rewrite.draft.text(statement)
  if (ref.ordinality) throw unimplemented('WITH ORDINALITY after a statement')
  const alias = ref.alias ? sql` ${rewrite.draft.text(ref.alias)}` : ''
  if (!isWrite) {
    rewrite.draft.replace(ref, sql`(${text})${ref.alias ? alias : ' AS source'}`)
    return
  }
  const name = `cerci_source_${rewrite.hoisted.length + 1}`
  rewrite.hoisted.push(sql`${name} AS (${text})`)
  rewrite.draft.replace(ref, sql`${name}${alias}`)
}

/** WITH x AS (SHOW …). */
export function rewriteCommonTable(table: CommonTable, rewrite: Rewrite): void {
  if (!sources.has(table.statement.kind)) throw unimplemented('this statement in WITH')
  if (table.statement.kind === 'show' || table.statement.kind === 'explain') translateNested(table.statement, rewrite)
}

/** The statement with the writes that its FROM reads from put in front of it. */
export function withHoisted(text: SqlText, rewrite: Rewrite, startsWithClause: boolean): SqlText {
  if (rewrite.hoisted.length === 0) return text
  if (startsWithClause) throw unimplemented('a write in FROM [ ] next to WITH')
  return sql`WITH ${joinSql(rewrite.hoisted, ', ')} ${text}`
}
