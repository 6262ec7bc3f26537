/** Facts that were recorded of an object because PostgreSQL's catalog has no place for them. */
export type Properties = Readonly<Record<string, unknown>>

/** A column as translation needs to know it. */
export interface ColumnInfo {
  readonly name: string
  /** PostgreSQL's spelling, as format_type prints it: `bigint`, `character varying(10)`, `text[]`. */
  readonly type: string
  readonly notNull: boolean
  /** NOT VISIBLE: left out of `SELECT *` and of an INSERT without a column list. */
  readonly hidden: boolean
  readonly hasDefault: boolean
  /** Computed (STORED or VIRTUAL). Identity columns are not generated in this sense. */
  readonly generated: boolean
  /** PostgreSQL SQL of the ON UPDATE expression. */
  readonly onUpdate: string | null
  /** The type in CockroachDB's spelling, where PostgreSQL's does not tell: `STRING(10)`. */
  readonly declaredType: string | null
}

export interface IndexInfo {
  readonly name: string
  readonly unique: boolean
  readonly primary: boolean
  /** Key columns in order, without stored ones; an expression appears as its SQL text. */
  readonly columns: readonly string[]
  /** Columns that it has beside its key. */
  readonly stored: readonly string[]
  /** Which of the key columns are descending, counted from 1. */
  readonly descending: readonly number[]
  /** Whether it has a condition, and so not every row. */
  readonly partial: boolean
  readonly properties: Properties
}

/** A CHECK constraint. */
export interface CheckInfo {
  readonly name: string
  /** As CockroachDB prints it: `quantity > 0:::INT8`. */
  readonly expression: string
}

export interface TableInfo {
  readonly schema: string
  readonly name: string
  readonly kind: 'table' | 'view' | 'sequence'
  /** In creation order. */
  readonly columns: readonly ColumnInfo[]
  /** Column names of the primary key in key order; empty when there is none. */
  readonly primaryKey: readonly string[]
  readonly indexes: readonly IndexInfo[]
  readonly checks: readonly CheckInfo[]
  readonly properties: Properties
}

/** What translation must know of one database, read in one consistent query. Never changes. */
export interface CatalogSnapshot {
  readonly database: string
  /** Differs whenever the content may differ; part of the translation cache's key. */
  readonly version: number
  /** All databases of the cluster, in name order. */
  readonly databases: readonly string[]
  /** All schemas of the database, PostgreSQL's own among them. */
  readonly schemas: ReadonlySet<string>
  /** Of the database: its regions and zone configuration. */
  readonly properties: Properties
  /** Every table, view and sequence, by schema and name. */
  tables(): readonly TableInfo[]
  /** The table that has an index of this name in a schema, where PostgreSQL allows only one. */
  indexOwner(name: string, schema: string): TableInfo | undefined
  /** Whether there is any function of this name, whatever its arguments. */
  hasFunction(name: string): boolean
  /**
   * Finds a table, view or sequence. With a `schema` only there; else in the first schema of `searchPath` that has it.
   * `searchPath` is the session's own: names as stored, `$user` already replaced.
   */
  table(name: string, schema: string | undefined, searchPath: readonly string[]): TableInfo | undefined
}
