import { randomUUID } from 'node:crypto'
import { ambiguousCommits, DevCluster } from '@cerci/dev-cluster'
import { expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { competeWhenAmbiguous } from '../fixture/compete.js'
import { expectConserved, openShop } from '../fixture/shop.js'
import { openStorefront } from '../fixture/storefront.js'

describeFaults('an order whose commit is ambiguous', () => {
  test('and was rolled back is the one that another request with its key has placed meanwhile', async () => {
    await using devCluster = await DevCluster.start()
    await using storefront = await openStorefront(devCluster.url)
    const { admin, cluster } = storefront
    const shop = await openShop(admin)
    const key = randomUUID()
    const send = () =>
      admin.once(`/users/${shop.user.id}/orders`, { items: [{ productId: shop.productIds[0], quantity: 1 }] }, key)
    const competitor = competeWhenAmbiguous(cluster, 'request_hash', send)
    devCluster.faults.add(ambiguousCommits({ committed: false, inTransaction: true, times: 1 }))

    const answer = await send()

    const winner = await competitor()
    expect(winner).toMatchObject({ status: 201 })
    expect(winner?.headers.has('idempotent-replayed')).toBe(false)
    expect(answer).toMatchObject({ status: 201, body: winner?.body })
    expect(answer.headers.get('idempotent-replayed')).toBe('true')
    await expectConserved(cluster, { transfers: new Map(), orders: new Map([[key, answer.body.id]]) })
  })

  test.each([true, false])('is placed once, whether it was committed (%s) or not', async committed => {
    await using devCluster = await DevCluster.start()
    await using storefront = await openStorefront(devCluster.url)
    const shop = await openShop(storefront.admin)
    const key = randomUUID()
    devCluster.faults.add(ambiguousCommits({ committed, inTransaction: true, times: 1 }))
    const items = [{ productId: shop.productIds[0], quantity: 1 }]
    const answer = await storefront.admin.once(`/users/${shop.user.id}/orders`, { items }, key)
    expect(answer.status).toBe(201)
    expect(answer.headers.has('idempotent-replayed')).toBe(false)
    await expectConserved(storefront.cluster, { transfers: new Map(), orders: new Map([[key, answer.body.id]]) })
  })
})
