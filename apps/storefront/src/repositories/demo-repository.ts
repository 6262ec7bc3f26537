import type { Queryable } from 'cerci'
import type { DemoData } from '../demo/demo-data.js'

/** Whether the catalogue has no products yet. */
export async function isEmpty(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ used: boolean }>('SELECT EXISTS (SELECT 1 FROM products) AS used')
  return rows[0]?.used === false
}

/** Writes each table in one statement: arrays of columns, unnested into rows. */
export async function insertDemoData(db: Queryable, data: DemoData): Promise<void> {
  await insertColumns(
    db,
    `INSERT INTO users (id, email, name, created_at, updated_at)
     SELECT id, email, name, at, at FROM unnest($1::UUID[], $2::STRING[], $3::STRING[], $4::TIMESTAMPTZ[]) AS t (id, email, name, at)`,
    data.users.map(({ id, email, name, createdAt }) => [id, email, name, createdAt]),
  )
  await insertColumns(
    db,
    `INSERT INTO products (id, sku, name, description, price, attributes)
     SELECT id, sku, name, description, price, attributes::JSONB
     FROM unnest($1::UUID[], $2::STRING[], $3::STRING[], $4::STRING[], $5::DECIMAL[], $6::STRING[])
       AS t (id, sku, name, description, price, attributes)`,
    data.products.map(product => [
      product.id,
      product.sku,
      product.name,
      product.description,
      product.price,
      product.attributes,
    ]),
  )
  await insertColumns(
    db,
    'INSERT INTO inventory (product_id, quantity) SELECT * FROM unnest($1::UUID[], $2::INT4[])',
    data.products.map(({ id, stock }) => [id, stock]),
  )
  await insertColumns(
    db,
    `INSERT INTO accounts (id, user_id, balance, created_at)
     SELECT * FROM unnest($1::UUID[], $2::UUID[], $3::DECIMAL[], $4::TIMESTAMPTZ[])`,
    data.accounts.map(({ id, userId, balance, createdAt }) => [id, userId, balance, createdAt]),
  )
  await insertColumns(
    db,
    `INSERT INTO orders (id, user_id, status, total, idempotency_key, request_hash, created_at, updated_at)
     SELECT id, user_id, status, total, key, key::BYTES, at, at
     FROM unnest($1::UUID[], $2::UUID[], $3::STRING[], $4::DECIMAL[], $5::STRING[], $6::TIMESTAMPTZ[])
       AS t (id, user_id, status, total, key, at)`,
    data.orders.map(order => [
      order.id,
      order.userId,
      order.status,
      order.total,
      order.idempotencyKey,
      order.createdAt,
    ]),
  )
  await insertColumns(
    db,
    `INSERT INTO order_items (user_id, order_id, product_id, quantity, unit_price)
     SELECT * FROM unnest($1::UUID[], $2::UUID[], $3::UUID[], $4::INT4[], $5::DECIMAL[])`,
    data.orderItems.map(item => [item.userId, item.orderId, item.productId, item.quantity, item.unitPrice]),
  )
  await insertColumns(
    db,
    `INSERT INTO transfers (id, from_account_id, to_account_id, amount, idempotency_key, created_at)
     SELECT * FROM unnest($1::UUID[], $2::UUID[], $3::UUID[], $4::DECIMAL[], $5::STRING[], $6::TIMESTAMPTZ[])`,
    data.transfers.map(transfer => [
      transfer.id,
      transfer.fromAccountId,
      transfer.toAccountId,
      transfer.amount,
      transfer.idempotencyKey,
      transfer.createdAt,
    ]),
  )
}

async function insertColumns(
  db: Queryable,
  text: string,
  rows: readonly (readonly (string | number)[])[],
): Promise<void> {
  const columns = (rows[0] ?? []).map((_, index) => rows.map(row => row[index]))
  await db.query(text, columns)
}
