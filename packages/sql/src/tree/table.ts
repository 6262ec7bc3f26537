import type { Expression, Identifier, IndexName, Name, Parameter, Range, TypeName } from './node.js'
import type { Query } from './query.js'

export interface CreateTable extends Range {
  readonly kind: 'create-table'
  readonly name: Name
  readonly ifNotExists: boolean
  readonly temporary: boolean
  readonly elements: readonly TableElement[]
  /** Column names of CREATE TABLE t (a, b) AS …, where `elements` is empty. */
  readonly columnNames?: readonly Identifier[]
  readonly as?: Query
  readonly partitionBy?: PartitionBy
  readonly parameters: readonly Parameter[]
  readonly locality?: Locality
}

/** How a table or index is divided. */
export interface PartitionBy extends Range {
  /** PARTITION ALL BY: all indexes of the table. */
  readonly all: boolean
  readonly method: 'list' | 'range' | 'nothing'
  readonly columns: readonly string[]
  readonly partitions: readonly Partition[]
}

export interface Partition {
  readonly name: string
  /** Of a list, what is in it; of a range, its two ends. */
  readonly values: readonly Range[]
  /** How it is divided further, which CockroachDB allows for those of a list. */
  readonly partitionBy?: PartitionBy
}

export type TableElement = ColumnDefinition | TableConstraint | IndexDefinition | Family | LikeTable

export interface ColumnDefinition extends Range {
  readonly kind: 'column'
  readonly name: string
  readonly type?: TypeName
  readonly collation?: Name
  readonly notVisible: boolean
  /** NOT NULL is false, NULL is true, absent when unsaid. */
  readonly nullable?: boolean
  readonly default?: Expression
  readonly onUpdate?: Expression
  readonly computed?: { readonly expression: Expression; readonly stored: boolean }
  readonly identity?: { readonly always: boolean; readonly options?: Range }
  readonly family?: ColumnFamily
  readonly constraints: readonly ColumnConstraint[]
}

/** FAMILY f, or CREATE [IF NOT EXISTS] FAMILY [f], of a column. */
export interface ColumnFamily {
  readonly name?: string
  readonly create: boolean
  readonly ifNotExists: boolean
}

export type ColumnConstraint =
  | {
      readonly type: 'primary-key'
      readonly name?: string
      readonly hash?: HashSharding
      readonly parameters: readonly Parameter[]
    }
  | { readonly type: 'unique'; readonly name?: string; readonly withoutIndex: boolean }
  | { readonly type: 'check'; readonly name?: string; readonly expression: Expression }
  | ({ readonly type: 'references'; readonly name?: string } & Reference)

export interface Reference {
  readonly table: Name
  readonly columns: readonly string[]
  /** ON DELETE …, ON UPDATE … and MATCH …, as canonical text. */
  readonly actions: string
}

export interface HashSharding {
  readonly buckets?: number
}

export interface TableConstraint extends Range {
  readonly kind: 'constraint'
  readonly name?: string
  readonly ifNotExists: boolean
  readonly definition:
    | (KeyDefinition & { readonly type: 'primary-key' | 'unique' })
    | { readonly type: 'check'; readonly expression: Expression }
    | ({ readonly type: 'foreign-key'; readonly from: readonly string[] } & Reference)
  readonly notValid: boolean
}

/** What CREATE INDEX, an inline INDEX and a key constraint have in common. */
export interface KeyDefinition {
  readonly columns: readonly IndexColumn[]
  readonly hash?: HashSharding
  readonly storing: readonly string[]
  readonly where?: Expression
  readonly partitionBy?: PartitionBy
  readonly parameters: readonly Parameter[]
  /** How many of the queries may use it: between 0, NOT VISIBLE, and 1. */
  readonly visibility: number
  /** UNIQUE WITHOUT INDEX. */
  readonly withoutIndex: boolean
}

export interface IndexColumn extends Range {
  readonly kind: 'index-column'
  /** The column's name, unless it is an expression. */
  readonly name?: string
  readonly expression?: Expression
  readonly operatorClass?: string
  readonly direction?: 'asc' | 'desc'
  readonly nulls?: 'first' | 'last'
}

export type IndexMethod = 'btree' | 'inverted' | 'vector' | 'gist' | 'hash' | 'brin'

export interface IndexDefinition extends Range, KeyDefinition {
  readonly kind: 'index'
  readonly name?: string
  readonly unique: boolean
  readonly method: IndexMethod
}

export interface CreateIndex extends Range, KeyDefinition {
  readonly kind: 'create-index'
  readonly name?: string
  readonly ifNotExists: boolean
  readonly unique: boolean
  readonly method: IndexMethod
  readonly table: Name
}

export interface Family extends Range {
  readonly kind: 'family'
  readonly name?: string
  readonly columns: readonly string[]
}

export interface LikeTable extends Range {
  readonly kind: 'like'
  readonly table: Name
  readonly options: Range
}

export interface Locality extends Range {
  readonly kind: 'locality'
  readonly level: 'global' | 'table' | 'row'
  /** Absent for the primary region. */
  readonly region?: string
  readonly column?: string
}

export interface AlterTable extends Range {
  readonly kind: 'alter-table'
  readonly name: Name
  readonly ifExists: boolean
  readonly actions: readonly AlterTableAction[]
}

export type AlterTableAction = Range & { readonly kind: 'alter-action' } & (
    | {
        readonly action: 'add-column'
        readonly ifNotExists: boolean
        readonly column: ColumnDefinition
      }
    | { readonly action: 'drop-column'; readonly ifExists: boolean; readonly column: string; readonly cascade: boolean }
    | { readonly action: 'add-constraint'; readonly constraint: TableConstraint }
    | {
        readonly action: 'drop-constraint'
        readonly ifExists: boolean
        readonly constraint: string
        readonly cascade: boolean
      }
    | { readonly action: 'validate-constraint'; readonly constraint: string }
    | { readonly action: 'rename-constraint'; readonly from: string; readonly to: string }
    | { readonly action: 'rename-column'; readonly from: string; readonly to: string }
    | { readonly action: 'rename'; readonly to: Name }
    | { readonly action: 'set-schema'; readonly schema: string }
    | { readonly action: 'owner'; readonly owner: string }
    | { readonly action: 'set-default'; readonly column: string; readonly expression: Expression }
    | { readonly action: 'drop-default' | 'drop-stored' | 'drop-on-update'; readonly column: string }
    | { readonly action: 'set-on-update'; readonly column: string; readonly expression: Expression }
    | { readonly action: 'set-not-null' | 'drop-not-null'; readonly column: string }
    | { readonly action: 'set-visible' | 'set-not-visible'; readonly column: string }
    | {
        readonly action: 'set-type'
        readonly column: string
        readonly type: TypeName
        readonly collation?: Name
        readonly using?: Expression
      }
    | {
        readonly action: 'alter-primary-key'
        readonly columns: readonly IndexColumn[]
        readonly hash?: HashSharding
        readonly parameters: readonly Parameter[]
      }
    | { readonly action: 'set-parameters'; readonly parameters: readonly Parameter[] }
    | { readonly action: 'reset-parameters'; readonly names: readonly string[] }
    | { readonly action: 'set-locality'; readonly locality: Locality }
    | { readonly action: 'partition-by'; readonly partitionBy: PartitionBy }
    | { readonly action: 'inject-statistics'; readonly statistics: Expression }
    | { readonly action: 'row-level-security'; readonly words: string }
    | { readonly action: 'other'; readonly words: string }
  )

export interface AlterIndex extends Range {
  readonly kind: 'alter-index'
  readonly index: IndexName
  readonly ifExists: boolean
  /** RENAME TO. */
  readonly to?: string
  /** [NOT] VISIBLE, VISIBILITY. */
  readonly visibility?: number
  readonly partitionBy?: PartitionBy
  /** The words of any other action. */
  readonly other?: string
}

/** ALTER TABLE and ALTER INDEX … SPLIT AT, UNSPLIT and SCATTER. */
export interface SplitRanges extends Range {
  readonly kind: 'split-ranges'
  /** A table stands for its primary index. */
  readonly target: Name | IndexName
  readonly action: 'split' | 'unsplit' | 'scatter'
  /** The beginnings of the keys where ranges are split or no longer are; absent for UNSPLIT ALL. */
  readonly query?: Query
  readonly expiration?: Expression
  /** SCATTER FROM … TO …. */
  readonly span?: { readonly from: readonly Expression[]; readonly to: readonly Expression[] }
}

export interface DropIndex extends Range {
  readonly kind: 'drop-index'
  readonly indexes: readonly IndexName[]
  readonly ifExists: boolean
  readonly cascade: boolean
}
