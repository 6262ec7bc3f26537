import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ambiguousCommits, cutConnections, DevCluster, lostReplies, retryErrors } from '@cerci/dev-cluster'
import type { Cluster } from 'cerci'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import type { Answer, Api } from '../fixture/api.js'
import { expectConserved, openShop, type Shop } from '../fixture/shop.js'
import { openStorefront } from '../fixture/storefront.js'

type Action =
  | { readonly kind: 'transfer'; readonly from: number; readonly to: number; readonly cents: number }
  | { readonly kind: 'order'; readonly items: readonly (readonly [product: number, quantity: number])[] }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'guest'; readonly product: number; readonly quantity: number }

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('transfer' as const),
      from: fc.nat(7),
      to: fc.nat(7),
      cents: fc.integer({ min: 1, max: 30_000 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      items: fc.uniqueArray(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 120 })), {
        minLength: 1,
        maxLength: 4,
        selector: ([product]) => product,
      }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('guest' as const),
      product: fc.nat(3),
      quantity: fc.integer({ min: 1, max: 40 }),
    }),
  },
)

const seed = Number(process.env.TEST_SEED ?? 20_260_601)

describeFaults('money and inventory', () => {
  test(`are conserved under conflicts, lost connections and ambiguous commits (TEST_SEED=${seed})`, async () => {
    await using devCluster = await DevCluster.start({ faultSeed: String(seed) })
    await using storefront = await openStorefront(devCluster.url)
    const shop = await openShop(storefront.admin)
    const guests = await addGuests(storefront.cluster, 160)
    const promised = { transfers: new Map<string, string>(), orders: new Map<string, string>() }
    devCluster.faults.add(
      retryErrors({ probability: 0.02 }),
      retryErrors({ stage: 'commit', probability: 0.1 }),
      ambiguousCommits({ probability: 0.05 }),
      cutConnections('statement', { probability: 0.01 }),
      lostReplies({ probability: 0.01 }),
    )
    for (const actions of fc.sample(fc.array(action, { minLength: 40, maxLength: 40, size: 'max' }), {
      seed,
      numRuns: 4,
    })) {
      await Promise.all(actions.map(each => perform(storefront.admin, shop, each, promised, guests)))
    }
    const hits = devCluster.faults.list().map(status => status.hits)
    devCluster.faults.clear()
    expect(Math.min(...hits)).toBeGreaterThan(0)
    expect(promised.transfers.size).toBeGreaterThan(20)
    expect(promised.orders.size).toBeGreaterThan(10)
    expect(guests.length).toBeLessThan(155)
    await expectConserved(storefront.cluster, promised)
  }, 180_000)
})

/** Users who order once and are erased. */
async function addGuests(cluster: Cluster, count: number): Promise<string[]> {
  const { rows } = await cluster.query<{ id: string }>(
    "INSERT INTO users (email, name) SELECT n::STRING || '@example.com', 'Guest' FROM generate_series(1, $1::INT4) AS n RETURNING id",
    [count],
  )
  return rows.map(({ id }) => id)
}

interface Told {
  readonly transfers: Map<string, string>
  readonly orders: Map<string, string>
}

/** Orders once, and is erased, with what was reserved going back. */
async function visit(api: Api, path: string, item: object): Promise<void> {
  const key = randomUUID()
  const placed = await insist(() => api.once(`${path}/orders`, { items: [item] }, key))
  expect([201, 409]).toContain(placed.status)
  const erased = await insist(() => api.post(`${path}/erasure`, undefined))
  // A second erasure finds nobody.
  expect([204, 404]).toContain(erased.status)
}

async function perform(api: Api, shop: Shop, each: Action, told: Told, guests: string[]): Promise<void> {
  const key = randomUUID()
  if (each.kind === 'guest')
    return visit(api, `/users/${guests.pop()}`, { productId: shop.productIds[each.product], quantity: each.quantity })
  const { status, body } = await insist(() => act(api, shop, each, key, told))
  // Done, or refused for a reason of its own; and no key is refused because it was used before.
  expect([200, 201, 404, 409, 422]).toContain(status)
  expect(body.code).not.toBe('idempotency-key-reused')
  if (status === 201 && each.kind === 'transfer') told.transfers.set(key, body.id)
  if (status === 201 && each.kind === 'order') told.orders.set(key, body.id)
}

function act(api: Api, shop: Shop, each: Exclude<Action, { kind: 'guest' }>, key: string, told: Told): Promise<Answer> {
  if (each.kind === 'transfer') {
    const [fromAccountId, toAccountId] = [shop.accountIds[each.from], shop.accountIds[each.to]]
    return api.once('/transfers', { fromAccountId, toAccountId, amount: (each.cents / 100).toFixed(2) }, key)
  }
  const orders = `/users/${shop.user.id}/orders`
  if (each.kind === 'order') {
    const items = each.items.map(([product, quantity]) => ({ productId: shop.productIds[product], quantity }))
    return api.once(orders, { items }, key)
  }
  const [orderId = key] = told.orders.values()
  return api.post(`${orders}/${orderId}/cancellation`, undefined)
}

/** As clients are told: after a 503, the same again. */
async function insist(send: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send()
    if (answer.status !== 503 || attempt === 20) return answer
    await delay(20)
  }
}
