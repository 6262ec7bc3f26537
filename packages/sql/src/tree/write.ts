import type { Expression, Identifier, Name, OrderItem, Range } from './node.js'
import type { Alias, FromItem, Query, TableRef, Target, With } from './query.js'

export interface Insert extends Range {
  readonly kind: 'insert'
  readonly with?: With
  readonly upsert: boolean
  readonly table: Name
  readonly alias?: Alias
  readonly columns?: readonly Identifier[]
  /** The parenthesised column list. */
  readonly columnList?: Range
  /** Absent for DEFAULT VALUES. */
  readonly source?: Query
  /** The word that the source starts with: `VALUES`, `SELECT`, `DEFAULT`. */
  readonly sourceRange: Range
  readonly conflict?: Conflict
  readonly returning?: Returning
}

export interface Conflict extends Range {
  readonly kind: 'conflict'
  /** Between the parentheses of ON CONFLICT (…). */
  readonly columns?: Expression
  readonly targetWhere?: Expression
  readonly constraint?: string
  readonly action: 'nothing' | 'update'
  readonly assignments: readonly Assignment[]
  readonly where?: Expression
}

/** `column = expression` or `(a, b) = (…)`. */
export interface Assignment extends Range {
  readonly kind: 'assignment'
  readonly columns: readonly Identifier[]
  readonly value: Expression
}

/** RETURNING targets, or RETURNING NOTHING, which has none. */
export interface Returning extends Range {
  readonly kind: 'returning'
  readonly nothing: boolean
  readonly targets: readonly Target[]
}

export interface Update extends Range {
  readonly kind: 'update'
  readonly with?: With
  readonly table: TableRef
  readonly assignments: readonly Assignment[]
  readonly from: readonly FromItem[]
  readonly where?: Expression
  readonly orderBy: readonly OrderItem[]
  readonly limit?: Expression
  readonly returning?: Returning
}

export interface Delete extends Range {
  readonly kind: 'delete'
  readonly with?: With
  readonly table: TableRef
  readonly using: readonly FromItem[]
  readonly where?: Expression
  readonly orderBy: readonly OrderItem[]
  readonly limit?: Expression
  readonly returning?: Returning
}
