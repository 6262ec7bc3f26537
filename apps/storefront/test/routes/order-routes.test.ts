import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { registerUser, servers, startTestStorefront } from '../fixture/storefront.js'

describe.each(servers)('orders on %s', async (_, createServer) => {
  const { api: anyone, admin } = await startTestStorefront(createServer)
  const { id: userId, api } = await registerUser(anyone)
  let products = 0

  async function product(stock: number, price = '2.50'): Promise<string> {
    products += 1
    return (await admin.post('/products', { sku: `P-${products}`, name: 'Thing', price, stock })).body.id
  }

  async function stockOf(id: string): Promise<number> {
    return (await api.get(`/products/${id}`)).body.stock
  }

  test('places an order, adds it up exactly and takes it out of the inventory', async () => {
    const [first, second] = [await product(10, '0.10'), await product(10, '19.99')]
    const items = [
      { productId: first, quantity: 3 },
      { productId: second, quantity: 2 },
    ]
    const placed = await api.once(`/users/${userId}/orders`, { items })
    expect(placed).toMatchObject({ status: 201, body: { total: '40.28', status: 'placed', userId, skipped: [] } })
    expect(placed.body.items).toHaveLength(2)
    expect([await stockOf(first), await stockOf(second)]).toEqual([7, 8])
    expect((await api.get(placed.headers.get('location') ?? '')).body).toEqual(placed.body)
  })

  test('skips what is out of stock or unknown, and keeps the rest', async () => {
    const [plenty, scarce, unknown] = [await product(5), await product(1), randomUUID()]
    const items = [plenty, scarce, unknown].map(productId => ({ productId, quantity: 2 }))
    const { status, body } = await api.once(`/users/${userId}/orders`, { items })
    expect(status).toBe(201)
    expect(body.items).toMatchObject([{ productId: plenty, quantity: 2 }])
    expect(body.skipped).toHaveLength(2)
    expect(body.skipped).toContainEqual({ productId: scarce, quantity: 2, reason: 'out-of-stock' })
    expect(body.skipped).toContainEqual({ productId: unknown, quantity: 2, reason: 'unknown-product' })
    expect(body.total).toBe('5.00')
    expect([await stockOf(plenty), await stockOf(scarce)]).toEqual([3, 1])
  })

  test('fails when nothing can be had, and writes nothing', async () => {
    const before = (await api.get(`/users/${userId}/orders?limit=100`)).body.items.length
    const items = [{ productId: await product(0), quantity: 1 }]
    const answer = await api.once(`/users/${userId}/orders`, { items })
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'nothing-available', items: [{ reason: 'out-of-stock' }] },
    })
    expect((await api.get(`/users/${userId}/orders?limit=100`)).body.items).toHaveLength(before)
  })

  test('repeats a refusal under its key, even when there is stock again', async () => {
    const productId = await product(0)
    const key = randomUUID()
    const send = (quantity: number) => api.once(`/users/${userId}/orders`, { items: [{ productId, quantity }] }, key)
    const first = await send(1)
    expect(first).toMatchObject({ status: 409, body: { code: 'nothing-available' } })
    await admin.once(`/products/${productId}/stock`, { change: 5 })
    const again = await send(1)
    expect(again).toMatchObject({ status: 409, body: { code: 'nothing-available', items: first.body.items } })
    expect(await send(2)).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    expect(await stockOf(productId)).toBe(5)
    expect((await api.once(`/users/${userId}/orders`, { items: [{ productId, quantity: 1 }] })).status).toBe(201)
  })

  test('places an order once for each key', async () => {
    const productId = await product(10)
    const key = randomUUID()
    const items = [{ productId, quantity: 1 }]
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => api.once(`/users/${userId}/orders`, { items }, key)),
    )
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body)
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(3)
    expect(await stockOf(productId)).toBe(9)
    const other = await api.once(`/users/${userId}/orders`, { items: [{ productId, quantity: 2 }] }, key)
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
  })

  test('never sells more than there is', async () => {
    const productId = await product(5)
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.once(`/users/${userId}/orders`, { items: [{ productId, quantity: 1 }] })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3)
    expect(await stockOf(productId)).toBe(0)
  })

  test('refuses an order without key, without items, with a product twice, of nobody', async () => {
    const productId = await product(5)
    const items = [{ productId, quantity: 1 }]
    const path = `/users/${userId}/orders`
    expect((await api.post(path, { items })).body.errors).toMatchObject([{ field: '/headers/idempotency-key' }])
    expect((await api.once(path, { items: [] })).body.errors).toMatchObject([{ field: '/body/items' }])
    const twice = await api.once(path, { items: [...items, ...items] })
    expect(twice.body.errors).toMatchObject([{ field: '/body/items/1/productId' }])
    expect(await admin.once(`/users/${randomUUID()}/orders`, { items })).toMatchObject({ status: 404 })
    expect(await stockOf(productId)).toBe(5)
  })

  test('shows an order to its user only', async () => {
    const { body } = await api.once(`/users/${userId}/orders`, {
      items: [{ productId: await product(1), quantity: 1 }],
    })
    const { id: other } = await registerUser(admin)
    expect(await admin.get(`/users/${other}/orders/${body.id}`)).toMatchObject({
      status: 404,
      body: { code: 'order-not-found' },
    })
  })

  test('moves an order on as its status allows, and no other way', async () => {
    const productId = await product(5)
    const { body } = await api.once(`/users/${userId}/orders`, { items: [{ productId, quantity: 2 }] })
    const path = `/users/${userId}/orders/${body.id}`
    const move = (status: string) => admin.send('PUT', `${path}/status`, { body: { status } })
    expect(await move('shipped')).toMatchObject({ status: 409, body: { code: 'illegal-status-change' } })
    expect(await move('paid')).toMatchObject({ status: 200, body: { status: 'paid', version: 2 } })
    expect(await move('shipped')).toMatchObject({ status: 200, body: { status: 'shipped', version: 3 } })
    expect(await api.post(`${path}/cancellation`, undefined)).toMatchObject({ status: 409 })
    expect(await move('delivered')).toMatchObject({ status: 200, body: { status: 'delivered' } })
    expect(await move('lost')).toMatchObject({ status: 400, body: { errors: [{ field: '/body/status' }] } })
    expect(await stockOf(productId)).toBe(3)
  })

  test('puts the items of a cancelled order back, once', async () => {
    const productId = await product(5)
    const { body } = await api.once(`/users/${userId}/orders`, { items: [{ productId, quantity: 2 }] })
    const path = `/users/${userId}/orders/${body.id}/cancellation`
    const answers = await Promise.all([api.post(path, undefined), api.post(path, undefined), api.post(path, undefined)])
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409', '409'])
    expect(await stockOf(productId)).toBe(5)
    const missing = await api.post(`/users/${userId}/orders/${randomUUID()}/cancellation`, undefined)
    expect(missing).toMatchObject({ status: 404, body: { code: 'order-not-found' } })
  })

  test('repeats the first answer under a key, whatever has become of the order', async () => {
    const productId = await product(5)
    const items = [{ productId, quantity: 1 }]
    const key = randomUUID()
    const first = await api.once(`/users/${userId}/orders`, { items }, key)
    const changes = { name: 'Another name', price: '99' }
    expect((await admin.patch(`/products/${productId}`, changes, { 'if-match': '"1"' })).status).toBe(200)
    await api.post(`/users/${userId}/orders/${first.body.id}/cancellation`, undefined)
    expect((await api.once(`/users/${userId}/orders`, { items }, key)).body).toEqual(first.body)
  })
})
