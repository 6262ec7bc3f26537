import { setTimeout as delay } from 'node:timers/promises'
import { DevCluster } from '@cerci/dev-cluster'
import { expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { MixedLoad } from '../fixture/mixed-load.js'
import { expectConserved, openShop } from '../fixture/shop.js'
import { openStorefront } from '../fixture/storefront.js'

/** `LOAD_SECONDS=10 npx vitest run apps/storefront/test/faults/rolling-restarts.test.ts` for a quick look. */
const seconds = Number(process.env.LOAD_SECONDS ?? 60)
const clients = 8

describeFaults('rolling restarts', () => {
  test(
    `are not noticed by mixed traffic of ${seconds} s: no 5xx, exact money`,
    async () => {
      await using devCluster = await DevCluster.start()
      await using storefront = await openStorefront(devCluster.url)
      const load = new MixedLoad(storefront.admin, await openShop(storefront.admin))
      const [until, ended] = [performance.now() + seconds * 1000, new AbortController()]
      const running = Promise.all(Array.from({ length: clients }, (_, index) => load.run(index, ended.signal)))
      let restarts = 0
      // However slow the machine, each node is drained once and killed once.
      while (performance.now() < until || restarts < 6) {
        const node = devCluster.nodes[restarts % devCluster.nodes.length]!
        if (restarts % 2 === 0) await node.drain()
        else await node.kill()
        await delay(300)
        await node.start()
        restarts += 1
        await delay(700)
      }
      ended.abort()
      await running
      expect(load.failures).toEqual([])
      // Each kind of request was sent, and succeeded.
      for (const [kind, statuses] of load.answers)
        expect([kind, statuses.some(status => status < 300)]).toEqual([kind, true])
      expect(load.answers.size).toBe(load.kinds)
      await expectConserved(storefront.cluster, load)
    },
    seconds * 1000 + 60_000,
  )
})
