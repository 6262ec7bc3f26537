import { type Name, printName, type Range, type Script, type Token } from '@cerci/sql'
import type { TableInfo } from '../../catalog/snapshot.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { LocatedAccess } from '../access/table-accesses.js'
import type { AsOf } from '../as-of/as-of.js'
import type { TranslateContext } from '../translate-context.js'
import { Draft } from './draft.js'
import type { SqlText } from './sql-text.js'

/** One statement while it is rewritten: its text with edits, and what the edits depend on. */
export class Rewrite {
  readonly script: Script
  readonly context: TranslateContext
  readonly draft: Draft
  /** Names that WITH gives anywhere in the statement; a table of such a name is not looked up in the catalog. */
  readonly commonTables: Set<string> = new Set()
  /** Ranges whose values no client sees, such as the output of EXISTS (SELECT 1). */
  readonly unseen: Set<Range> = new Set()
  /** Operators `//` that have been rewritten. */
  readonly divisions: Set<number> = new Set()
  /** Integer literals that have been cast. */
  readonly integers: Set<number> = new Set()
  /** Statements that are part of another one. */
  readonly nested: Set<Range> = new Set()
  /** Session variables that were asked for, with their values. */
  readonly variables: Map<string, string> = new Map()
  /** Common tables to be put in front of the whole statement. */
  readonly hoisted: SqlText[] = []
  /** The tables that the statement touches. */
  accesses: readonly LocatedAccess[] = []
  /** Whether it reads or writes data at a time that the gateway tells; a definition keeps `current_timestamp` for later. */
  asksForTime = false
  /** Whether it is made to tell the regions of the rows it touches. */
  tellsRegions = false
  /** Whether it shows a plan: a sort that CockroachDB's indexes make unnecessary must not be in it. */
  explained = false
  asOf: AsOf | undefined
  /** Whether the result depends on the cluster's state, and so holds only while that state lasts. */
  usesCluster = false
  /** The database, other than the session's, in which it is to run; `context` is as it is there. */
  database: string | undefined
  /** Whether it holds for one execution. */
  live = false

  constructor(script: Script, context: TranslateContext) {
    this.script = script
    this.context = context
    this.draft = new Draft(script)
  }

  token(index: number): Token {
    return this.draft.token(index)
  }

  /** Notes the time that a part of the statement reads at; all parts must agree. */
  setAsOf(asOf: AsOf): void {
    if (this.asOf && JSON.stringify(this.asOf) !== JSON.stringify(asOf)) {
      throw new SqlError(sqlState.feature_not_supported, 'cannot specify AS OF SYSTEM TIME with different timestamps')
    }
    this.asOf = asOf
  }

  /** The part of the client's text that a range covers, unedited. */
  source(range: Range): string {
    if (range.end <= range.start) return ''
    return this.script.source.slice(this.token(range.start).start, this.token(range.end - 1).end)
  }

  /** The value of a session variable, on which the translation then depends. */
  variable(name: string): string {
    const value = this.context.session.variable(name)
    this.variables.set(name, value)
    return value
  }

  /** Looks up a table; undefined when there is none or it is no table of the database. */
  table(name: Name): TableInfo | undefined {
    const { catalog, session } = this.context
    const [first = '', second, third] = name.parts
    if (second === undefined) {
      return this.commonTables.has(first) ? undefined : catalog.table(first, undefined, session.searchPath)
    }
    if (third !== undefined)
      return first === session.database ? catalog.table(third, second, session.searchPath) : undefined
    const inSchema = catalog.table(second, first, session.searchPath)
    return inSchema ?? (first === session.database ? catalog.table(second, 'public', session.searchPath) : undefined)
  }
}

/** Names joined by dots, as SQL. */
export function printQualified(parts: readonly string[]): string {
  return parts.map(printName).join('.')
}
