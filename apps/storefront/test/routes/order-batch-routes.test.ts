import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { registerUser, servers, startTestStorefront } from '../fixture/storefront.js'

describe.each(servers)('orders in batches on %s', async (_, createServer) => {
  const { admin } = await startTestStorefront(createServer)
  const { id: userId } = await registerUser(admin)

  async function product(stock: number): Promise<string> {
    return (await admin.post('/products', { sku: randomUUID(), name: 'Thing', price: '2.50', stock })).body.id
  }

  async function stockOf(id: string): Promise<number> {
    return (await admin.get(`/products/${id}`)).body.stock
  }

  function wish(productId: string, quantity = 1, by = userId) {
    return { userId: by, idempotencyKey: randomUUID(), items: [{ productId, quantity }] }
  }

  test('imports thousands of orders, and once only', async () => {
    const productId = await product(3000)
    const orders = Array.from({ length: 1200 }, () => wish(productId, 2))
    const { status, body } = await admin.post('/orders/imports', { orders })
    expect(status).toBe(200)
    expect(new Set(body.results.map(({ outcome }: { outcome: string }) => outcome))).toEqual(new Set(['placed']))
    expect(await stockOf(productId)).toBe(600)
    const again = await admin.post('/orders/imports', { orders })
    expect(new Set(again.body.results.map(({ outcome }: { outcome: string }) => outcome))).toEqual(
      new Set(['repeated']),
    )
    expect(again.body.results.map(({ orderId }: { orderId: string }) => orderId)).toEqual(
      body.results.map(({ orderId }: { orderId: string }) => orderId),
    )
    expect(await stockOf(productId)).toBe(600)
    const one = await admin.get(`/users/${userId}/orders/${body.results[0].orderId}`)
    expect(one.body).toMatchObject({ total: '5.00', status: 'placed', items: [{ productId, quantity: 2 }] })
  })

  test('says of each order what became of it', async () => {
    const [plenty, scarce] = [await product(10), await product(1)]
    const mixed = {
      userId,
      idempotencyKey: randomUUID(),
      items: [plenty, scarce].map(productId => ({ productId, quantity: 1 })),
    }
    const orders = [
      wish(scarce),
      mixed,
      wish(scarce),
      wish(plenty, 1, randomUUID()),
      mixed,
      { ...mixed, items: [{ productId: plenty, quantity: 9 }] },
      wish(randomUUID()),
    ]
    const { body } = await admin.post('/orders/imports', { orders })
    expect(body.results).toMatchObject([
      { outcome: 'placed' },
      { outcome: 'placed', skipped: [{ productId: scarce, reason: 'out-of-stock' }] },
      { outcome: 'nothing-available', orderId: null },
      { outcome: 'user-not-found' },
      { outcome: 'repeated', orderId: body.results[1].orderId },
      { outcome: 'idempotency-key-reused' },
      { outcome: 'nothing-available', skipped: [{ reason: 'unknown-product' }] },
    ])
    expect([await stockOf(plenty), await stockOf(scarce)]).toEqual([9, 0])
    await admin.once(`/products/${scarce}/stock`, { change: 5 })
    const again = await admin.post('/orders/imports', { orders: orders.slice(0, 3) })
    expect(again.body.results).toMatchObject([
      { outcome: 'repeated', orderId: body.results[0].orderId },
      { outcome: 'repeated', orderId: body.results[1].orderId },
      { outcome: 'nothing-available', orderId: null, skipped: body.results[2].skipped },
    ])
    expect(await stockOf(scarce)).toBe(5)
  })

  test('refuses a product that comes twice in an order, with its place', async () => {
    const productId = await product(10)
    const twice = { ...wish(productId), items: [1, 2].map(quantity => ({ productId, quantity })) }
    const answer = await admin.post('/orders/imports', { orders: [wish(productId), twice] })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: '/body/orders/1/items/1/productId' }] } })
    expect(await stockOf(productId)).toBe(10)
  })

  test('moves orders on together, and those that cannot be moved do not hold up the others', async () => {
    const productId = await product(10)
    const { body } = await admin.post('/orders/imports', {
      orders: [wish(productId), wish(productId), wish(productId, 3)],
    })
    const [first, second, third] = body.results.map(({ orderId }: { orderId: string }) => orderId)
    const changes = [
      { userId, orderId: first, status: 'paid' },
      { userId, orderId: second, status: 'delivered' },
      { userId, orderId: third, status: 'cancelled' },
      { userId, orderId: randomUUID(), status: 'paid' },
    ]
    const moved = await admin.post('/orders/status-changes', { changes })
    expect(moved.body.results).toMatchObject([
      { orderId: first, outcome: 'changed' },
      { orderId: second, outcome: 'illegal-status-change' },
      { orderId: third, outcome: 'changed' },
      { outcome: 'order-not-found' },
    ])
    expect(await stockOf(productId)).toBe(8)
    const twice = await admin.post('/orders/status-changes', { changes: [changes[0], changes[0]] })
    expect(twice).toMatchObject({ status: 400, body: { errors: [{ field: '/body/changes/1/orderId' }] } })
  })
})
