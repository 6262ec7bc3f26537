import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { DevCluster } from '@cerci/dev-cluster'
import { expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import type { Answer, Api } from '../fixture/api.js'
import { expectConserved, openShop, type Shop } from '../fixture/shop.js'
import { openStorefront } from '../fixture/storefront.js'

/** `LOAD_SECONDS=60 npx vitest run apps/storefront/test/faults/rolling-restarts.test.ts` for longer. */
const seconds = Number(process.env.LOAD_SECONDS ?? 12)
const clients = 8

describeFaults('rolling restarts', () => {
  test(
    `are not noticed by mixed traffic of ${seconds} s: no 5xx, exact money`,
    async () => {
      await using devCluster = await DevCluster.start()
      await using storefront = await openStorefront(devCluster.url)
      const shop = await openShop(storefront.admin)
      const load = new Load(storefront.admin, shop)
      const [until, ended] = [performance.now() + seconds * 1000, new AbortController()]
      const running = Promise.all(Array.from({ length: clients }, (_, index) => load.run(index, ended.signal)))
      let restarts = 0
      // A drain waits for the transactions under way: on a slow machine, three may take longer.
      while (performance.now() < until || restarts < 3) {
        const node = devCluster.nodes[restarts % devCluster.nodes.length]!
        await node.drain()
        await node.start()
        restarts += 1
        await delay(300)
      }
      ended.abort()
      await running
      expect(load.answers.size).toBeGreaterThan(0)
      expect(load.failures).toEqual([])
      await expectConserved(storefront.cluster, load)
    },
    seconds * 1000 + 30_000,
  )
})

/** Clients that do one thing after another, and remember what they were told. */
class Load {
  /** How often each status was answered. */
  readonly answers = new Map<number, number>()
  /** Codes of the answers that are the service's fault. */
  readonly failures: string[] = []
  readonly transfers = new Map<string, string>()
  readonly orders = new Map<string, string>()
  readonly #api: Api
  readonly #shop: Shop

  constructor(api: Api, shop: Shop) {
    this.#api = api
    this.#shop = shop
  }

  async run(client: number, ended: AbortSignal): Promise<void> {
    for (let step = client; !ended.aborted; step += 1) await this.#step(step)
  }

  async #step(step: number): Promise<void> {
    const { user, accountIds, productIds } = this.#shop
    const key = randomUUID()
    const [fromAccountId, toAccountId] = [accountIds[step % 8], accountIds[(step * 3 + 1) % 8]]
    const items = [{ productId: productIds[Math.floor(step / 4) % 4], quantity: 1 }]
    if (step % 4 === 0) this.#note(await this.#api.once(`/users/${user.id}/orders`, { items }, key), key, this.orders)
    else if (step % 4 === 1) this.#note(await this.#api.get('/products?limit=10'))
    else if (step % 4 === 2) this.#note(await this.#api.get(`/users/${user.id}/overview`))
    else
      this.#note(
        await this.#api.once('/transfers', { fromAccountId, toAccountId, amount: '0.07' }, key),
        key,
        this.transfers,
      )
  }

  #note({ status, body }: Answer, key = '', made?: Map<string, string>): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1)
    if (status >= 500) this.failures.push(`${status} ${body.code}`)
    if (status === 201) made?.set(key, body.id)
  }
}
