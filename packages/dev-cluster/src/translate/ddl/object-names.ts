import type { Expression, IndexColumn } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { TargetTable } from './target-table.js'

/** Gives constraints and indexes the names that CockroachDB gives them, each once. */
export class ObjectNames {
  readonly #table: TargetTable
  readonly #columns: readonly string[]
  readonly #taken: Set<string>

  /** `columns`: those of the table, the ones being made included. */
  constructor(table: TargetTable, columns: readonly string[]) {
    this.#table = table
    this.#columns = columns
    this.#taken = new Set(table.info?.indexes.map(index => index.name))
  }

  /** Keeps a name that the statement gives from being given again. */
  reserve(name: string): void {
    this.#taken.add(name)
  }

  /** `t_a_b_key` for a unique index, else `t_a_b_idx`; an expression counts as `expr`. */
  index(columns: readonly IndexColumn[], unique: boolean): string {
    const parts = columns.map(column => column.name ?? 'expr')
    return this.#unique(`${this.#table.name}_${parts.join('_')}_${unique ? 'key' : 'idx'}`)
  }

  /** `unique_a_b`, for a unique constraint without an index. */
  withoutIndex(columns: readonly IndexColumn[]): string {
    return this.#unique(['unique', ...columns.map(column => column.name ?? 'expr')].join('_'), '_')
  }

  /** `check_a_b`, with the columns that the expression uses. */
  check(expression: Expression, rewrite: Rewrite): string {
    const used: string[] = []
    for (let index = expression.start; index < expression.end; index++) {
      const { kind, value } = rewrite.token(index)
      const isName = kind === 'word' || kind === 'quoted'
      if (isName && this.#columns.includes(value) && !used.includes(value)) used.push(value)
    }
    return this.#unique(['check', ...used].join('_'))
  }

  #unique(name: string, separator = ''): string {
    let free = name
    for (let number = 1; this.#taken.has(free); number++) free = `${name}${separator}${number}`
    this.#taken.add(free)
    return free
  }
}
