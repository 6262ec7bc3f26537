import type { Order } from './ordering.js'

/** A condition, and the values of its placeholders. */
export interface Seek {
  readonly condition: string
  readonly values: readonly string[]
}

/**
 * The condition for rows that come after a row in an ordering. Where no column can be NULL and all go in one direction, it is the row comparison, which
 * an index serves at once; else it is spelled out, with a bound on the first column, so that the index still knows where to begin.
 * https://www.cockroachlabs.com/docs/v26.2/pagination
 *
 * @param key The row's values in the ordering's columns, as text.
 * @param firstPlaceholder Number of the first placeholder that is free.
 */
export function seekAfter(ordering: readonly Order[], key: readonly (string | null)[], firstPlaceholder: number): Seek {
  const values = key.filter(value => value !== null)
  let placeholder = firstPlaceholder
  const bounds = ordering.map((order, index) => {
    const isNull = (key[index] ?? null) === null
    return new Bound(order, isNull ? undefined : `$${placeholder++}`)
  })
  const descending = ordering[0]?.descending ?? false
  const uniform = ordering.every(order => order.descending === descending && !order.nullable)
  if (uniform && values.length === key.length) {
    const columns = ordering.map(order => order.column).join(', ')
    const row = bounds.map(bound => bound.value).join(', ')
    return { condition: `(${columns}) ${descending ? '<' : '>'} (${row})`, values }
  }
  return { condition: spelledOut(bounds), values }
}

/** `a >= $1 AND (a > $1 OR (a = $1 AND b < $2) OR …)` */
function spelledOut(bounds: readonly Bound[]): string {
  const choices: string[] = []
  for (const [index, bound] of bounds.entries()) {
    const beyond = bound.beyond()
    if (beyond === undefined) continue
    const same = bounds.slice(0, index).map(earlier => earlier.equal())
    choices.push(`(${[...same, beyond].join(' AND ')})`)
  }
  if (choices.length === 0) return 'false'
  const notBefore = bounds[0]?.notBefore()
  const choice = `(${choices.join(' OR ')})`
  return notBefore === undefined ? choice : `${notBefore} AND ${choice}`
}

/** One column's part. NULL is smaller than every value. */
class Bound {
  readonly value: string | undefined
  readonly #order: Order

  /** @param value The placeholder; undefined for NULL. */
  constructor(order: Order, value: string | undefined) {
    this.#order = order
    this.value = value
  }

  equal(): string {
    return this.value === undefined ? `${this.#order.column} IS NULL` : `${this.#order.column} = ${this.value}`
  }

  /** Strictly after; undefined when nothing is. */
  beyond(): string | undefined {
    const { column, descending, nullable } = this.#order
    if (this.value === undefined) return descending ? undefined : `${column} IS NOT NULL`
    if (!descending) return `${column} > ${this.value}`
    return nullable ? `(${column} < ${this.value} OR ${column} IS NULL)` : `${column} < ${this.value}`
  }

  /** At this value or after it; undefined when that is everything. */
  notBefore(): string | undefined {
    const { column, descending, nullable } = this.#order
    if (this.value === undefined) return descending ? `${column} IS NULL` : undefined
    if (!descending) return `${column} >= ${this.value}`
    return nullable ? `(${column} <= ${this.value} OR ${column} IS NULL)` : `${column} <= ${this.value}`
  }
}
