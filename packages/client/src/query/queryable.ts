import type pg from 'pg'

/** A statement with everything that may be said about it. node-postgres' query config, plus time, cancelling and idempotence. */
export interface CerciQueryConfig {
  /** One statement with `$1`, `$2`, … for its values. Several statements in one text are possible only without values. */
  readonly text: string
  /** Values of the placeholders, converted as node-postgres converts them. */
  readonly values?: readonly unknown[] | undefined
  /** A prepared-statement name of your own. Without it, Cerci names statements itself. */
  readonly name?: string | undefined
  /** Rows as arrays in column order instead of objects. */
  readonly rowMode?: 'array' | undefined
  /** Parsers for this statement's columns, instead of the pool's. */
  readonly types?: pg.CustomTypesConfig | undefined
  /** Cancels the statement on the server when aborted; the call rejects with `CERCI_QUERY_ABORTED`. */
  readonly signal?: AbortSignal | undefined
  /**
   * Milliseconds from the call, waiting for a connection included, after which the statement is cancelled on the server and
   * the call rejects with `CERCI_QUERY_TIMEOUT`.
   * @default the pool's `queryTimeoutMs`
   */
  readonly timeoutMs?: number | 'unlimited' | undefined
  /**
   * True promises that running the statement twice does what running it once does; then it is run again after a
   * connection was lost while nobody could know whether it had run.
   * @default false
   */
  readonly idempotent?: boolean | undefined
}

/** What `pool.connect()` gives: node-postgres' client, whose statements may have limits as well. */
export type CerciClient = Queryable & pg.PoolClient

/** What runs statements: a `Cluster`, a `Transaction`, and, with node-postgres' own types, every pool and client. */
export interface Queryable {
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    textOrConfig: string | CerciQueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<R>>
}
