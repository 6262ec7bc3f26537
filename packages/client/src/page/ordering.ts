import { OptionError } from '../errors/option-error.js'
import { quoteIdentifier } from '../statement/identifier.js'

/** A column that rows are ordered by. */
export interface OrderColumn {
  /** Name of an output column of the listing's SELECT. */
  readonly column: string
  /** @default 'asc' */
  readonly direction?: 'asc' | 'desc' | undefined
  /** Whether it can be NULL. NULLs come as CockroachDB orders them: first when ascending, last when descending. @default false */
  readonly nullable?: boolean | undefined
}

/** An ordering, ready to be printed in either direction. */
export interface Order {
  /** The column as SQL. */
  readonly column: string
  readonly descending: boolean
  readonly nullable: boolean
}

/** Accepts names alone, for what is ascending and never NULL. */
export function readOrdering(columns: readonly (string | OrderColumn)[]): Order[] {
  if (!Array.isArray(columns)) throw new OptionError('orderBy', 'it must be an array of columns')
  if (columns.length === 0) throw new OptionError('orderBy', 'it is empty; pages need an order')
  return columns.map(given => {
    const { column, direction = 'asc', nullable = false } = typeof given === 'string' ? { column: given } : given
    if (direction !== 'asc' && direction !== 'desc') throw new OptionError('orderBy', 'a direction is "asc" or "desc"')
    return { column: quoteIdentifier(column), descending: direction === 'desc', nullable }
  })
}

/** The ordering from its other end. */
export function reversed(ordering: readonly Order[]): Order[] {
  return ordering.map(order => ({ ...order, descending: !order.descending }))
}

/** `"a" DESC NULLS LAST, "b" ASC`: NULLS is written where it matters, so that PostgreSQL orders as CockroachDB does. */
export function printOrdering(ordering: readonly Order[]): string {
  return ordering
    .map(({ column, descending, nullable }) => {
      const nulls = nullable ? ` NULLS ${descending ? 'LAST' : 'FIRST'}` : ''
      return `${column} ${descending ? 'DESC' : 'ASC'}${nulls}`
    })
    .join(', ')
}
