import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { password, registerUser, servers, startTestStorefront } from '../fixture/storefront.js'

describe.each(servers)('the end of users on %s', async (_, createServer) => {
  const { api, admin, cluster } = await startTestStorefront(createServer)

  test('shows a user with accounts and latest orders', async () => {
    const { id, api: own } = await registerUser(api)
    const product = await admin.post('/products', { sku: randomUUID(), name: 'Thing', price: '1.10', stock: 100 })
    const items = [{ productId: product.body.id, quantity: 2 }]
    for (let count = 0; count < 11; count += 1) await own.once(`/users/${id}/orders`, { items })
    const account = await admin.post(`/users/${id}/accounts`, { openingBalance: '5' })
    const { body } = await own.get(`/users/${id}/overview`)
    expect(body.user).toEqual((await own.get(`/users/${id}`)).body)
    expect(body.accounts).toEqual([account.body])
    expect(body.orders).toEqual((await own.get(`/users/${id}/orders?limit=10`)).body.items)
    expect(await admin.get(`/users/${randomUUID()}/overview`)).toMatchObject({ status: 404 })
  })

  async function addProduct(pieces: number): Promise<string> {
    return (await admin.post('/products', { sku: randomUUID(), name: 'Thing', price: '1', stock: pieces })).body.id
  }

  async function stock(productId: string): Promise<number> {
    return (await admin.get(`/products/${productId}`)).body.stock
  }

  test('erases a user with everything but the accounts', async () => {
    const { id, email, api: own } = await registerUser(api)
    await own.post(`/users/${id}/posts`, { title: 'Mine', body: '' })
    const [first, second] = [await addProduct(20), await addProduct(10)]
    // One order for each status, and one more that is only placed.
    for (const moves of [[], [], ['paid'], ['paid', 'shipped'], ['paid', 'shipped', 'delivered'], ['cancelled']]) {
      const items = [first, second].map(productId => ({ productId, quantity: 1 }))
      const placed = await own.once(`/users/${id}/orders`, { items })
      for (const status of moves)
        await admin.send('PUT', `${placed.headers.get('location')}/status`, { body: { status } })
    }
    expect(await Promise.all([first, second].map(stock))).toEqual([15, 5])
    const account = await admin.post(`/users/${id}/accounts`, { openingBalance: '5' })
    const refused = await admin.post(`/users/${id}/erasure`, undefined)
    expect(refused).toMatchObject({ status: 409, body: { code: 'account-not-empty' } })
    const other = await admin.post(`/users/${(await registerUser(api)).id}/accounts`, {})
    await own.once('/transfers', { fromAccountId: account.body.id, toAccountId: other.body.id, amount: '5' })
    expect((await admin.post(`/users/${id}/erasure`, undefined)).status).toBe(204)
    // The shipped and the delivered piece are gone.
    expect(await Promise.all([first, second].map(stock))).toEqual([18, 8])
    for (const path of [`/users/${id}`, `/users/${id}/overview`]) expect((await admin.get(path)).status).toBe(404)
    expect((await api.get(`/users/${id}/posts`)).body.items).toEqual([])
    expect((await admin.get(`/users/${id}/orders`)).body.items).toEqual([])
    expect((await admin.get(`/accounts/${account.body.id}`)).body).toMatchObject({ userId: null, balance: '0.00' })
    expect((await admin.get(`/accounts/${other.body.id}/statement`)).body.items).toMatchObject([{ amount: '5.00' }])
    expect((await api.post('/sessions', { email, password })).status).toBe(401)
    expect((await admin.post(`/users/${id}/erasure`, undefined)).status).toBe(404)
  })

  async function signIn(email = ''): Promise<number> {
    return (await api.post('/sessions', { email, password })).status
  }

  test('deactivates users who were not seen for long, in batches, until none is left', async () => {
    const users = await Promise.all(Array.from({ length: 5 }, () => registerUser(api)))
    const [first, ...others] = users
    const ids = others.map(({ id }) => id)
    await cluster.query("UPDATE users SET last_seen_at = now() - INTERVAL '40 days' WHERE id = ANY ($1::UUID[])", [ids])
    const run = (limit: number) => admin.post('/users/deactivations', { inactiveDays: 30, limit })
    expect((await run(3)).body).toEqual({ deactivated: 3, more: true })
    expect((await run(3)).body).toEqual({ deactivated: 1, more: false })
    expect((await run(3)).body).toEqual({ deactivated: 0, more: false })
    expect(await signIn(first?.email)).toBe(201)
    expect(await signIn(others[0]?.email)).toBe(401)
    expect((await admin.post(`/users/${others[0]?.id}/reactivation`, undefined)).status).toBe(204)
    expect(await signIn(others[0]?.email)).toBe(201)
    expect((await admin.post(`/users/${randomUUID()}/reactivation`, undefined)).status).toBe(404)
  })
})
