import type pg from 'pg'
import { OptionError } from '../errors/option-error.js'
import type { Coalesced, CoalescedStatement, CoalescedTransaction, CoalesceTarget } from './coalesce-options.js'
import { coalesceStatement } from './coalesce-statement.js'
import { coalesceTransaction } from './coalesce-transaction.js'

/**
 * Merges concurrent calls of this process into batches, and gives each caller its own result or error. While a batch is under way, calls
 * gather for the next one, so that a hot row is locked, written and committed once for all who wait for it: group commit.
 *
 * What the callers see equals calling one after the other: with `run`, in the order in which the rows are given to it, as far as `run` does its part;
 * with a statement, in any order, because calls that share a key (`by`) never meet in one batch. A row that the database refuses fails
 * for its caller only: the batch is undone, halved and run again until the row is alone. Any other failure (a lost connection, an ambiguous commit)
 * is every caller's of that batch. After an ambiguous commit an `idempotent` batch is run again; what that ends with is the answer, unless it fails.
 *
 * @example
 * import { Cluster, coalesce } from 'cerci'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * await cluster.query('CREATE TABLE IF NOT EXISTS counters (name STRING PRIMARY KEY, hits INT8 NOT NULL)')
 *
 * // One statement for all calls of a moment. Calls for the same counter go one after the other: see `by`.
 * const hit = coalesce<{ name: string }, { hits: string }>(cluster, {
 *   input: { name: 'STRING' },
 *   by: row => row.name,
 *   text: `WITH counted AS (
 *            INSERT INTO counters SELECT name, 1 FROM input
 *            ON CONFLICT (name) DO UPDATE SET hits = counters.hits + 1 RETURNING name, hits)
 *          SELECT ordinal, hits FROM counted JOIN input USING (name)`,
 * })
 * const pages = ['/', '/about', '/', '/']
 * const results = await Promise.all(pages.map(name => hit({ name })))
 * console.log(results.map(rows => rows[0]?.hits))
 *
 * // One transaction for all calls of a moment. It adds up by itself, so that calls for the same counter share it as well.
 * const hitTogether = coalesce(cluster, {
 *   async run(rows: readonly { name: string }[], tx) {
 *     const hits = new Map<string, number>()
 *     const places = rows.map(({ name }) => {
 *       hits.set(name, (hits.get(name) ?? 0) + 1)
 *       return hits.get(name) ?? 0
 *     })
 *     const { rows: before } = await tx.query<{ name: string; hits: string }>(
 *       `INSERT INTO counters SELECT * FROM unnest($1::STRING[], $2::INT8[])
 *        ON CONFLICT (name) DO UPDATE SET hits = counters.hits + excluded.hits RETURNING name, hits`,
 *       [[...hits.keys()], [...hits.values()]],
 *     )
 *     const after = new Map(before.map(row => [row.name, BigInt(row.hits)]))
 *     return rows.map(({ name }, index) => (after.get(name) ?? 0n) - BigInt((hits.get(name) ?? 0) - (places[index] ?? 0)))
 *   },
 * })
 * console.log(await Promise.all(pages.map(name => hitTogether({ name }))))
 * await cluster.close()
 */
export function coalesce<Row extends object, Result extends object = pg.QueryResultRow>(
  cluster: CoalesceTarget,
  statement: CoalescedStatement<Row>,
): Coalesced<Row, Result[]>
export function coalesce<Row, Result>(
  cluster: CoalesceTarget,
  batch: CoalescedTransaction<Row, Result>,
): Coalesced<Row, Result>
export function coalesce<Row extends object, Result extends object>(
  cluster: CoalesceTarget,
  definition: CoalescedStatement<Row> | CoalescedTransaction<Row, Result>,
): Coalesced<Row, Result[]> | Coalesced<Row, Result> {
  if ('run' in definition) return coalesceTransaction(cluster, definition)
  if (typeof definition.text !== 'string')
    throw new OptionError('coalesce', 'a function `run`, or `text` and `input`, is needed')
  if (definition.by !== 'none' && typeof definition.by !== 'function')
    throw new OptionError('by', 'a function that gives what a call touches, or "none", is needed')
  return coalesceStatement<Row, Result>(cluster, definition)
}
