import { type Cluster, coalesce, type Queryable } from 'cerci'
import type { NewProduct, Product, ProductChanges } from '../entities/product.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { isRefusal } from './refusal.js'

const columns = `p.id, p.sku, p.name, p.description, p.price::STRING AS price, p.attributes, i.quantity AS stock,
  p.version, p.created_at AS "createdAt", p.updated_at AS "updatedAt"`

const joined = `SELECT ${columns} FROM products p JOIN inventory i ON i.product_id = p.id`

/** Finds products by id. Lookups of one moment share a statement: those that come while one is under way are gathered for the next. */
export function createProductLookup(cluster: Cluster): (id: string) => Promise<Product | undefined> {
  const lookup = coalesce<{ id: string }, Product>(cluster, {
    input: { id: 'UUID' },
    by: 'none',
    maxInFlight: 4,
    text: `SELECT ordinal, ${columns} FROM input
      JOIN products p ON p.id = input.id JOIN inventory i ON i.product_id = p.id`,
  })
  return async id => (await lookup({ id }))[0]
}

/** Writes the product and its inventory in one statement. Throws `sku-taken`. */
export async function insertProduct(db: Queryable, id: string, product: NewProduct): Promise<void> {
  try {
    await db.query(
      `WITH p AS (
         INSERT INTO products (id, sku, name, description, price, attributes)
         VALUES ($1, $2, $3, $4, $5::DECIMAL, $6::JSONB) RETURNING id
       )
       INSERT INTO inventory (product_id, quantity) SELECT id, $7::INT4 FROM p`,
      [
        id,
        product.sku,
        product.name,
        product.description,
        product.price,
        JSON.stringify(product.attributes),
        product.stock,
      ],
    )
  } catch (cause) {
    if (isRefusal(cause, 'CERCI_UNIQUE_VIOLATION', 'products_sku_key'))
      throw new StorefrontError('sku-taken', { cause })
    throw cause
  }
}

export async function findProduct(db: Queryable, id: string): Promise<Product | undefined> {
  const { rows } = await db.query<Product>(`${joined} WHERE p.id = $1`, [id])
  return rows[0]
}

/** Products after an SKU, ordered by SKU. The empty text comes before all of them. */
export async function listProducts(db: Queryable, afterSku: string, count: number): Promise<Product[]> {
  const { rows } = await db.query<Product>(`${joined} WHERE p.sku > $1 ORDER BY p.sku LIMIT $2`, [afterSku, count])
  return rows
}

/** Changes a product that still has this version. Returns whether there was one. */
export async function updateProduct(
  db: Queryable,
  id: string,
  version: number,
  changes: ProductChanges,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE products SET name = COALESCE($3, name), description = COALESCE($4, description),
       price = COALESCE($5::DECIMAL, price), attributes = COALESCE($6::JSONB, attributes),
       version = version + 1, updated_at = now()
     WHERE id = $1 AND version = $2`,
    [
      id,
      version,
      changes.name ?? null,
      changes.description ?? null,
      changes.price ?? null,
      changes.attributes === undefined ? null : JSON.stringify(changes.attributes),
    ],
  )
  return rowCount === 1
}

export interface StockChange {
  /** Pieces; negative when they are taken out. */
  readonly change: number
  readonly idempotencyKey: string
}

/** What became of a change of the inventory, or had become of it the first time; undefined when there is no such product. */
export interface StockChanged {
  /** What the key has changed. */
  readonly change: number
  readonly repeated: boolean
  /** As it is now. */
  readonly product: Product
}

/** Changes the inventory once for each key, in one statement that may be sent again after a lost connection. Throws `insufficient-stock`. */
export async function changeStock(
  db: Queryable,
  productId: string,
  { change, idempotencyKey }: StockChange,
): Promise<StockChanged | undefined> {
  const statement = { text: changingStock, values: [productId, change, idempotencyKey], idempotent: true }
  try {
    return readChange(await db.query<StockRow>(statement))
  } catch (cause) {
    // Another request with the same key has won at the same moment; now what it did can be read.
    if (isRefusal(cause, 'CERCI_UNIQUE_VIOLATION', 'stock_changes_pkey'))
      return readChange(await db.query<StockRow>(statement))
    if (isRefusal(cause, 'CERCI_CHECK_VIOLATION')) throw new StorefrontError('insufficient-stock', { cause })
    throw cause
  }
}

type StockRow = Product & Omit<StockChanged, 'product'>

function readChange({ rows: [row] }: { readonly rows: readonly StockRow[] }): StockChanged | undefined {
  if (row === undefined) return undefined
  const { change, repeated, ...product } = row
  return { change, repeated, product }
}

const changingStock = `
  WITH earlier AS (
    SELECT change FROM stock_changes WHERE product_id = $1 AND idempotency_key = $3
  ), changed AS (
    UPDATE inventory SET quantity = quantity + $2::INT4
    WHERE product_id = $1 AND NOT EXISTS (SELECT 1 FROM earlier) RETURNING product_id, quantity
  ), recorded AS (
    INSERT INTO stock_changes (product_id, idempotency_key, change)
    SELECT product_id, $3::STRING, $2::INT4 FROM changed RETURNING change
  ), i AS (
    SELECT v.product_id, v.quantity, e.change, true AS repeated
    FROM earlier e CROSS JOIN inventory v WHERE v.product_id = $1
    UNION ALL SELECT c.product_id, c.quantity, r.change, false FROM changed c CROSS JOIN recorded r
  )
  SELECT ${columns}, i.change, i.repeated FROM i JOIN products p ON p.id = i.product_id`
