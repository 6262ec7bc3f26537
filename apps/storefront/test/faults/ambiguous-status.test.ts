import { randomUUID } from 'node:crypto'
import { ambiguousCommits, DevCluster } from '@cerci/dev-cluster'
import { expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import type { Answer } from '../fixture/api.js'
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
    let competing: Promise<Answer> | undefined
    cluster.observe({
      ambiguous() {
        competing = user.api.post(`${path}/cancellation`, undefined)
      },
      // The first statement outside of a transaction asks what became of the commit: after the competitor is done.
      unit: ({ text }) =>
        text?.includes('o.status, o.version') === true
          ? {
              async run(work) {
                await competing
                return work()
              },
            }
          : undefined,
    })
    devCluster.faults.add(ambiguousCommits({ committed: false, inTransaction: true, times: 1 }))

    const paid = await admin.send('PUT', `${path}/status`, { body: { status: 'paid' } })

    expect(await competing).toMatchObject({ status: 200, body: { status: 'cancelled', version: 2 } })
    expect(paid).toMatchObject({ status: 409, body: { code: 'illegal-status-change' } })
  })
})
