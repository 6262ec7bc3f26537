import type pg from 'pg'
import { type Columns, noColumns, parsersOf, type TypeSource, type ValueParser } from './columns.js'

/** The result of one statement, with the fields of node-postgres' Result. */
export class StatementResult {
  command = ''
  rowCount: number | null = null
  oid = 0
  rows: Record<string, unknown>[] | unknown[][] = []
  fields: pg.FieldDef[] = []
}

/** Builds a result from the messages of the server. */
export class ResultBuilder {
  readonly result: StatementResult = new StatementResult()
  readonly #types: TypeSource
  readonly #asArrays: boolean
  #columns: Columns = noColumns
  #parsers: ValueParser[] = []
  readonly #objects: Record<string, unknown>[] = []
  readonly #arrays: unknown[][] = []

  constructor(types: TypeSource, asArrays: boolean) {
    this.#types = types
    this.#asArrays = asArrays
    this.result.rows = asArrays ? this.#arrays : this.#objects
  }

  describe(columns: Columns): void {
    this.#columns = columns
    this.#parsers = parsersOf(columns, this.#types)
    this.result.fields = columns.fields
  }

  /** @throws what a value's parser throws */
  addRow(values: readonly (string | null)[]): void {
    if (this.#asArrays) this.#arrays.push(values.map((value, at) => this.#parse(value, at)))
    else this.#addObject(values)
  }

  /** `SELECT 5`, `INSERT 0 1`, `CREATE TABLE`: command, and number of rows where there is one. */
  complete(tag: string): void {
    const { result } = this
    const blank = tag.indexOf(' ')
    result.command = blank === -1 ? tag : tag.slice(0, blank)
    const count = Number(tag.slice(tag.lastIndexOf(' ') + 1))
    if (blank !== -1 && Number.isInteger(count)) result.rowCount = count
  }

  #addObject(values: readonly (string | null)[]): void {
    const row = { ...this.#columns.emptyRow }
    const { fields } = this.#columns
    for (let at = 0; at < values.length; at++) {
      const value = values[at]
      const field = fields[at]
      if (field !== undefined && typeof value === 'string') row[field.name] = this.#parse(value, at)
      else if (field !== undefined) row[field.name] = null
    }
    this.#objects.push(row)
  }

  #parse(value: string | null | undefined, at: number): unknown {
    return typeof value === 'string' ? (this.#parsers[at]?.(value) ?? null) : null
  }
}
