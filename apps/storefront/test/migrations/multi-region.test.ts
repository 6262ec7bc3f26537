import { randomUUID } from 'node:crypto'
import { Cluster } from 'cerci'
import { afterAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { applyMigrations } from '../../src/migrations/apply-migrations.js'
import { readMigrations } from '../../src/migrations/read-migrations.js'
import { openStorefront, registerUser } from '../fixture/storefront.js'

const url = await freshDatabase()
const cluster = new Cluster({ connectionString: url })
afterAll(() => cluster.close())
const { rows: regions } = await cluster.query<{ region: string }>('SELECT region FROM [SHOW REGIONS FROM CLUSTER]')

const name = 'spreads users and orders over the regions once the database has them, and the service goes on'
const needs = regions.length === 0 ? ' (needs a cluster with regions)' : ''

test.skipIf(regions.length === 0)(`${name}${needs}`, async () => {
  await using storefront = await openStorefront(url)
  const [{ region: primary } = { region: '' }, ...others] = regions
  const database = new URL(url.replace(/,[^/]*/, '')).pathname.slice(1)
  await cluster.query(`ALTER DATABASE ${database} SET PRIMARY REGION "${primary}"`)
  for (const { region } of others) await cluster.query(`ALTER DATABASE ${database} ADD REGION "${region}"`)
  expect(await applyMigrations(cluster, await readMigrations())).toBe(4)
  expect(await localities()).toMatchObject({
    users: 'REGIONAL BY ROW',
    orders: 'REGIONAL BY ROW',
    order_items: 'REGIONAL BY ROW',
    products: 'GLOBAL',
    accounts: 'REGIONAL BY TABLE IN PRIMARY REGION',
  })

  const { id, api } = await registerUser(storefront.api)
  const product = await storefront.admin.post('/products', { sku: 'A', name: 'A', price: '1', stock: 5 })
  const items = [{ productId: product.body.id, quantity: 1 }]
  const placed = await api.once(`/users/${id}/orders`, { items }, randomUUID())
  expect(placed.status).toBe(201)
  expect((await api.get(`/users/${id}/overview`)).body.orders).toMatchObject([{ id: placed.body.id }])
  const placing = await cluster.query<{ region: string }>('SELECT crdb_region::STRING AS region FROM orders')
  expect(regions).toContainEqual(placing.rows[0])
})

async function localities(): Promise<Record<string, string>> {
  const { rows } = await cluster.query<{ name: string; locality: string }>(
    'SELECT table_name AS name, locality FROM [SHOW TABLES]',
  )
  return Object.fromEntries(rows.map(({ name: table, locality }) => [table, locality]))
}
