import type { Expression, Identifier, IndexName, Name, Range, TypeName } from './node.js'
import type { ZoneTarget } from './object.js'
import type { AsOfClause } from './query.js'
import type { StatementNode } from './statement.js'

/** One of BEGIN's and SET TRANSACTION's modes. */
export type TransactionMode =
  | { readonly mode: 'isolation'; readonly level: string }
  | { readonly mode: 'priority'; readonly priority: string }
  | { readonly mode: 'access'; readonly readOnly: boolean }
  | { readonly mode: 'deferrable'; readonly deferrable: boolean }
  | { readonly mode: 'as-of'; readonly asOf: AsOfClause }

/** BEGIN and START TRANSACTION. */
export interface Begin extends Range {
  readonly kind: 'begin'
  readonly modes: readonly TransactionMode[]
}

/** COMMIT and END. */
export interface Commit extends Range {
  readonly kind: 'commit'
}

/** ROLLBACK and ABORT. */
export interface Rollback extends Range {
  readonly kind: 'rollback'
}

export interface Savepoint extends Range {
  readonly kind: 'savepoint'
  readonly name: string
}

/** RELEASE SAVEPOINT. */
export interface Release extends Range {
  readonly kind: 'release'
  readonly name: string
}

/** ROLLBACK TO SAVEPOINT. */
export interface RollbackTo extends Range {
  readonly kind: 'rollback-to'
  readonly name: string
}

/** SET TRANSACTION and SET SESSION CHARACTERISTICS AS TRANSACTION. */
export interface SetTransaction extends Range {
  readonly kind: 'set-transaction'
  readonly session: boolean
  readonly modes: readonly TransactionMode[]
}

/** SET [SESSION|LOCAL] name = values, SET TIME ZONE, SET NAMES, USE. `values` is empty for DEFAULT. */
export interface SetVariable extends Range {
  readonly kind: 'set-variable'
  readonly local: boolean
  readonly name: string
  readonly values: readonly SettingValue[]
}

/** A value of SET: the text that it means, and how it was written. */
export interface SettingValue extends Range {
  readonly text: string
  readonly quoted: boolean
  /** Written as INTERVAL '…', whose sign means the opposite of that of a time zone's text. */
  readonly interval?: true
}

/** RESET name, and RESET ALL whose name is `all`. */
export interface ResetVariable extends Range {
  readonly kind: 'reset-variable'
  readonly name: string
}

export interface SetClusterSetting extends Range {
  readonly kind: 'set-cluster-setting'
  readonly name: string
  /** Absent for DEFAULT and RESET CLUSTER SETTING. */
  readonly value?: Expression
}

export interface Discard extends Range {
  readonly kind: 'discard'
  readonly what: string
}

/** A clause of SHOW after its words: `FROM DATABASE d`, `FOR TABLE t`, `ON TABLE a, b`, `WITH COMMENT`. */
export interface ShowClause extends Range {
  readonly kind: 'show-clause'
  readonly word: 'from' | 'in' | 'for' | 'on' | 'with' | 'where' | 'as'
  /** Words between `word` and the names: `database`, `table`, `all databases`. */
  readonly of: string
  readonly names: readonly (Name | IndexName)[]
}

export interface Show extends Range {
  readonly kind: 'show'
  /** The words in lower case: `tables`, `create table`, `zone configuration`; for a variable, `variable`. */
  readonly target: string
  /** A variable's name, or the cluster setting's. */
  readonly variable?: string
  /** What follows the words directly: `SHOW CREATE TABLE t`. */
  readonly names: readonly (Name | IndexName)[]
  readonly clauses: readonly ShowClause[]
  /** What a zone configuration is shown of. */
  readonly zone?: ZoneTarget
  /** A query in parentheses that says which: `SHOW JOBS (SELECT …)`. */
  readonly query?: StatementNode
  /** What follows in a form of SHOW that this package does not know. */
  readonly rest?: Range
}

export interface Explain extends Range {
  readonly kind: 'explain'
  readonly analyze: boolean
  readonly options: readonly string[]
  readonly statement: StatementNode
}

export interface Prepare extends Range {
  readonly kind: 'prepare'
  readonly name: Identifier
  readonly types: readonly TypeName[]
  readonly statement: StatementNode
}

/** DECLARE name CURSOR FOR query. */
export interface Declare extends Range {
  readonly kind: 'declare'
  readonly name: string
  /** SCROLL, which CockroachDB's cursors lack. */
  readonly scroll: boolean
  readonly statement: StatementNode
}

/** COPY t FROM STDIN, COPY t TO STDOUT, COPY (query) TO STDOUT. */
export interface Copy extends Range {
  readonly kind: 'copy'
  readonly direction: 'from' | 'to'
  /** A table's name, or a query without its parentheses. */
  readonly source: Name | StatementNode
  readonly columnList?: Range
  /** STDIN or STDOUT, else a file or program. */
  readonly stream: boolean
  readonly options: Range
}
