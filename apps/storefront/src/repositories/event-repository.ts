import type { Queryable } from 'cerci'
import type { OutboxEvent } from '../entities/event.js'
import type { OrderKey } from '../entities/order.js'

/** Writes what has just become of orders into the outbox; has to run in the transaction that changed them. */
export async function insertOrderEvents(db: Queryable, orders: readonly OrderKey[]): Promise<void> {
  await db.query(
    `INSERT INTO outbox (key, sequence, type, payload)
     SELECT o.id, o.version, 'order.' || o.status, jsonb_build_object(
       'orderId', o.id, 'userId', o.user_id, 'status', o.status, 'total', o.total::STRING, 'version', o.version)
     FROM unnest($1::UUID[], $2::UUID[]) AS k (user_id, id) JOIN orders o ON o.user_id = k.user_id AND o.id = k.id`,
    [orders.map(({ userId }) => userId), orders.map(({ orderId }) => orderId)],
  )
}

/**
 * Takes the first event of each key that is due, at most `count`, for `leaseSeconds`. Workers that ask at the same moment get different ones;
 * the events of a worker that dies come back when its lease is over.
 */
export async function claimEvents(db: Queryable, count: number, leaseSeconds: number): Promise<OutboxEvent[]> {
  const { rows } = await db.query<OutboxEvent>(
    `WITH due AS (
       SELECT o.key, o.sequence FROM outbox o
       WHERE o.due_at <= now() AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.key = o.key AND e.sequence < o.sequence)
       ORDER BY o.due_at LIMIT $1 FOR UPDATE OF o SKIP LOCKED
     )
     UPDATE outbox SET attempts = attempts + 1, due_at = now() + $2::INT4 * INTERVAL '1 second'
     WHERE (key, sequence) IN (SELECT key, sequence FROM due)
     RETURNING key, sequence, type, payload, created_at AS "createdAt", attempts`,
    [count, leaseSeconds],
  )
  return rows
}

/** Removes an event that was delivered. */
export async function deleteEvent(db: Queryable, { key, sequence }: OutboxEvent): Promise<void> {
  await db.query('DELETE FROM outbox WHERE key = $1 AND sequence = $2', [key, sequence])
}

/** Gives an event back, to be tried again later. */
export async function postponeEvent(db: Queryable, { key, sequence }: OutboxEvent, delayMs: number): Promise<void> {
  await db.query(
    "UPDATE outbox SET due_at = now() + $3::INT4 * INTERVAL '1 millisecond' WHERE key = $1 AND sequence = $2",
    [key, sequence, delayMs],
  )
}

/** Puts an event aside that nobody takes; the next one of its key may go on. */
export async function buryEvent(db: Queryable, { key, sequence }: OutboxEvent, lastError: string): Promise<void> {
  await db.query(
    `WITH dead AS (
       DELETE FROM outbox WHERE key = $1 AND sequence = $2 RETURNING key, sequence, type, payload, created_at, attempts
     )
     INSERT INTO dead_letters (key, sequence, type, payload, created_at, attempts, last_error)
     SELECT key, sequence, type, payload, created_at, attempts, $3::STRING FROM dead`,
    [key, sequence, lastError],
  )
}

/** Puts events that were put aside back into the outbox, longest dead first, as if they were new. Returns how many. */
export async function reviveEvents(db: Queryable, count: number): Promise<number> {
  const { rowCount } = await db.query(
    `WITH revived AS (
       DELETE FROM dead_letters WHERE (key, sequence) IN (
         SELECT key, sequence FROM dead_letters ORDER BY died_at, key, sequence LIMIT $1
       ) RETURNING key, sequence, type, payload, created_at
     )
     INSERT INTO outbox (key, sequence, type, payload, created_at)
     SELECT key, sequence, type, payload, created_at FROM revived`,
    [count],
  )
  return rowCount ?? 0
}

export async function countDeadLetters(db: Queryable, timeoutMs: number): Promise<number> {
  const text = 'SELECT count(*)::INT4 AS dead FROM dead_letters'
  const { rows } = await db.query<{ dead: number }>({ text, timeoutMs })
  return rows[0]?.dead ?? 0
}
