import { randomUUID } from 'node:crypto'
import type { Queryable } from 'cerci'
import { expect, test, vi } from 'vitest'
import { routeTable } from '../../src/routes/route-table.js'
import { readList } from '../../src/services/read-list.js'
import type { Answer } from '../fixture/api.js'
import { registerUser, startTestStorefront } from '../fixture/storefront.js'

const { admin, cluster } = await startTestStorefront()

test('a list whose table is younger than the past is read as it is now', async () => {
  // Unless it took so long that the table is in the past by then.
  await vi.waitFor(async () => {
    const table = `young_${randomUUID().replaceAll('-', '')}`
    await cluster.query(`CREATE TABLE ${table} (id INT8 PRIMARY KEY)`)
    await cluster.query(`INSERT INTO ${table} VALUES (1)`)
    const read = async (db: Queryable) => (await db.query(`SELECT id FROM ${table}`)).rows
    expect(await readList(cluster, { limit: 1, stale: true }, read)).toHaveLength(1)
  }, 25_000)
})

test('every list can be asked for the past, and knows nothing there of what is new', async () => {
  const lists = routeTable.filter(({ query }) => query !== undefined && JSON.stringify(query).includes('"cursor"'))
  const { id, api } = await registerUser(admin)
  const product = await admin.post('/products', { sku: 'A', name: 'A', price: '1', stock: 5 })
  const [from, to] = [await account('9'), await account('0')]
  const orders = `/users/${id}/orders`
  const add: Readonly<Record<string, readonly [path: string, add: () => Promise<unknown>]>> = {
    '/users': ['/users?search=newcomer', () => registerUser(admin, 'newcomer@example.com')],
    '/products': ['/products', () => admin.post('/products', { sku: 'B', name: 'B', price: '1', stock: 5 })],
    '/users/{userId}/orders': [
      orders,
      () => api.once(orders, { items: [{ productId: product.body.id, quantity: 1 }] }),
    ],
    '/users/{userId}/accounts': [`/users/${id}/accounts`, () => account('0')],
    '/accounts/{accountId}/statement': [
      `/accounts/${from}/statement`,
      () => admin.once('/transfers', { fromAccountId: from, toAccountId: to, amount: '1' }),
    ],
    '/users/{userId}/posts': [`/users/${id}/posts`, () => api.post(`/users/${id}/posts`, { title: 'New', body: '' })],
  }
  expect(Object.keys(add).toSorted()).toEqual(lists.map(({ path }) => path).toSorted())
  // The tables have to be old enough, and what is there has to be in the past.
  await vi.waitFor(async () => expect(await pastAccounts()).toHaveLength(2), 25_000)
  for (const [path, addOne] of Object.values(add)) {
    const before = (await admin.get(path)).body.items.length
    await addOne()
    expect((await inThePast(path)).body.items).toHaveLength(before)
    expect((await admin.get(path)).body.items).toHaveLength(before + 1)
  }

  async function account(openingBalance: string): Promise<string> {
    return (await admin.post(`/users/${id}/accounts`, { openingBalance })).body.id
  }

  function inThePast(path: string): Promise<Answer> {
    return admin.get(`${path}${path.includes('?') ? '&' : '?'}stale=true`)
  }
})

/** Not over HTTP, where the present would stand in for a past without tables. */
async function pastAccounts(): Promise<unknown[]> {
  const past = await cluster.staleRead({ follower: true }, db => db.query('SELECT id FROM accounts'))
  return past.rows
}
