import { type IndexName, type Name, printString, type Show, type ShowClause } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { printQualified, type Rewrite } from '../rewrite/rewrite.js'
import type { SqlText } from '../rewrite/sql-text.js'
import { crossDatabase, relationParts } from '../rules/names.js'

/** One form of SHOW: the SELECT that answers it. */
export type ShowForm = (show: Show, rewrite: Rewrite) => SqlText | string

export function clause(show: Show, ...words: readonly ShowClause['word'][]): ShowClause | undefined {
  return show.clauses.find(candidate => words.includes(candidate.word))
}

/** Whether WITH names an option. */
export function hasOption(show: Show, option: string): boolean {
  return show.clauses.some(({ word, of }) => word === 'with' && of.split(',').includes(option))
}

/** The name after the words, or after FROM, IN, ON or FOR. */
export function shownName(show: Show): Name {
  const name = show.names[0] ?? clause(show, 'from', 'in', 'on', 'for')?.names[0]
  if (!name) throw new SqlError(sqlState.syntax_error, `SHOW ${show.target.toUpperCase()} needs the name of an object`)
  return tableOf(name)
}

export function tableOf(name: Name | IndexName): Name {
  return name.kind === 'name' ? name : (name.table ?? name.index)
}

/** The relation as SQL that fails when there is none: `'public.t'::regclass`. */
export function relationLiteral(name: Name, rewrite: Rewrite): string {
  return `${printString(printQualified(relationParts(name, rewrite)))}::regclass`
}

/** A database that is named must be the session's own. */
export function requireCurrentDatabase(name: Name | undefined, rewrite: Rewrite): void {
  const [database] = name?.parts ?? []
  if (!name || database === undefined || database === rewrite.context.session.database) return
  if (rewrite.context.catalog.databases.includes(database)) throw crossDatabase(name)
  throw new SqlError(sqlState.invalid_catalog_name, `database "${database}" does not exist`)
}
