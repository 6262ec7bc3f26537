/* oxlint-disable oxc/no-async-endpoint-handlers -- Express 5 passes rejections on to its error handler */
import express, { type Express } from 'express'
import type { Pool, PoolClient } from 'pg'

/**
 * The storefront's routes as popular tutorials write them: Express, `pool.query`, one query after the other, a loop of single INSERTs for many
 * rows, and three attempts with a second between them for a transaction. It authenticates nobody, validates nothing and measures nothing.
 */
export function tutorialService(pool: Pool): Express {
  const app = express()
  app.use(express.json({ limit: '16mb' }))

  app.get('/products/:productId', async (request, response) => {
    const { rows } = await pool.query(`${selectProducts} WHERE p.id = $1`, [request.params.productId])
    if (rows.length === 0) response.status(404).json({ error: 'Product not found' })
    else response.json(rows[0])
  })

  app.get('/products', async (request, response) => {
    const limit = Number(request.query.limit ?? 25)
    const offset = Number(request.query.offset ?? 0)
    const { rows } = await pool.query(`${selectProducts} ORDER BY p.sku LIMIT $1 OFFSET $2`, [limit, offset])
    response.json({ items: rows })
  })

  app.get('/users/:userId/overview', async (request, response) => {
    const { userId } = request.params
    const user = await pool.query('SELECT * FROM users WHERE id = $1', [userId])
    if (user.rows.length === 0) return response.status(404).json({ error: 'User not found' })
    const accounts = await pool.query('SELECT * FROM accounts WHERE user_id = $1 ORDER BY created_at DESC', [userId])
    const orders = await pool.query('SELECT * FROM orders WHERE user_id = $1 ORDER BY created_at DESC LIMIT 10', [
      userId,
    ])
    return response.json({ user: user.rows[0], accounts: accounts.rows, orders: orders.rows })
  })

  app.post('/transfers', async (request, response) => {
    const { fromAccountId, toAccountId, amount } = request.body
    const key = request.get('idempotency-key')
    try {
      const transfer = await withRetries(pool, async client => {
        const from = await client.query('SELECT balance FROM accounts WHERE id = $1', [fromAccountId])
        if (Number(from.rows[0].balance) < Number(amount)) throw new Error('Insufficient funds')
        await client.query('UPDATE accounts SET balance = balance - $1 WHERE id = $2', [amount, fromAccountId])
        await client.query('UPDATE accounts SET balance = balance + $1 WHERE id = $2', [amount, toAccountId])
        const { rows } = await client.query(
          'INSERT INTO transfers (from_account_id, to_account_id, amount, idempotency_key) VALUES ($1, $2, $3, $4) RETURNING *',
          [fromAccountId, toAccountId, amount, key],
        )
        return rows[0]
      })
      response.status(201).json(transfer)
    } catch (error) {
      response.status(500).json({ error: error instanceof Error ? error.message : 'Unknown error' })
    }
  })

  app.post('/orders/imports', async (request, response) => {
    const results = []
    for (const order of request.body.orders) {
      try {
        const orderId = await withRetries(pool, client => placeOrder(client, order))
        results.push({ outcome: 'placed', orderId })
      } catch (error) {
        results.push({ outcome: 'failed', error: error instanceof Error ? error.message : 'Unknown error' })
      }
    }
    response.json({ results })
  })

  return app
}

const selectProducts = 'SELECT p.*, i.quantity AS stock FROM products p JOIN inventory i ON i.product_id = p.id'

export interface OrderToPlace {
  readonly userId: string
  readonly idempotencyKey: string
  readonly items: readonly { readonly productId: string; readonly quantity: number }[]
}

async function placeOrder(client: PoolClient, { userId, idempotencyKey, items }: OrderToPlace): Promise<string> {
  const order = await client.query(
    'INSERT INTO orders (user_id, idempotency_key, request_hash) VALUES ($1, $2, $3) RETURNING id',
    [userId, idempotencyKey, Buffer.alloc(32)],
  )
  const orderId: string = order.rows[0].id
  let total = 0
  for (const { productId, quantity } of items) {
    const product = await client.query(`${selectProducts} WHERE p.id = $1`, [productId])
    const { price, stock } = product.rows[0]
    if (stock < quantity) throw new Error('Out of stock')
    await client.query('UPDATE inventory SET quantity = quantity - $1 WHERE product_id = $2', [quantity, productId])
    await client.query(
      'INSERT INTO order_items (user_id, order_id, product_id, quantity, unit_price) VALUES ($1, $2, $3, $4, $5)',
      [userId, orderId, productId, quantity, price],
    )
    total += Number(price) * quantity
  }
  await client.query('UPDATE orders SET total = $1 WHERE user_id = $2 AND id = $3', [total.toFixed(2), userId, orderId])
  return orderId
}

const maxAttempts = 3
const baseDelayMs = 1000

/** The loop that is copied everywhere: a new transaction on 40001, after a second, then after two. */
async function withRetries<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await client.query('BEGIN')
        const result = await work(client)
        await client.query('COMMIT')
        return result
      } catch (error) {
        await client.query('ROLLBACK')
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        if (code !== '40001' || attempt === maxAttempts) throw error
        await new Promise(resolve => setTimeout(resolve, baseDelayMs * 2 ** (attempt - 1)))
      }
    }
  } finally {
    client.release()
  }
}
