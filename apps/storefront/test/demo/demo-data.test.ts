import { expect, test } from 'vitest'
import { createDemoData } from '../../src/demo/demo-data.js'
import { loadDemoData } from '../../src/demo/load-demo-data.js'
import { startTestStorefront } from '../fixture/storefront.js'

const { admin: api, cluster } = await startTestStorefront()

test('is the same shop every time', () => {
  expect(createDemoData()).toEqual(createDemoData())
})

test('is written once, adds up, and can be used over HTTP', async () => {
  const data = await loadDemoData(cluster)
  expect(data?.users.length).toBeGreaterThan(300)
  expect(await loadDemoData(cluster)).toBeUndefined()
  const { rows } = await cluster.query<{ wrong: number }>(
    `SELECT count(*)::INT4 AS wrong FROM orders o WHERE total <> (
       SELECT sum(quantity * unit_price) FROM order_items i WHERE i.user_id = o.user_id AND i.order_id = o.id)`,
  )
  expect(rows).toEqual([{ wrong: 0 }])
  const [user] = data?.users ?? []
  expect((await api.get(`/users/${user?.id}`)).body).toMatchObject({ email: user?.email, name: user?.name })
  const [order] = data?.orders ?? []
  expect((await api.get(`/users/${order?.userId}/orders/${order?.id}`)).body).toMatchObject({ total: order?.total })
  const [product] = data?.products ?? []
  expect((await api.get(`/products/${product?.id}`)).body).toMatchObject({ sku: product?.sku, stock: product?.stock })
})
