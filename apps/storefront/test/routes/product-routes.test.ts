import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { servers, startTestStorefront } from '../fixture/storefront.js'

describe.each(servers)('products on %s', async (_, createServer) => {
  const { api, admin } = await startTestStorefront(createServer)

  test('adds a product with stock and exact price', async () => {
    const attributes = { colour: 'blue' }
    const created = await admin.post('/products', {
      sku: 'MUG-1',
      name: 'Mug',
      price: '12345678901234567.5',
      stock: 3,
      attributes,
    })
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({
      sku: 'MUG-1',
      price: '12345678901234567.50',
      stock: 3,
      attributes,
      version: 1,
    })
    expect((await api.get(`/products/${created.body.id}`)).body).toEqual(created.body)
  })

  test('refuses an SKU that is taken', async () => {
    const product = { sku: 'ONCE', name: 'Once', price: '1', stock: 0 }
    expect((await admin.post('/products', product)).status).toBe(201)
    expect(await admin.post('/products', product)).toMatchObject({ status: 409, body: { code: 'sku-taken' } })
  })

  test.each([[12.5], ['-1'], ['1.234'], ['1e3'], ['NaN'], ['01'], [''], [null]])(
    'refuses the price %j',
    async price => {
      const answer = await admin.post('/products', { sku: 'BAD', name: 'Bad', price, stock: 1 })
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: '/body/price' }] } })
    },
  )

  test('lists by SKU, page by page', async () => {
    for (const sku of ['Z-1', 'Z-2', 'Z-3']) await admin.post('/products', { sku, name: sku, price: '1', stock: 0 })
    const skus: string[] = []
    let cursor: string | undefined
    do {
      const { body } = await api.get(`/products?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`)
      skus.push(...body.items.map((item: { sku: string }) => item.sku))
      cursor = body.nextCursor
    } while (cursor !== undefined)
    expect(skus).toEqual(skus.toSorted())
    expect(new Set(skus).size).toBe(skus.length)
    expect(skus).toContain('Z-3')
  })

  test('changes a product only in the version it was decided on', async () => {
    const { body } = await admin.post('/products', { sku: 'CHANGE', name: 'Old', price: '1', stock: 1 })
    const changed = await admin.patch(`/products/${body.id}`, { price: '2.50' }, { 'if-match': '"1"' })
    expect(changed).toMatchObject({ status: 200, body: { name: 'Old', price: '2.50', version: 2, stock: 1 } })
    const lost = await admin.patch(`/products/${body.id}`, { price: '3' }, { 'if-match': '"1"' })
    expect(lost).toMatchObject({ status: 412, body: { code: 'version-conflict' } })
  })

  test('moves stock up and down, never below nothing', async () => {
    const { body } = await admin.post('/products', { sku: 'STOCK', name: 'Stock', price: '1', stock: 5 })
    expect((await admin.once(`/products/${body.id}/stock`, { change: 2 })).body.stock).toBe(7)
    expect((await admin.once(`/products/${body.id}/stock`, { change: -7 })).body.stock).toBe(0)
    const tooMuch = await admin.once(`/products/${body.id}/stock`, { change: -1 })
    expect(tooMuch).toMatchObject({ status: 409, body: { code: 'insufficient-stock' } })
  })

  test('changes stock once for each key, however often and however close together it is sent', async () => {
    const { body } = await admin.post('/products', { sku: 'KEYED', name: 'Keyed', price: '1', stock: 5 })
    const [path, key] = [`/products/${body.id}/stock`, randomUUID()]
    const answers = await Promise.all(Array.from({ length: 5 }, () => admin.once(path, { change: 2 }, key)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(answers.filter(({ headers }) => headers.has('idempotent-replayed'))).toHaveLength(4)
    expect(await admin.once(path, { change: 2 }, key)).toMatchObject({ status: 200, body: { stock: 7 } })
    const other = await admin.once(path, { change: 3 }, key)
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    expect((await admin.post(path, { change: 1 })).body.errors).toMatchObject([{ field: '/headers/idempotency-key' }])
    expect((await admin.once(`/products/${randomUUID()}/stock`, { change: 1 })).status).toBe(404)
  })

  test('may be listed as some seconds ago, even if there was nothing to list then', async () => {
    expect((await api.get('/products?stale=true&limit=1')).status).toBe(200)
    expect((await api.get('/products?stale=maybe')).status).toBe(400)
  })
})
