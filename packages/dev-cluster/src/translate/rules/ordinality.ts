import { type Alias, printName, type QueryRef, type Range, type TableRef } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { type SqlText, sql } from '../rewrite/sql-text.js'

/** WITH ORDINALITY after a subquery: PostgreSQL numbers the rows of functions only. */
export function rewriteQueryOrdinality(ref: QueryRef, rewrite: Rewrite): void {
  if (!ref.ordinality) return
  const query = rewrite.draft.text({ start: ref.start, end: ref.ordinality.start })
  replaceNumbered(ref, sql`${query} AS numbered`, ref.alias, 'numbered', rewrite)
}

/** WITH ORDINALITY after a table, whose hidden columns stay hidden. */
export function rewriteTableOrdinality(ref: TableRef, rewrite: Rewrite): void {
  if (!ref.ordinality) return
  const name = ref.name.parts.at(-1) ?? ''
  const columns = rewrite.table(ref.name)?.columns.filter(column => !column.hidden)
  const list = columns?.map(column => printName(column.name)).join(', ') ?? '*'
  const table = rewrite.draft.text({ start: ref.start, end: ref.ordinality.start })
  replaceNumbered(ref, sql`(SELECT ${list} FROM ${table}) AS numbered`, ref.alias, name, rewrite)
}

function replaceNumbered(ref: Range, from: SqlText, alias: Alias | undefined, name: string, rewrite: Rewrite): void {
  const as = alias ? rewrite.draft.text(alias) : `AS ${printName(name)}`
  rewrite.draft.replace(ref, sql`(SELECT *, row_number() OVER () AS ordinality FROM ${from}) ${as}`)
}
