import type { Queryable } from 'cerci'
import { writtenRow } from './written-row.js'

export interface Usage {
  /** Including this use. */
  readonly count: number
  readonly secondsLeft: number
}

/** Counts one use of a key in its current window, or opens a new window. */
export async function countUse(db: Queryable, key: string, windowSeconds: number): Promise<Usage> {
  const { rows } = await db.query<Usage>({
    text: `INSERT INTO rate_limits AS r (key, count, resets_at) VALUES ($1, 1, now() + $2::INT4 * INTERVAL '1 second')
      ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN r.resets_at <= now() THEN 1 ELSE r.count + 1 END,
        resets_at = CASE WHEN r.resets_at <= now() THEN excluded.resets_at ELSE r.resets_at END
      RETURNING count, extract(epoch FROM resets_at - now())::FLOAT8 AS "secondsLeft"`,
    values: [key, windowSeconds],
    // Counted twice is better than not answered.
    idempotent: true,
  })
  return writtenRow(rows)
}

/** Takes one use back. */
export async function uncountUse(db: Queryable, key: string): Promise<void> {
  const text = 'UPDATE rate_limits SET count = count - 1 WHERE key = $1 AND count > 0'
  // Taken back twice is better than not answered.
  await db.query({ text, values: [key], idempotent: true })
}

export async function forgetUses(db: Queryable, key: string): Promise<void> {
  await db.query({ text: 'DELETE FROM rate_limits WHERE key = $1', values: [key], idempotent: true })
}

/** Removes windows that are over. Returns how many. */
export async function deleteExpiredUses(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query('DELETE FROM rate_limits WHERE resets_at <= now() LIMIT $1', [limit])
  return rowCount ?? 0
}
