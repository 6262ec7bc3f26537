import type pg from 'pg'
import type { Queryable } from '../query/queryable.js'
import { asOfExpression, isRelative } from '../read/as-of.js'
import type { Cursor } from './cursor.js'
import { type Order, printOrdering, reversed } from './ordering.js'
import type { PageRequest } from './page-types.js'
import { type Seek, seekAfter } from './seek.js'

/** A row, and its values in the ordering's columns as the database writes them: a `Date` would lose microseconds. */
export interface KeyedRow<Row> {
  readonly row: Row
  readonly key: readonly (string | null)[]
}

export interface FetchedRows<Row> {
  readonly rows: KeyedRow<Row>[]
  /** The moment that was read, when the listing is a snapshot. */
  readonly asOf: string | undefined
}

interface Fetch extends PageRequest {
  readonly cursor: Cursor | undefined
  readonly backward: boolean
  /** Rows to fetch at most. */
  readonly rows: number
}

/** Fetches the rows after a cursor, or before it, nearest first. */
export async function fetchRows<Row extends pg.QueryResultRow>(
  db: Queryable,
  listing: { readonly text: string; readonly ordering: readonly Order[] },
  fetch: Fetch,
): Promise<FetchedRows<Row>> {
  const given = fetch.values ?? []
  const ordering = fetch.backward ? reversed(listing.ordering) : listing.ordering
  const seek = fetch.cursor ? seekAfter(ordering, fetch.cursor.key, given.length + 1) : undefined
  const moment = momentOf(fetch)
  const { rows } = await db.query<Row>({
    text: statement(listing.text, ordering, seek, moment, fetch.rows),
    values: [...given, ...(seek?.values ?? [])],
    idempotent: true,
    signal: fetch.signal,
  })
  let { asOf } = moment
  const keyed = rows.map(row => {
    const key = ordering.map((_, index) => take(row, KEY + index))
    if (moment.ask) asOf = take(row, AS_OF) ?? undefined
    return { row, key }
  })
  return { rows: keyed, asOf }
}

const KEY = 'cerci_key_'
const AS_OF = 'cerci_as_of'

interface Moment {
  /** The time that all pages show, once it is known; undefined for the present. */
  readonly asOf: string | undefined
  /** For AS OF SYSTEM TIME; undefined for the present. */
  readonly expression: string | undefined
  /** Whether the server must say which moment the first page has read. */
  readonly ask: boolean
}

/** A cursor's moment holds for all of its listing; else the first page chooses it. What `-10s` was, only the server can say. */
function momentOf({ cursor, snapshot }: Fetch): Moment {
  if (snapshot === 'now' && !cursor) return { asOf: undefined, expression: undefined, ask: true }
  const chosen = cursor ? cursor.asOf : snapshot
  if (chosen === undefined) return { asOf: undefined, expression: undefined, ask: false }
  const expression = asOfExpression(chosen)
  const asOf = chosen instanceof Date ? chosen.toISOString() : chosen
  return { asOf, expression, ask: !cursor && isRelative(chosen) }
}

function statement(
  text: string,
  ordering: readonly Order[],
  seek: Seek | undefined,
  moment: Moment,
  rows: number,
): string {
  const keys = ordering.map(({ column }, index) => `page.${column}::text AS ${KEY}${index}`)
  const asked = moment.ask ? `, cluster_logical_timestamp()::text AS ${AS_OF}` : ''
  const asOf = moment.expression === undefined ? '' : ` AS OF SYSTEM TIME ${moment.expression}`
  const where = seek ? ` WHERE ${seek.condition}` : ''
  // The line break ends a comment that the text may end with.
  return `SELECT page.*, ${keys.join(', ')}${asked} FROM (${text}\n) AS page${asOf}${where} ORDER BY ${printOrdering(ordering)} LIMIT ${rows}`
}

/** Takes one of our own columns out of a row. */
function take(row: object, column: string): string | null {
  const value: unknown = Reflect.get(row, column)
  Reflect.deleteProperty(row, column)
  return typeof value === 'string' ? value : null
}
