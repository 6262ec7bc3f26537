import type { Queryable } from 'cerci'
import { nextStatuses, type OrderKey, type OrderState, orderStatuses, type StatusChange } from '../entities/order.js'

/** Moves each order on if it exists and the move is legal, in one statement. Returns those that moved, with the states they are in then. */
export async function updateStatuses(
  db: Queryable,
  changes: readonly StatusChange[],
): Promise<(OrderKey & OrderState)[]> {
  const { rows } = await db.query<OrderKey & OrderState>(
    `UPDATE orders o SET status = c.status, version = o.version + 1, updated_at = now()
     FROM unnest($1::UUID[], $2::UUID[], $3::STRING[]) AS c (user_id, id, status)
     WHERE o.user_id = c.user_id AND o.id = c.id AND (o.status || '>' || c.status) = ANY ($4::STRING[])
     RETURNING o.user_id AS "userId", o.id AS "orderId", o.status, o.version`,
    [...columns(changes), changes.map(({ status }) => status), legalMoves],
  )
  return rows
}

/** Of these orders, those that exist. */
export async function findExisting(db: Queryable, orders: readonly OrderKey[]): Promise<OrderKey[]> {
  const { rows } = await db.query<OrderKey>(
    `SELECT o.user_id AS "userId", o.id AS "orderId"
     FROM unnest($1::UUID[], $2::UUID[]) AS k (user_id, id) JOIN orders o ON o.user_id = k.user_id AND o.id = k.id`,
    columns(orders),
  )
  return rows
}

/** Puts the items of these orders back into the inventory. */
export async function restock(db: Queryable, orders: readonly OrderKey[]): Promise<void> {
  await db.query(
    `UPDATE inventory AS v SET quantity = v.quantity + r.quantity
     FROM (
       SELECT i.product_id, sum(i.quantity)::INT4 AS quantity
       FROM unnest($1::UUID[], $2::UUID[]) AS k (user_id, id)
       JOIN order_items i ON i.user_id = k.user_id AND i.order_id = k.id
       GROUP BY i.product_id
     ) AS r
     WHERE v.product_id = r.product_id`,
    columns(orders),
  )
}

/** Puts back into the inventory what the user's orders have reserved and not shipped. */
export async function restockUnshipped(db: Queryable, userId: string): Promise<void> {
  await db.query(
    `UPDATE inventory AS v SET quantity = v.quantity + r.quantity
     FROM (
       SELECT i.product_id, sum(i.quantity)::INT4 AS quantity
       FROM orders o JOIN order_items i ON i.user_id = o.user_id AND i.order_id = o.id
       WHERE o.user_id = $1 AND o.status = ANY ($2::STRING[])
       GROUP BY i.product_id
     ) AS r
     WHERE v.product_id = r.product_id`,
    [userId, orderStatuses.filter(status => nextStatuses[status].includes('cancelled'))],
  )
}

/** The states of those of these orders that exist. */
export async function findStates(
  db: Queryable,
  orders: readonly OrderKey[],
): Promise<(OrderState & { readonly orderId: string })[]> {
  const { rows } = await db.query<OrderState & { orderId: string }>(
    `SELECT o.id AS "orderId", o.status, o.version
     FROM unnest($1::UUID[], $2::UUID[]) AS k (user_id, id) JOIN orders o ON o.user_id = k.user_id AND o.id = k.id`,
    columns(orders),
  )
  return rows
}

const legalMoves: readonly string[] = Object.entries(nextStatuses).flatMap(([from, nexts]) =>
  nexts.map(to => `${from}>${to}`),
)

function columns(orders: readonly OrderKey[]): [string[], string[]] {
  return [orders.map(({ userId }) => userId), orders.map(({ orderId }) => orderId)]
}
