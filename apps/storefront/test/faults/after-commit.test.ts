import { randomUUID } from 'node:crypto'
import { DevCluster } from '@cerci/dev-cluster'
import { expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { openShop } from '../fixture/shop.js'
import { openStorefront, password } from '../fixture/storefront.js'

const unavailable = { kind: 'error', code: '58C00', message: 'replica unavailable' } as const

describeFaults('a change that was committed', () => {
  test('is answered with what it has made, without another read that may fail', async () => {
    await using devCluster = await DevCluster.start()
    await using storefront = await openStorefront(devCluster.url)
    const { admin } = storefront
    const { user, productIds } = await openShop(admin)
    const orders = `/users/${user.id}/orders`
    const items = [{ productId: productIds[0], quantity: 1 }]
    const [first, second] = [await user.api.once(orders, { items }), await user.api.once(orders, { items })]
    const [paid, cancelled] = [first, second].map(({ headers }) => headers.get('location'))
    // Reads of orders and products outside of transactions all fail.
    for (const fingerprint of ['FROM input', 'FROM orders WHERE'])
      devCluster.faults.add({
        id: fingerprint,
        stage: 'statement',
        effect: unavailable,
        inTransaction: false,
        fingerprint,
      })
    expect((await admin.get(`/products/${productIds[0]}`)).status).toBe(503)
    expect((await admin.get(String(paid))).status).toBe(503)

    const status = { body: { status: 'paid' } }
    expect(await admin.send('PUT', `${paid}/status`, status)).toMatchObject({ status: 200, body: { status: 'paid' } })
    expect(await user.api.post(`${cancelled}/cancellation`, undefined)).toMatchObject({
      status: 200,
      body: { status: 'cancelled', items: [{ quantity: 1 }] },
    })
    const created = await admin.post('/products', { sku: randomUUID(), name: 'Thing', price: '1', stock: 3 })
    expect(created).toMatchObject({ status: 201, body: { stock: 3, version: 1 } })
    const changed = await admin.patch(`/products/${created.body.id}`, { name: 'Other' }, { 'if-match': '"1"' })
    expect(changed).toMatchObject({ status: 200, body: { name: 'Other', version: 2 } })
    const key = randomUUID()
    const restock = () => admin.once(`/products/${created.body.id}/stock`, { change: 4 }, key)
    expect(await restock()).toMatchObject({ status: 200, body: { stock: 7, name: 'Other' } })
    expect(await restock()).toMatchObject({ status: 200, body: { stock: 7 } })
  })
})

describeFaults('a password', () => {
  test('has not been changed when the answer says that nothing was written', async () => {
    await using devCluster = await DevCluster.start()
    await using storefront = await openStorefront(devCluster.url)
    const { api, admin } = storefront
    const { user } = await openShop(admin)
    const fingerprint = 'DELETE FROM rate_limits'
    devCluster.faults.add({ id: 'limits', stage: 'statement', effect: unavailable, fingerprint })
    const body = { currentPassword: password, newPassword: 'another horse battery' }
    const answer = await user.api.send('PUT', `/users/${user.id}/password`, { body })
    expect(answer).toMatchObject({ status: 503, body: { code: 'database-unavailable' } })
    devCluster.faults.clear()
    expect((await api.post('/sessions', { email: user.email, password })).status).toBe(201)
  })
})

describeFaults('what was done in batches', () => {
  test('is told to be so when a later batch fails', async () => {
    await using devCluster = await DevCluster.start()
    await using storefront = await openStorefront(devCluster.url)
    const { admin, cluster } = storefront
    const { user, productIds } = await openShop(admin)
    const items = [{ productId: productIds[0], quantity: 1 }]
    const orders = Array.from({ length: 501 }, () => ({ userId: user.id, idempotencyKey: randomUUID(), items }))
    const fail = (fingerprint: string, after: number): void =>
      devCluster.faults.replace({ id: 'fail', stage: 'statement', effect: unavailable, fingerprint, after })

    fail('INSERT INTO orders', 0)
    const none = await admin.post('/orders/imports', { orders })
    expect(none).toMatchObject({ status: 503, body: { code: 'database-unavailable' } })
    fail('WITH asked AS', 1)
    const some = await admin.post('/orders/imports', { orders })
    expect(some).toMatchObject({
      status: 503,
      body: { code: 'outcome-unknown', detail: 'The first 500 orders were imported. The same request again goes on.' },
    })
    devCluster.faults.clear()
    expect((await admin.post('/orders/imports', { orders })).body.results).toHaveLength(501)

    await cluster.query(
      `INSERT INTO users (email, name, last_seen_at)
       SELECT 'gone' || n::STRING || '@example.com', 'Gone', now() - INTERVAL '40 days' FROM generate_series(1, 150) AS n`,
    )
    fail('SET deactivated_at', 1)
    const broken = await admin.post('/users/deactivations', { inactiveDays: 30 })
    expect(broken).toMatchObject({
      status: 503,
      body: { code: 'outcome-unknown', detail: '100 users were deactivated. The same request again goes on.' },
    })
    devCluster.faults.clear()
    expect((await admin.post('/users/deactivations', { inactiveDays: 30 })).body).toEqual({
      deactivated: 50,
      more: false,
    })
  })
})
