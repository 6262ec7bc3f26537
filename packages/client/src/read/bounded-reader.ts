import type pg from 'pg'
import { SqlState } from '../errors/sqlstate.js'
import type { CerciQueryConfig, Queryable } from '../query/queryable.js'
import { errorCodes } from '../retry/error-chain.js'
import { placeAsOf } from '../statement/place-as-of.js'

/** The two expressions for AS OF SYSTEM TIME of a bounded read: the bounded one, and the exact time that it falls back to. */
export interface Bounds {
  readonly bounded: string
  readonly exact: string
}

/** CockroachDB's pgcode for `nearest_only` reads that no near replica can serve. */
const UNSATISFIABLE = 'XCUBS'

/** Runs each statement by itself with bounded staleness, or, where that is impossible, at exactly the bound. */
export class BoundedReader implements Queryable {
  readonly #db: Queryable
  readonly #bounds: Bounds
  readonly #fallback: 'exact' | 'error'
  /** Texts that the server cannot read with bounded staleness; shared by all readers of a cluster. */
  readonly #unbounded: Set<string>

  constructor(db: Queryable, bounds: Bounds, fallback: 'exact' | 'error', unbounded: Set<string>) {
    this.#db = db
    this.#bounds = bounds
    this.#fallback = fallback
    this.#unbounded = unbounded
  }

  async query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    textOrConfig: string | CerciQueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<R>> {
    const config = typeof textOrConfig === 'string' ? { text: textOrConfig, values } : textOrConfig
    const at = (expression: string): Promise<pg.QueryResult<R>> =>
      this.#db.query<R>({
        ...config,
        values: values ?? config.values,
        text: placeAsOf(config.text, expression),
        name: undefined, // the text is another one now
        idempotent: true,
      })
    if (this.#fallback === 'exact' && this.#unbounded.has(config.text)) return await at(this.#bounds.exact)
    try {
      return await at(this.#bounds.bounded)
    } catch (error) {
      const codes = errorCodes(error)
      const impossible = codes.includes(SqlState.featureNotSupported)
      if (this.#fallback === 'error' || !(impossible || codes.includes(UNSATISFIABLE))) throw error
      if (impossible) this.#remember(config.text)
      return await at(this.#bounds.exact)
    }
  }

  #remember(text: string): void {
    if (this.#unbounded.size >= MAX_REMEMBERED) this.#unbounded.clear()
    this.#unbounded.add(text)
  }
}

/** Statement texts; a service has fewer. */
const MAX_REMEMBERED = 1_000
