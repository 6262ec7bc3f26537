import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseHistory } from './database-history.js'
import { parseSnapshot, parseTransactions, type SnapshotContent } from './snapshot-file.js'
import { timestampText } from './time-text.js'

/** Runs a statement on a connection to the database in question. */
export type RunQuery = (sql: string, values?: readonly (string | null)[]) => Promise<Record<string, string | null>[]>

/** PostgreSQL refuses a snapshot with more running transactions than there can be connections; this is far below. */
const MAX_RUNNING = 400
/** How long a commit under way is waited for that counts as one before the time. */
const COMMIT_POLL_MS = 1
const MAX_COMMIT_POLLS = 50

/** What runs now, and of the transactions in question those that had committed by the time, and, negative, those that did later. */
const COMMITS = `
SELECT pg_current_snapshot()::text AS present, array_to_string(ARRAY(
  SELECT CASE WHEN pg_xact_commit_timestamp(xid(number::text::xid8)) <= $3::timestamptz THEN number
    WHEN pg_xact_commit_timestamp(xid(number::text::xid8)) > $3::timestamptz THEN -number END
  FROM generate_series($1::int8, coalesce($2, pg_snapshot_xmax(pg_current_snapshot())::text)::int8 - 1) AS number), ',') AS commits`

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
  const values = [
    String(base.xmin),
    after === undefined ? null : String(parseSnapshot(after.snapshot).xmax),
    timestampText(Math.max(epochMicros, before.epochMicros)),
  ]
  for (let polls = 0; ; polls++) {
    const [row] = await query(COMMITS, values)
    const commits = parseTransactions(row?.['commits'] ?? '')
    const { running } = parseSnapshot(row?.['present'] ?? '')
    const seen = new Set(commits.filter(number => number > 0n))
    // PostgreSQL notes the time of a commit a little before it is done; until then nobody may take it for done.
    if (polls < MAX_COMMIT_POLLS && running.some(number => seen.has(number))) {
      await sleep(COMMIT_POLL_MS)
      continue
    }
    const late = commits.filter(number => number < 0n).map(number => -number)
    const content = snapshotOf(base.xmin, seen, new Set([...running, ...late]))
    return content.running.length > MAX_RUNNING ? base : content
  }
}

function snapshotOf(first: bigint, seen: ReadonlySet<bigint>, unseen: ReadonlySet<bigint>): SnapshotContent {
  const last = [...seen].findLast(number => !unseen.has(number))
  const xmax = last === undefined ? first : last + 1n
  const running = [...unseen].filter(number => number >= first && number < xmax).toSorted(ascending)
  return { xmin: running[0] ?? xmax, xmax, running }
}

function ascending(a: bigint, b: bigint): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
