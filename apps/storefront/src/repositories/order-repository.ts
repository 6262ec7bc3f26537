import type { Queryable } from 'cerci'
import type { Order, OrderItem, OrderSummary, RequestedItem, SkippedItem } from '../entities/order.js'
import type { Positioned, TimePosition } from '../paging/time-position.js'

const columns = `id, user_id AS "userId", status, total::STRING AS total, version,
  created_at AS "createdAt", updated_at AS "updatedAt"`

export type OrderRow = OrderSummary & Positioned

/** What an earlier request with the same idempotency key asked for. */
export interface EarlierOrder {
  readonly id: string
  readonly requestHash: Buffer
}

/** An earlier request of which no item could be had. */
export interface RefusedOrder {
  readonly requestHash: Buffer
  readonly skipped: readonly SkippedItem[]
}

export async function findOrderByKey(db: Queryable, userId: string, key: string): Promise<EarlierOrder | undefined> {
  const { rows } = await db.query<EarlierOrder>(
    'SELECT id, request_hash AS "requestHash" FROM orders WHERE user_id = $1 AND idempotency_key = $2',
    [userId, key],
  )
  return rows[0]
}

/**
 * Opens an order without items and returns its id; undefined when the key got an answer before, or there is no such user.
 * Locks the stock of its products, in key order: as the first statement of a transaction it waits for other orders of the same
 * products without a conflict, whereas a transaction that has read before would have to start again, time after time.
 */
export async function insertOrder(
  db: Queryable,
  userId: string,
  idempotencyKey: string,
  requestHash: Buffer,
  productIds: readonly string[],
): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    `WITH locked AS (
       SELECT product_id FROM inventory WHERE product_id = ANY($4::UUID[]) ORDER BY product_id FOR UPDATE
     )
     INSERT INTO orders (user_id, idempotency_key, request_hash)
     SELECT id, $2::STRING, $3::BYTES FROM users
     WHERE id = $1 AND deleted_at IS NULL AND (SELECT count(*) FROM locked) >= 0
       AND NOT EXISTS (SELECT 1 FROM refused_orders WHERE user_id = $1 AND idempotency_key = $2)
     ON CONFLICT (user_id, idempotency_key) DO NOTHING RETURNING id`,
    [userId, idempotencyKey, requestHash, productIds],
  )
  return rows[0]?.id
}

/** Turns an order that was only just opened into a refusal, which its key gets from now on. */
export async function refuseOrder(
  db: Queryable,
  userId: string,
  orderId: string,
  skipped: readonly SkippedItem[],
): Promise<void> {
  await db.query(
    `WITH opened AS (
       DELETE FROM orders WHERE user_id = $1 AND id = $2 RETURNING user_id, idempotency_key, request_hash
     )
     INSERT INTO refused_orders (user_id, idempotency_key, request_hash, skipped)
     SELECT user_id, idempotency_key, request_hash, $3::JSONB FROM opened`,
    [userId, orderId, JSON.stringify(skipped)],
  )
}

/** The refusal that an earlier request with this key got. */
export async function findRefusedOrder(db: Queryable, userId: string, key: string): Promise<RefusedOrder | undefined> {
  const { rows } = await db.query<RefusedOrder>(
    'SELECT request_hash AS "requestHash", skipped FROM refused_orders WHERE user_id = $1 AND idempotency_key = $2',
    [userId, key],
  )
  return rows[0]
}

/** Removes refusals that nobody will ask for any more. Returns how many. */
export async function deleteOldRefusedOrders(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    "DELETE FROM refused_orders WHERE refused_at < now() - INTERVAL '30 days' LIMIT $1",
    [limit],
  )
  return rowCount ?? 0
}

/** Takes the pieces out of the inventory and writes the item, in one statement. Returns whether there were enough. */
export async function reserveItem(
  db: Queryable,
  userId: string,
  orderId: string,
  item: RequestedItem,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `WITH reserved AS (
       UPDATE inventory SET quantity = quantity - $4::INT4 WHERE product_id = $3 AND quantity >= $4::INT4 RETURNING product_id
     )
     INSERT INTO order_items (user_id, order_id, product_id, quantity, unit_price, name)
     SELECT $1::UUID, $2::UUID, p.id, $4::INT4, p.price, p.name FROM reserved r JOIN products p ON p.id = r.product_id`,
    [userId, orderId, item.productId, item.quantity],
  )
  return rowCount === 1
}

/** Writes what the items add up to and what was skipped. */
export async function completeOrder(
  db: Queryable,
  userId: string,
  orderId: string,
  skipped: readonly SkippedItem[],
): Promise<void> {
  await db.query(
    `UPDATE orders SET skipped = $3::JSONB,
       total = (SELECT sum(quantity * unit_price) FROM order_items WHERE user_id = $1 AND order_id = $2)
     WHERE user_id = $1 AND id = $2`,
    [userId, orderId, JSON.stringify(skipped)],
  )
}

export async function findOrder(db: Queryable, userId: string, id: string): Promise<Order | undefined> {
  const found = await db.query<OrderSummary & { skipped: SkippedItem[] }>(
    `SELECT ${columns}, skipped FROM orders WHERE user_id = $1 AND id = $2`,
    [userId, id],
  )
  const order = found.rows[0]
  if (order === undefined) return undefined
  const items = await db.query<OrderItem>(
    `SELECT i.product_id AS "productId", p.sku, COALESCE(i.name, p.name) AS name, i.quantity, i.unit_price::STRING AS "unitPrice"
     FROM order_items i JOIN products p ON p.id = i.product_id
     WHERE i.user_id = $1 AND i.order_id = $2 ORDER BY p.sku`,
    [userId, id],
  )
  return { ...order, items: items.rows }
}

/** Orders of a user after a position, newest first, without their items. */
export async function listOrders(
  db: Queryable,
  userId: string,
  after: TimePosition,
  count: number,
): Promise<OrderRow[]> {
  const { rows } = await db.query<OrderRow>(
    `SELECT ${columns}, created_at::STRING AS position FROM orders
     WHERE user_id = $1 AND (created_at, id) < ($2::TIMESTAMPTZ, $3::UUID)
     ORDER BY created_at DESC, id DESC LIMIT $4`,
    [userId, after.at, after.id, count],
  )
  return rows
}
