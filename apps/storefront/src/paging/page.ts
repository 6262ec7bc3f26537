/** One page of a list that is ordered by a key (keyset pagination: no OFFSET, no skipped or repeated rows). */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Where the next page starts; absent from the last page. */
  readonly nextCursor?: string
}

export interface PageRequest {
  /** 1 … 100. */
  readonly limit: number
  /** `nextCursor` of the page before; absent for the first page. */
  readonly cursor?: string
  /** Whether rows may be some seconds old, which the nearest replica can serve without waiting for anybody. @default false */
  readonly stale?: boolean
}

/**
 * Cuts one page out of `limit + 1` rows: the extra row only proves that another page follows. `cursor` names a row's place in the order.
 */
export function cutPage<Row>(rows: readonly Row[], limit: number, cursor: (row: Row) => string): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return last !== undefined && rows.length > limit ? { items, nextCursor: cursor(last) } : { items }
}
