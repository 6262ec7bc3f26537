import type { Queryable } from 'cerci'
import type { ImportedOrder, RequestedItem, SkippedItem } from '../entities/order.js'

/** An order that an import is going to write. */
export interface PlannedOrder extends ImportedOrder {
  readonly id: string
  readonly requestHash: Buffer
  /** Those that can be had; never empty. */
  readonly items: readonly RequestedItem[]
  readonly skipped: readonly SkippedItem[]
}

/** An order that an import refuses: no item can be had. */
export interface PlannedRefusal extends ImportedOrder {
  readonly requestHash: Buffer
  readonly skipped: readonly SkippedItem[]
}

/** The answer that a key of the import got before. */
export interface EarlierAnswer {
  /** Null when it was refused. */
  readonly id: string | null
  readonly userId: string
  readonly idempotencyKey: string
  readonly requestHash: Buffer
  /** Of a refusal. */
  readonly skipped: readonly SkippedItem[]
}

export async function findEarlierAnswers(db: Queryable, orders: readonly ImportedOrder[]): Promise<EarlierAnswer[]> {
  const { rows } = await db.query<EarlierAnswer>(
    `WITH asked AS (SELECT * FROM unnest($1::UUID[], $2::STRING[]) AS k (user_id, idempotency_key))
     SELECT o.id, o.user_id AS "userId", o.idempotency_key AS "idempotencyKey", o.request_hash AS "requestHash", '[]'::JSONB AS skipped
     FROM asked k JOIN orders o ON o.user_id = k.user_id AND o.idempotency_key = k.idempotency_key
     UNION ALL
     SELECT NULL, r.user_id, r.idempotency_key, r.request_hash, r.skipped
     FROM asked k JOIN refused_orders r ON r.user_id = k.user_id AND r.idempotency_key = k.idempotency_key`,
    [orders.map(({ userId }) => userId), orders.map(({ idempotencyKey }) => idempotencyKey)],
  )
  return rows
}

/** Of these ids, those of users. */
export async function findUserIds(db: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ id: string }>(
    'SELECT id FROM users WHERE id = ANY ($1::UUID[]) AND deleted_at IS NULL',
    [ids],
  )
  return new Set(rows.map(({ id }) => id))
}

/** Locks the inventory of these products, in key order, and says how much there is of each. */
export async function lockStock(db: Queryable, productIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await db.query<{ id: string; quantity: number }>(
    `SELECT product_id AS id, quantity FROM inventory
     WHERE product_id = ANY ($1::UUID[]) ORDER BY product_id FOR UPDATE`,
    [productIds],
  )
  return new Map(rows.map(({ id, quantity }) => [id, quantity]))
}

/** Writes refusals: one statement. */
export async function insertRefusals(db: Queryable, refusals: readonly PlannedRefusal[]): Promise<void> {
  await db.query(
    `INSERT INTO refused_orders (user_id, idempotency_key, request_hash, skipped)
     SELECT r.user_id, r.key, decode(r.hash, 'hex'), r.skipped::JSONB
     FROM unnest($1::UUID[], $2::STRING[], $3::STRING[], $4::STRING[]) AS r (user_id, key, hash, skipped)`,
    [
      refusals.map(({ userId }) => userId),
      refusals.map(({ idempotencyKey }) => idempotencyKey),
      refusals.map(({ requestHash }) => requestHash.toString('hex')),
      refusals.map(({ skipped }) => JSON.stringify(skipped)),
    ],
  )
}

/** Writes orders, items and the inventory: three statements for thousands of rows. */
export async function insertPlannedOrders(db: Queryable, orders: readonly PlannedOrder[]): Promise<void> {
  const items = orders.flatMap(({ id, userId, items: all }) => all.map(item => ({ ...item, orderId: id, userId })))
  const itemColumns = [
    items.map(({ userId }) => userId),
    items.map(({ orderId }) => orderId),
    items.map(({ productId }) => productId),
    items.map(({ quantity }) => quantity),
  ]
  await db.query(
    `INSERT INTO orders (user_id, id, idempotency_key, request_hash, skipped, total)
     SELECT o.user_id, o.id, o.key, decode(o.hash, 'hex'), o.skipped::JSONB, t.total
     FROM unnest($1::UUID[], $2::UUID[], $3::STRING[], $4::STRING[], $5::STRING[]) AS o (user_id, id, key, hash, skipped)
     JOIN (
       SELECT i.order_id, sum(i.quantity * p.price) AS total
       FROM unnest($6::UUID[], $7::UUID[], $8::INT4[]) AS i (order_id, product_id, quantity)
       JOIN products p ON p.id = i.product_id
       GROUP BY i.order_id
     ) AS t ON t.order_id = o.id`,
    [
      orders.map(({ userId }) => userId),
      orders.map(({ id }) => id),
      orders.map(({ idempotencyKey }) => idempotencyKey),
      orders.map(({ requestHash }) => requestHash.toString('hex')),
      orders.map(({ skipped }) => JSON.stringify(skipped)),
      ...itemColumns.slice(1),
    ],
  )
  await db.query(
    `INSERT INTO order_items (user_id, order_id, product_id, quantity, unit_price, name)
     SELECT i.user_id, i.order_id, i.product_id, i.quantity, p.price, p.name
     FROM unnest($1::UUID[], $2::UUID[], $3::UUID[], $4::INT4[]) AS i (user_id, order_id, product_id, quantity)
     JOIN products p ON p.id = i.product_id`,
    itemColumns,
  )
  await db.query(
    `UPDATE inventory AS v SET quantity = v.quantity - r.quantity
     FROM (
       SELECT product_id, sum(quantity)::INT4 AS quantity
       FROM unnest($1::UUID[], $2::INT4[]) AS i (product_id, quantity) GROUP BY product_id
     ) AS r
     WHERE v.product_id = r.product_id`,
    itemColumns.slice(2),
  )
}
