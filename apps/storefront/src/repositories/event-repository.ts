import type { Queryable } from 'cerci'
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
