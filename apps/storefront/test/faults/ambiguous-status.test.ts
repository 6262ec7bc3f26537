import { randomUUID } from 'node:crypto'
import { ambiguousCommits, DevCluster } from '@cerci/dev-cluster'
import { expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { competeWhenAmbiguous } from '../fixture/compete.js'
import { openShop } from '../fixture/shop.js'
import { openStorefront } from '../fixture/storefront.js'

describeFaults('a move to paid whose commit is ambiguous', () => {
  test('and was rolled back has not happened when the order was cancelled meanwhile', async () => {
    await using devCluster = await DevCluster.start()
    await using storefront = await openStorefront(devCluster.url)
    const { admin, cluster } = storefront
    const { user, productIds } = await openShop(admin)
    const items = [{ productId: productIds[0], quantity: 1 }]
    const path = (await user.api.once(`/users/${user.id}/orders`, { items }, randomUUID())).headers.get('location')
    const competitor = competeWhenAmbiguous(cluster, 'o.status, o.version', () =>
      user.api.post(`${path}/cancellation`, undefined),
    )
    devCluster.faults.add(ambiguousCommits({ committed: false, inTransaction: true, times: 1 }))

    const paid = await admin.send('PUT', `${path}/status`, { body: { status: 'paid' } })

    expect(await competitor()).toMatchObject({ status: 200, body: { status: 'cancelled', version: 2 } })
    expect(paid).toMatchObject({ status: 409, body: { code: 'illegal-status-change' } })
  })
})
