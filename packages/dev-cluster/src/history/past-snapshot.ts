import type { DatabaseHistory } from './database-history.js'
import { parseSnapshot, parseTransactions, type SnapshotContent } from './snapshot-file.js'
import { timestampText } from './time-text.js'

/** Runs a statement on a connection to the database in question. */
export type RunQuery = (sql: string, values?: readonly (string | null)[]) => Promise<Record<string, string | null>[]>

/** PostgreSQL refuses a snapshot with more running transactions than there can be connections; this is far below. */
const MAX_RUNNING = 400

/**
 * Which of the transactions in question had committed at the time, by their commit timestamps. What still runs counts as not
 * committed, whatever its timestamp: it may be in the middle of committing.
 */
const EXACT = `
WITH present AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot),
running AS MATERIALIZED (SELECT pg_snapshot_xip(snapshot)::text::int8 AS number FROM present),
committed AS MATERIALIZED (
  SELECT number, pg_xact_commit_timestamp(xid(number::text::xid8)) <= $3::timestamptz AS seen
  FROM present, generate_series($1::int8, least($2::int8, pg_snapshot_xmax(snapshot)::text::int8) - 1) AS number),
edge AS MATERIALIZED (
  SELECT coalesce(max(number) + 1, $1::int8) AS xmax FROM committed WHERE seen AND number NOT IN (SELECT number FROM running))
SELECT edge.xmax::text,
  (SELECT string_agg(number::text, ',' ORDER BY number) FROM (
     SELECT number FROM committed WHERE NOT seen UNION SELECT number FROM running) AS unseen
   WHERE number >= $1::int8 AND number < edge.xmax) AS running
FROM edge`

/**
 * The snapshot that a read at a time would have taken: it sees exactly the commits not later than that.
 *
 * Samples narrow down whose commits are in question; their commit timestamps decide. Only when
 * too many transactions were under way to be listed does the read see what the sample before the time saw.
 */
export async function pastSnapshot(
  history: DatabaseHistory,
  epochMicros: number,
  query: RunQuery,
): Promise<SnapshotContent> {
  const before = history.samples.before(epochMicros)
  if (before === undefined) throw new Error('a history has at least the sample it began with')
  const base = parseSnapshot(before.snapshot)
  const after = history.samples.after(epochMicros)
  const [row] = await query(EXACT, [
    String(base.xmin),
    after === undefined ? null : String(parseSnapshot(after.snapshot).xmax),
    timestampText(Math.max(epochMicros, before.epochMicros)),
  ])
  const running = parseTransactions(row?.['running'] ?? '')
  if (running.length > MAX_RUNNING) return base
  const xmax = BigInt(row?.['xmax'] ?? base.xmin)
  return { xmin: running[0] ?? xmax, xmax, running }
}
