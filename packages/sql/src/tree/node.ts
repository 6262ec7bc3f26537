import type { Query } from './query.js'

/** Half-open range of token indexes of the script. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** The name of something that is introduced or that needs no qualification, folded to lower case unless quoted. */
export interface Identifier extends Range {
  readonly kind: 'identifier'
  readonly name: string
}

/** A name with up to three qualifying parts, each folded to lower case unless quoted. */
export interface Name extends Range {
  readonly kind: 'name'
  readonly parts: readonly string[]
}

/** `table@index`. `table` is absent where only an index was named. */
export interface IndexName extends Range {
  readonly kind: 'index-name'
  readonly table?: Name
  readonly index: Name
}

/** A type as written: `DECIMAL(10, 2)`, `character varying`, `STRING[]`, `timestamp(3) with time zone`, `s.mood`. */
export interface TypeName extends Range {
  readonly kind: 'type'
  /** Lower-case words of a built-in type joined by one space, or the parts of a name joined by dots: `double precision`. */
  readonly name: string
  /** Whether the name was quoted or qualified, and so names a user's type or `"char"`. */
  readonly quoted: boolean
  /** Texts between the parentheses: `['10', '2']`. */
  readonly modifiers: readonly string[]
  readonly array: boolean
  /** Fields of an interval: `year to month`. */
  readonly fields?: string
}

/** `name(…)` inside an expression; `args` are the ranges between its commas. */
export interface Call extends Range {
  readonly kind: 'call'
  readonly name: Name
  readonly args: readonly Range[]
}

/** A key of ORDER BY, also inside an aggregate or a window. */
export interface OrderItem extends Range {
  readonly kind: 'order-item'
  readonly expression: Expression
  readonly direction?: 'asc' | 'desc'
  readonly nulls?: 'first' | 'last'
  /** `ORDER BY PRIMARY KEY t` and `ORDER BY INDEX t@i`. */
  readonly index?: IndexName | Name
}

/** A parenthesised select inside an expression: `(SELECT …)`, without its parentheses. */
export type ExpressionPart = Query | TypeName | Call | OrderItem

/** A token range with what is parsed inside it. Parts nested in a query belong to the query. */
export interface Expression extends Range {
  readonly kind: 'expression'
  /** In order of their ends, so that what is inside a call comes before it. */
  readonly parts: readonly ExpressionPart[]
}

/** `name = value` of WITH (…) and of CONFIGURE ZONE. `value` is absent for a bare name. */
export interface Parameter extends Range {
  readonly kind: 'parameter'
  readonly name: string
  readonly value?: Expression
}
