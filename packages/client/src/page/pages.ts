import { createHash } from 'node:crypto'
import type pg from 'pg'
import { checkOptions, knownOptions } from '../errors/known-options.js'
import { OptionError } from '../errors/option-error.js'
import type { Queryable } from '../query/queryable.js'
import { isSymbol, tokensOf } from '../statement/tokens.js'
import { CursorCodec } from './cursor.js'
import { fetchRows, type KeyedRow } from './fetch-rows.js'
import { type Order, printOrdering, readOrdering } from './ordering.js'
import { PageOrderError } from './page-order-error.js'
import type { Page, PageRequest, PagesDefinition } from './page-types.js'
import { pagingClauseOf } from './paging-clause.js'

/**
 * A listing in pages that are as fast on page 40,000 as on page 1, and that neither skip nor repeat rows when others are inserted: keyset pagination.
 * https://www.cockroachlabs.com/docs/v26.2/pagination
 *
 * @example
 * import { Cluster, Pages } from 'cerci'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * await cluster.query(`CREATE TABLE IF NOT EXISTS posts (
 *   id UUID PRIMARY KEY DEFAULT gen_random_uuid(), author STRING, title STRING, at TIMESTAMPTZ DEFAULT now(), INDEX (author, at DESC, id DESC))`)
 *
 * const posts = new Pages<{ id: string; title: string; at: Date }>({
 *   text: 'SELECT id, title, at FROM posts WHERE author = $1',
 *   orderBy: [{ column: 'at', direction: 'desc' }, { column: 'id', direction: 'desc' }],
 *   secrets: ['change me'],
 * })
 * const first = await posts.page(cluster, { values: ['ada'], limit: 10 })
 * const second = first.next && (await posts.page(cluster, { values: ['ada'], limit: 10, after: first.next }))
 * console.log(first.rows, second)
 *
 * for await (const post of posts.stream(cluster, { values: ['ada'], snapshot: 'now' })) console.log(post.title)
 * await cluster.close()
 */
export class Pages<Row extends pg.QueryResultRow = pg.QueryResultRow> {
  readonly #text: string
  readonly #ordering: readonly Order[]
  readonly #secrets: readonly string[]
  readonly #listing: string

  /** @throws OptionError when the text orders or limits its rows itself, and for options that it does not know */
  constructor(definition: PagesDefinition) {
    checkOptions(definition ?? null, definitionOptions)
    if (typeof definition.text !== 'string') throw new OptionError('text', 'it must be a SELECT')
    this.#text = withoutSemicolon(definition.text)
    const clause = pagingClauseOf(this.#text)
    if (clause !== undefined)
      throw new OptionError(
        'text',
        `it has ${clause} of its own; leave it to orderBy and limit, or, to list the rows that it chooses, write SELECT * FROM (…) AS chosen`,
      )
    this.#ordering = readOrdering(definition.orderBy)
    this.#secrets = definition.secrets ?? []
    if (this.#secrets.includes('')) throw new OptionError('secrets', 'one of them is empty')
    this.#listing = `${this.#text}\n${printOrdering(this.#ordering)}`
  }

  /** One page. A cursor that is damaged, changed or of another listing is a `CursorError`. */
  async page(db: Queryable, request: PageRequest = {}): Promise<Page<Row>> {
    checkOptions(request, requestOptions)
    const limit = request.limit ?? 25
    if (!Number.isSafeInteger(limit) || limit < 1) throw new OptionError('limit', `${limit} is not a positive integer`)
    if (request.values !== undefined && !Array.isArray(request.values))
      throw new OptionError('values', 'it must be an array, for $1, $2, …')
    if (request.after !== undefined && request.before !== undefined) {
      throw new OptionError('before', 'a page is after one cursor or before one, not both')
    }
    const codec = new CursorCodec(this.#fingerprint(request.scope), this.#ordering.length, this.#secrets)
    const given = request.after ?? request.before
    const cursor = given === undefined ? undefined : codec.decode(given)
    const backward = request.before !== undefined
    const listing = { text: this.#text, ordering: this.#ordering }
    const found = await fetchRows<Row>(db, listing, { ...request, cursor, backward, rows: limit + 1 })
    this.#checkOrder(found.rows)
    const more = found.rows.length > limit
    const shown = found.rows.slice(0, limit)
    if (backward) shown.reverse()
    const cursorOf = (row: KeyedRow<Row> | undefined): string | undefined =>
      row && codec.encode({ key: row.key, asOf: found.asOf })
    return {
      rows: shown.map(({ row }) => row),
      next: more || backward ? cursorOf(shown.at(-1)) : undefined,
      previous: backward ? (more ? cursorOf(shown[0]) : undefined) : cursor && cursorOf(shown[0]),
    }
  }

  /** All rows, in the listing's order, fetched page by page. `limit` is the rows of one fetch, 1000 unless given; the next one is under way while a page is read. */
  async *stream(db: Queryable, request: Omit<PageRequest, 'before'> = {}): AsyncGenerator<Row, void, undefined> {
    const fetch = (after: string | undefined): Promise<Page<Row>> =>
      this.page(db, { ...request, limit: request.limit ?? 1_000, after })
    let coming: Promise<Page<Row>> | undefined = fetch(request.after)
    while (coming) {
      const page: Page<Row> = await coming
      coming = page.next === undefined ? undefined : fetch(page.next)
      coming?.catch(() => undefined) // reported when its turn comes, unless the reader has left
      yield* page.rows
    }
  }

  /** Neighbours with the same key would be torn apart by a page's end, and one of them lost. */
  #checkOrder(rows: readonly KeyedRow<Row>[]): void {
    const keys = rows.map(({ key }) => JSON.stringify(key))
    if (keys.some((key, index) => key === keys[index + 1])) {
      throw new PageOrderError(this.#ordering.map(order => order.column))
    }
  }

  /** Short, as it is part of every cursor. */
  #fingerprint(scope = ''): string {
    return createHash('sha256')
      .update(`${this.#listing}
${scope}`)
      .digest()
      .subarray(0, 9)
      .toString('base64url')
  }
}

/** What ORMs call options of a page. */
export const pageNames = {
  order: 'write orderBy',
  cursor: 'write after or before',
  skip: 'pages go by key: write after, with the next of the page before',
  offset: 'pages go by key: write after, with the next of the page before',
  take: 'write limit',
  pageSize: 'write limit',
} as const

const definitionOptions = knownOptions<PagesDefinition>(
  'Pages',
  { text: true, orderBy: true, secrets: true },
  pageNames,
)

const requestOptions = knownOptions<PageRequest>(
  'page()',
  { values: true, limit: true, after: true, before: true, snapshot: true, scope: true, signal: true },
  { ...pageNames, orderBy: 'the order is that of the Pages' },
)

function withoutSemicolon(text: string): string {
  const last = tokensOf(text).at(-1)
  return last && isSymbol(text, last, ';') ? text.slice(0, last.start) : text
}
