import type { Expression, Identifier, Name, OrderItem, Range, TypeName } from './node.js'
import type { StatementNode } from './statement.js'

export interface Query extends Range {
  readonly kind: 'query'
  readonly with?: With
  readonly body: QueryBody
  readonly orderBy: readonly OrderItem[]
  readonly limit?: Expression
  readonly offset?: Expression
  /** FOR UPDATE … clauses, together. */
  readonly locking?: Range
}

export type QueryBody = Select | Values | TableCommand | SetOperation | NestedQuery

export interface With extends Range {
  readonly kind: 'with'
  readonly recursive: boolean
  readonly tables: readonly CommonTable[]
}

export interface CommonTable extends Range {
  readonly kind: 'common-table'
  readonly name: string
  readonly columns?: readonly Identifier[]
  readonly statement: StatementNode
}

export interface Select extends Range {
  readonly kind: 'select'
  readonly distinct: 'none' | 'all' | 'on'
  readonly distinctOn: readonly Expression[]
  readonly targets: readonly Target[]
  readonly from: readonly FromItem[]
  readonly asOf?: AsOfClause
  readonly where?: Expression
  readonly groupBy: readonly Expression[]
  readonly having?: Expression
  readonly window?: Expression
}

/** An output column. `star` is `*` or `t.*`, whose qualifier is `starOf`. */
export interface Target extends Range {
  readonly kind: 'target'
  readonly expression: Expression
  readonly alias?: Identifier
  readonly star: boolean
  readonly starOf?: Name
}

/** `AS OF SYSTEM TIME expression`. */
export interface AsOfClause extends Range {
  readonly kind: 'as-of'
  readonly time: Expression
}

export interface Values extends Range {
  readonly kind: 'values'
  readonly rows: readonly (readonly Expression[])[]
}

/** `TABLE t`. */
export interface TableCommand extends Range {
  readonly kind: 'table-command'
  readonly table: TableRef
}

export interface SetOperation extends Range {
  readonly kind: 'set-operation'
  readonly operator: 'union' | 'intersect' | 'except'
  readonly all: boolean
  readonly left: QueryBody
  readonly right: QueryBody
}

/** A parenthesised query as an operand or as a whole. */
export interface NestedQuery extends Range {
  readonly kind: 'nested-query'
  readonly query: Query
}

export type FromItem = TableRef | QueryRef | StatementRef | FunctionRef | Join | NestedFrom

/** `[LATERAL] … [[AS] name [(columns)]]`. */
export interface Alias extends Range {
  readonly kind: 'alias'
  readonly name?: string
  readonly columns?: readonly string[]
  /** Types of a column definition list: `AS x(a INT, b STRING)`. */
  readonly types: readonly TypeName[]
}

export interface TableRef extends Range {
  readonly kind: 'table-ref'
  readonly name: Name
  /** `@index` or `@{…}`, with the `@`. */
  readonly hint?: Range
  readonly ordinality?: Range
  readonly alias?: Alias
}

export interface QueryRef extends Range {
  readonly kind: 'query-ref'
  readonly lateral: boolean
  readonly query: Query
  readonly ordinality?: Range
  readonly alias?: Alias
}

/** `[SHOW …]`, `[INSERT … RETURNING …]`; the range of `statement` is inside the brackets. */
export interface StatementRef extends Range {
  readonly kind: 'statement-ref'
  readonly statement: StatementNode
  readonly ordinality?: Range
  readonly alias?: Alias
}

export interface FunctionRef extends Range {
  readonly kind: 'function-ref'
  readonly lateral: boolean
  readonly expression: Expression
  readonly alias?: Alias
}

export interface Join extends Range {
  readonly kind: 'join'
  readonly type: 'inner' | 'left' | 'right' | 'full' | 'cross'
  readonly natural: boolean
  /** HASH, MERGE, LOOKUP, INVERTED or STRAIGHT. */
  readonly hint?: Range
  readonly left: FromItem
  readonly right: FromItem
  readonly on?: Expression
  readonly using?: readonly string[]
}

/** `(a JOIN b ON …)`. */
export interface NestedFrom extends Range {
  readonly kind: 'nested-from'
  readonly item: FromItem
  readonly alias?: Alias
}
